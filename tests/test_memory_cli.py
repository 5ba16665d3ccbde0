"""`bitext memory` and `--memory`, in this process."""

import pytest

from bitext import cli, jsonl, pipeline
from bitext.records import Header, Unit

from fakes import FakeTranslator

HEADER = Header("units", "d", "ar", "0", target_lang="en")
ROWS = [("نعم.", "Yes."), ("أعلن الجيش اليمني إسقاط طائرة", "The army shot a plane down"), ("المادة 5", "Article 5")]


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(cli.COMMANDS, "memory", "keep translations between runs")
    monkeypatch.chdir(tmp_path)

    def run(*args, status=0):
        assert cli.main([str(a) for a in args]) == status
        out = capsys.readouterr()
        return out.err if status else out.out

    return run


@pytest.fixture
def units(tmp_path):
    jsonl.write(tmp_path / "u.jsonl", HEADER, [
        Unit(f"u{n}", (), (), s, t, 1.0, "human", status="approved" if n == 1 else "new") for n, (s, t) in enumerate(ROWS, 1)])
    return tmp_path / "u.jsonl"


def test_in_search_out_and_in_again(run, units, tmp_path):
    assert run("memory", "import", "a.memory", units) == "3 new, 0 known\n"
    assert run("memory", "import", "a.memory", units) == "0 new, 3 known\n"
    assert run("memory", "search", "a.memory", "نَعَم.") == "100%\tنعم.\tYes.\n"
    assert run("memory", "search", "a.memory", "أعلن الجيش السوري إسقاط طائرة").startswith("80%\tأعلن")
    assert run("memory", "search", "a.memory", "طائرة").startswith("words\tأعلن")
    assert run("memory", "search", "a.memory", "المادة ٩") == "99%\tالمادة 5\tArticle 9\n"
    stats = run("memory", "stats", "a.memory")
    assert "ar → en\nunits      3, 1 of them approved" in stats
    for name in ("b.tmx", "b.jsonl", "b.tmx.gz"):
        assert run("memory", "export", "a.memory", "-o", name) == "3 units\n"
        assert run("memory", "import", f"{name}.memory", name) == "3 new, 0 known\n"
        assert run("memory", "stats", f"{name}.memory").splitlines()[:3] == stats.splitlines()[:3]


def test_a_shard_of_many_documents(run, units):
    units.write_bytes(units.read_bytes() * 2)
    assert run("memory", "import", "a.memory", units) == "3 new, 3 known\n"


def test_what_goes_wrong_is_one_line(run, units, tmp_path):
    assert "no such memory" in run("memory", "search", "none.memory", "x", status=1)
    run("memory", "import", "a.memory", units)
    jsonl.write(tmp_path / "fr.jsonl", Header("units", "d", "fr", "0", target_lang="en"), [])
    assert "a memory of ar–en" in run("memory", "import", "a.memory", "fr.jsonl", status=1)
    (tmp_path / "a.memory").write_bytes(b"no memory at all " * 50)
    said = run("memory", "stats", "a.memory", status=1)
    assert said == f"{said.strip()}\n"
    assert "bitext memory repair a.memory NEW" in said


def test_repair_writes_a_new_file(run, units, tmp_path):
    run("memory", "import", "a.memory", units)
    assert run("memory", "repair", "a.memory", "b.memory") == "3 units saved\n"
    assert run("memory", "stats", "b.memory").splitlines()[:3] == run("memory", "stats", "a.memory").splitlines()[:3]
    assert "is there already" in run("memory", "repair", "a.memory", "b.memory", status=1)


def test_translate_uses_what_a_reviewer_approved(run, tmp_path, monkeypatch):
    reviewed = [Unit("u1", ("s1",), ("t1",), "نعم.", "Yes, indeed.", 1.0, "human", status="approved"),
                Unit("u2", ("s2",), ("t2",), "لا.", "Nope.", 1.0, "mt")]
    assert pipeline.remember(tmp_path / "r.memory", HEADER, reviewed) == (1, 0)
    monkeypatch.setattr(pipeline, "load_translator", lambda *_, **__: FakeTranslator())
    (tmp_path / "d.ar.txt").write_text("نعم. لا.\n", "utf-8")
    run("segment", "d.ar.txt", "-o", "s.jsonl")
    run("translate", "s.jsonl", "-o", "t.jsonl", "--memory", "r.memory")
    text = (tmp_path / "t.jsonl").read_text("utf-8")
    assert '"text":"Yes, indeed.","score":null,"origin":"memory"' in text
    assert '"text":"[ar→en] لا."' in text


@pytest.mark.parametrize("kind", ["html", "xliff"])
def test_export_shows_what_a_memory_suggests(run, units, tmp_path, kind):
    run("memory", "import", "a.memory", units, "--approved")
    mt = Unit("u1", ("s1",), ("t1",), "أعلن الجيش السوري إسقاط طائرة", "raw", 0.9, "mt")
    done = Unit("u2", ("s2",), ("t2",), "المادة 9", "Article 9", 0.9, "human", status="approved", paragraph=1)
    jsonl.write(tmp_path / "d.jsonl", HEADER, [mt, done])
    for name in ("one", "two"):
        run("export", kind, "d.jsonl", "--memory", "a.memory", "-o", name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    shown = (tmp_path / "one").read_text("utf-8")
    assert shown.count("The army shot a plane down") == 1
    assert "Article 5" not in shown  # that unit is decided on
    jsonl.write(tmp_path / "fr.jsonl", Header("units", "d", "fr", "0", target_lang="en"), [mt])
    assert "a memory of ar–en" in run("export", kind, "fr.jsonl", "--memory", "a.memory", status=1)
