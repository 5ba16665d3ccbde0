"""The command line as a user meets it: exit status, one line on stderr, nothing half-written."""

import json
import re
import shutil

import pytest

from bitext import cli

from conftest import ARTICLE, NAME, bitext

USAGE = [
    ((), "required: COMMAND"),
    (("fly",), "invalid choice: 'fly'"),
    (("segment",), "FILE"),
    (("run", "a.ar.txt", "--beam", "0"), "no beam size"),
    (("run", "a.ar.txt", "--beam", "many"), "no beam size"),
    (("run", "a.ar.txt", "--to", "English"), "no language code"),
    (("export", "docx", "u.jsonl"), "invalid choice: 'docx'"),
    (("models", "download", "ar"), "TO"),
    (("translate", "s.jsonl", "--mod", "x"), "unrecognized"),
]


@pytest.mark.parametrize(("args", "says"), USAGE)
def test_wrong_usage_is_2(args, says):
    done = bitext(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "--help` shows the usage" in done.stderr
    assert done.stderr.count("\n") == 1


WRONG = [
    (("segment", "no.ar.txt"), "no.ar.txt"),
    (("run", "no.ar.txt"), "no.ar.txt"),
    (("translate", "no.jsonl"), "no.jsonl"),
    (("export", "tmx", "no.jsonl"), "no.jsonl"),
    (("segment", "."), "folder"),
    (("run", "empty.ar.txt"), "empty"),
    (("run", "blank.ar.txt"), "blank"),
    (("run", "utf16.ar.txt"), "UTF-16"),
    (("run", "cp1256.ar.txt"), "WINDOWS-1256"),
    (("run", "nul.ar.txt"), "line 2"),
    (("run", "good.ar.txt", "--to", "xx"), "xx"),
    (("run", "good.ar.txt", "--to", "ar"), "already"),
    (("run", "good.ar.txt", "--model", "no.argosmodel"), "no.argosmodel"),
    (("run", "good.ar.txt", "--model", "bad.argosmodel"), "bad.argosmodel"),
    (("run", "good.ar.txt", "--srx", "no.srx"), "no.srx"),
    (("models", "show", "bad.argosmodel"), "bad.argosmodel"),
    (("models", "show", "no.argosmodel"), "no.argosmodel"),
    (("translate", "cut.jsonl"), "cut.jsonl:2"),
    (("align", "good.ar.txt"), "nothing to align it with"),
    (("export", "html", "cut.jsonl"), "cut.jsonl"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with every kind of bad input."""
    d = tmp_path_factory.mktemp("desk")
    text = "قال الوزير ذلك. ثم سافر إلى القاهرة.\n"
    (d / "good.ar.txt").write_text(text, "utf-8")
    (d / "empty.ar.txt").write_bytes(b"")
    (d / "blank.ar.txt").write_bytes(b"\xef\xbb\xbf \n\t\n\n")
    (d / "utf16.ar.txt").write_bytes((text * 5).encode("utf-16"))
    (d / "cp1256.ar.txt").write_bytes((text * 5).encode("cp1256"))
    (d / "nul.ar.txt").write_text("قال.\nثم\0 سافر.\n", "utf-8")
    (d / "bad.argosmodel").write_bytes(b"PK\x03\x04 no")
    (d / "cut.jsonl").write_text(
        '{"schema":"bitext/segments","version":1,"doc":"d","lang":"ar","made_by":"x","settings":{},"source_sha256":"0"}\n{"id":',
        "utf-8")
    return d


@pytest.mark.parametrize(("args", "says"), WRONG)
def test_wrong_input_is_1_in_one_line(args, says, desk, tmp_path):
    out = ("-o", tmp_path / "out") if args[0] != "models" else ()
    done = bitext(*args, *out, cwd=desk)
    assert done.returncode == 1, done.stderr
    assert says in done.stderr
    assert done.stderr.startswith("bitext: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert not (tmp_path / "out").exists()


def test_the_article_end_to_end(built):
    lines = [json.loads(x) for x in (built / "segments.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 1 + 15
    units = [json.loads(x) for x in (built / "units.jsonl").read_text("utf-8").splitlines()]
    header, units = units[0], units[1:]
    assert (header["lang"], header["target_lang"], len(units)) == ("ar", "en", 15)
    assert header["settings"]["package_sha256"]
    article = ARTICLE.read_text("utf-8")
    assert all(article[s["start"]:s["end"]] == s["text"] for s in lines[1:])
    date = units[1]
    assert (date["source_text"], date["target_text"], date["origin"]) == ("Thursday, 07/18/2024",) * 2 + ("copy",)
    assert all(u["target_text"] for u in units)
    assert (built / f"{NAME}.tmx").stat().st_size > 5000
    assert 'data-row="u15"' in (built / f"{NAME}.html").read_text("utf-8")


def test_stages_one_by_one_give_the_bytes_of_run(built, tmp_path):
    steps = (
        ("segment", ARTICLE, "-o", "segments.jsonl"),
        ("translate", "segments.jsonl", "-o", "translations.jsonl", "--models", ARTICLE.parents[1] / "models"),
        ("align", "segments.jsonl", "--translations", "translations.jsonl", "-o", "units.jsonl"),
        ("export", "tmx", "units.jsonl"),
        ("export", "html", "units.jsonl"),
    )
    for step in steps:
        done = bitext(*step, cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for name in ("segments.jsonl", "translations.jsonl", "units.jsonl", f"{NAME}.tmx", f"{NAME}.html"):
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes(), name


def test_to_standard_output_is_the_same(built):
    done = bitext("segment", ARTICLE)
    assert done.stdout == (built / "segments.jsonl").read_text("utf-8")


def test_a_human_translation_is_aligned(tmp_path):
    shutil.copy(ARTICLE, tmp_path / "a.ar.txt")
    human = ("Afghan source: Iran's Revolutionary Guards pay for al-Qaeda operations in the Middle East\n\n"
             "Thursday, 07/18/2024\n\n"
             "According to an investigation by the United Front of Afghanistan, a copy of which was obtained by Iran "
             "International, Esmail Qaani, commander of the Quds Force of the Iranian Revolutionary Guards, met a senior "
             "representative of the Taliban. Saif al-Adel, the current leader of al-Qaeda, was there too, at a secret place "
             "in Tehran in October 2021.\n\n"
             "This translator adds a remark about the weather in London that stands nowhere else.\n\n"
             "Those present agreed that all branches of al-Qaeda and the groups of the Revolutionary Guards in the Middle East "
             "and Africa must cooperate with each other; as a result there was peace between the Yemeni Houthis and al-Qaeda "
             "in the Arabian Peninsula, and coordination with Hezbollah and Iran's groups in Iraq and Syria.\n")
    (tmp_path / "a.en.txt").write_text(human, "utf-8")
    done = bitext("run", "a.ar.txt", "--models", ARTICLE.parents[1] / "models", cwd=tmp_path)
    assert done.returncode == 0
    assert re.fullmatch(r"bitext: \S+a\.tmx: \d+ units; left out: \d+ one-sided\n", done.stderr)
    units = [json.loads(x) for x in (tmp_path / "build/a/units.jsonl").read_text("utf-8").splitlines()][1:]
    links = [(tuple(u["source"]), tuple(u["target"])) for u in units]
    assert links[:3] == [(("s1",), ("t1",)), (("s2",), ("t2",)), (("s3",), ("t3", "t4"))]
    assert ((), ("t5",)) in links
    assert (("s4",), ("t6",)) in links
    assert {u["origin"] for u in units} <= {"human"}
    assert sorted(s for link in links for s in link[0]) == sorted(f"s{n}" for n in range(1, 16))


def test_every_command_says_one_line_about_itself():
    done = bitext("--help")
    assert done.returncode == 0
    assert all(f"    {name}" in done.stdout and text in done.stdout.replace("\n" + " " * 24, " ")
               for name, text in cli.COMMANDS.items())
