"""Many documents: the same bytes whatever the number of workers, the order, kills and repeats."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bitext import cli, jsonl
from bitext.batch import inputs, run
from bitext.batch.local import LocalWorkers
from bitext.batch.run import run_batch
from bitext.batch.tasks import Done, Failure, Options, Source, Task, format_done, format_task, parse_done, parse_task
from bitext.errors import BitextError, InputError
from bitext.records import Unit

from conftest import ROOT

COMMAND = (sys.executable, str(ROOT / "tests" / "batch_worker.py"))


def text(n):
    return f"هذه مقالة رقم {n}. فيها جملة ثانية.\n\nوفقرة أخرى قالها الكاتب {n}.\n"


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch):
    monkeypatch.setattr(inputs, "TOGETHER", 300)


@pytest.fixture
def folder(tmp_path):
    """Seven texts, one with a human translation, and two shards."""
    place = tmp_path / "in"
    (place / "more").mkdir(parents=True)
    for n in range(6):
        (place / f"a{n}.ar.txt").write_text(text(n), "utf-8")
    (place / "more" / "a0.ar.txt").write_text(text("آخر"), "utf-8")
    (place / "a1.en.txt").write_text("This is article 1. It has a second sentence.\n\nAnd another paragraph by writer 1.\n", "utf-8")
    lines = [json.dumps({"name": f"d{n}", "text": text(n)}, ensure_ascii=False) for n in range(20)]
    (place / "s.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    with gzip.open(place / "t.jsonl.gz", "wt", encoding="utf-8") as f:
        f.write("\n".join(lines[:5]) + "\n")
    return place


def options(out, **changes):
    return Options(**{"out": str(out), "to": "en", "model": None, "models": str(ROOT / "models"), "beam": 4, "memory": None,
                      "encoder": False, "srx": None, "wrapped": None, "formats": ("tmx", "xliff"), "threads": 1, **changes})


def batch(place, out, jobs=2, command=COMMAND, listed=False, **changes):
    how = options(out, **changes)
    return run_batch(str(place), how, LocalWorkers(how, jobs, command), listed=listed)


def results(out):
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*"))
            if p.is_file() and ".batch" not in p.parts}


def test_the_same_bytes_whatever_the_jobs(folder, tmp_path):
    result = batch(folder, tmp_path / "1", jobs=1)
    assert (result.documents, result.failed, result.already) == (7 + 25, [], 0)
    assert result.segments == 3 * 32
    first = results(tmp_path / "1")
    names = {f"{n}{e}" for n in (*(f"a{n}" for n in range(6)), "more/a0", "s", "t") for e in (".units.jsonl", ".tmx", ".xlf")}
    assert set(first) == names
    batch(folder, tmp_path / "3", jobs=3)
    assert results(tmp_path / "3") == first
    documents = list(jsonl.read(tmp_path / "1" / "s.units.jsonl", Unit))
    assert [h.doc for h, _ in documents] == [f"d{n}" for n in range(20)]
    assert all(len(units) == 3 for _, units in documents)
    human = next(jsonl.read(tmp_path / "1" / "a1.units.jsonl", Unit))[1]
    assert {u.origin for u in human} == {"human"}
    assert first["s.tmx"].count(b"<tu ") == 60
    again = batch(folder, tmp_path / "1")
    assert (again.documents, again.already) == (0, 9)
    assert results(tmp_path / "1") == first


def test_a_shard_and_a_folder_give_the_same_units(folder, tmp_path):
    batch(folder, tmp_path / "o")
    of_shard = {h.doc: units for h, units in jsonl.read(tmp_path / "o" / "s.units.jsonl", Unit)}
    of_file = next(jsonl.read(tmp_path / "o" / "a3.units.jsonl", Unit))[1]
    assert of_shard["d3"] == of_file


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from bitext.batch import inputs, run
inputs.TOGETHER = 300
from test_batch import batch
print("ready", flush=True)
batch(Path(sys.argv[1]), Path(sys.argv[2]), jobs=2)
"""


def test_killed_and_run_again(folder, tmp_path):
    for p in folder.glob("*.txt"):
        p.write_text(p.read_text("utf-8") + "في مهل.\n", "utf-8")
    shard = folder / "s.jsonl"
    shard.write_text(shard.read_text("utf-8").replace("فيها", "في مهل"), "utf-8")
    batch(folder, tmp_path / "whole")
    out = tmp_path / "out"
    kills = 0
    for delay in (0.2, 0.5, 0.8):
        process = subprocess.Popen([sys.executable, "-c", RUN, folder, out, ROOT / "tests"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        notes = lambda: len(list((out / ".batch").rglob("*.json"))) if out.exists() else 0  # noqa: E731
        before, start = notes(), time.monotonic()
        while process.poll() is None and (notes() <= before or time.monotonic() - start < delay):
            time.sleep(0.02)
        kills += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.read()  # its workers go on with the task that they have; they hold this pipe until they end
        process.stdout.close()
        process.stderr.close()
    assert kills
    made = {p: p.stat().st_mtime_ns for p in out.rglob("*.units.jsonl")}
    result = batch(folder, out)
    assert result.already > 0
    assert result.documents < 32
    # Each of the two workers may have been killed between writing a result and noting it.
    assert sum(p.stat().st_mtime_ns != t for p, t in made.items()) <= 2
    assert results(out) == results(tmp_path / "whole")


def test_bad_documents_are_set_aside_and_the_rest_goes_on(folder, tmp_path):
    whole = tmp_path / "whole"
    batch(folder, whole)
    (folder / "b1.ar.txt").write_bytes(text(1).encode("cp1256"))
    (folder / "b2.ar.txt").write_text("", "utf-8")
    (folder / "b3.ar.txt").write_text("هنا خلل.", "utf-8")
    (folder / "b4.ar.txt").write_text("هنا قاتل.", "utf-8")
    (folder / "note.docx").write_bytes(b"PK")
    shard = folder / "s.jsonl"
    lines = shard.read_text("utf-8").splitlines()
    lines[3:3] = ["{no json", json.dumps({"name": "poison", "text": "قاتل"}), json.dumps({"name": "nul", "text": "a\0b"}),
                  json.dumps({"name": "n"}), json.dumps({"text": "x", "lang": "Arabic"}), json.dumps({"text": "x", "lang": "en"})]
    shard.write_text("\n".join(lines) + "\n", "utf-8")
    result = batch(folder, tmp_path / "o", jobs=2)
    assert [f.where.removeprefix(f"{folder}{os.sep}") for f in result.failed] == [
        "b1.ar.txt", "b2.ar.txt", "b3.ar.txt", "b4.ar.txt", *(f"s.jsonl:{n}" for n in range(4, 10))]
    reasons = {f.doc: f.reason for f in result.failed}
    assert "WINDOWS-1256" in reasons["b1"]
    assert "empty" in reasons["b2"]
    assert reasons["b3"] == "a defect of bitext: ZeroDivisionError: a defect"
    assert reasons["b4"] == reasons["poison"] == "the worker died at this document (signal 9), perhaps for want of memory"
    assert "NUL" in reasons["nul"]
    assert result.left_out == ["note.docx"]
    assert [Failure(**json.loads(x)) for x in (tmp_path / "o/failed.jsonl").read_text("utf-8").splitlines()] == result.failed
    made = results(tmp_path / "o")
    del made["failed.jsonl"]
    assert {k: v for k, v in made.items() if k != "s.units.jsonl"}.keys() == results(whole).keys() - {"s.units.jsonl"}
    assert made["s.units.jsonl"] == results(whole)["s.units.jsonl"]  # the good documents, as without the bad ones
    # repaired, it is made; the rest isn't made again
    for n in range(1, 5):
        (folder / f"b{n}.ar.txt").write_text(text(n), "utf-8")
    again = batch(folder, tmp_path / "o")
    assert (again.documents, len(again.failed)) == (4, 6)


def test_a_file_that_changed_is_made_again(folder, tmp_path):
    out = tmp_path / "o"
    batch(folder, out)
    before = results(out)
    (folder / "a2.ar.txt").write_text(text("جديد تماما"), "utf-8")
    assert batch(folder, out).documents == 1
    after = results(out)
    assert {k for k in after if after[k] != before[k]} == {"a2.units.jsonl", "a2.tmx", "a2.xlf"}
    # and one that went bad leaves no stale results
    (folder / "a2.ar.txt").write_text("", "utf-8")
    assert [f.doc for f in batch(folder, out).failed] == ["a2"]
    assert not [k for k in results(out) if k.startswith("a2")]


@pytest.mark.parametrize("frames", [1, 3])
def test_zstandard_of_one_and_of_many_frames(frames, folder, tmp_path):
    zstd = pytest.importorskip("backports.zstd", reason="backports.zstd isn't installed: .zst goes UNTESTED")
    lines = (folder / "s.jsonl").read_bytes().splitlines(keepends=True)
    packed = b"".join(zstd.compress(b"".join(lines[n::frames])) for n in range(frames))
    only = tmp_path / "z.jsonl.zst"
    only.write_bytes(packed)
    assert batch(only, tmp_path / "o").documents == 20
    only.write_bytes(packed[:-5])
    with pytest.raises(InputError, match=r"z\.jsonl\.zst: can't be read"):
        batch(only, tmp_path / "p")


def test_progress_is_told_to_a_person_only(folder, tmp_path, monkeypatch, capsys):
    batch(folder, tmp_path / "o")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(run, "SECONDS_A_LINE", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    batch(folder, tmp_path / "p")
    shown = capsys.readouterr().err.replace("\033[K", "").split("\r")
    found = [re.fullmatch(r" *(\d+)%  (\d+) segments, (\d+)/s, \d+:\d\d:\d\d left, 0 set aside ", x) for x in shown if x]
    assert len(found) > 5
    assert all(found)
    percent, segments = [[int(m[n]) for m in found] for n in (1, 2)]
    assert percent == sorted(percent)
    assert (percent[-1], segments[-1], shown[-1]) == (100, 96, "")


def test_tasks_are_of_even_size(tmp_path, monkeypatch):
    """Whether documents come as files or as lines, a task holds about as many characters of Arabic text."""
    monkeypatch.setattr(inputs, "TOGETHER", 2000)
    texts = {f"d{n:03}": text(n) * (1 + n % 7) for n in range(200)}
    for name, t in texts.items():
        (tmp_path / f"{name}.ar.txt").write_text(t, "utf-8")
    (tmp_path / "s.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts.values()), "utf-8")
    found = inputs.find(str(tmp_path), listed=False)
    of_files = list(inputs.grouped(inputs.file_sources(found, "ar", "en")))
    of_lines = list(inputs.shard_tasks(found.shards[0], "s", "ar", print))
    characters = [[sum(len(s.text or texts[s.name]) for s in t.sources) for t in tasks] for tasks in (of_files, of_lines)]
    for sizes in characters:
        assert sum(sizes) == sum(map(len, texts.values()))
        assert all(0.9 * 2000 < n < 1.3 * 2000 for n in sizes[:-1])
    assert sum(t.size for t in of_lines) == found.shards[0].size


def test_names_that_are_no_ids(tmp_path):
    """Names that are said twice, or that XML takes for no id, as those of pages of the web."""
    shard = tmp_path / "s.jsonl"
    names = ["same name", "same name", "https://a.b/c?d=e&f", "مقالة", "same-name.2"]
    shard.write_text("".join(json.dumps({"name": x, "text": text(n)}) + "\n" for n, x in enumerate(names)), "utf-8")
    batch(shard, tmp_path / "o")
    ids = re.findall(r'tuid="([^"]*)"', (tmp_path / "o" / "s.tmx").read_text("utf-8"))
    assert [i for i in ids if i.endswith(":u1")] == [
        f"s:{x}:u1" for x in ("same-name", "same-name.2", "https:--a.b-c-d-e-f", "مقالة", "same-name.2.5")]
    assert len(set(ids)) == 15
    assert (tmp_path / "o" / "s.xlf").exists()


def test_what_utf8_cannot_say_is_set_aside(tmp_path):
    shard = tmp_path / "s.jsonl"
    shard.write_text('{"text": "a \\ud800"}\n{"name": "\\udfff", "text": "b"}\n' + json.dumps({"text": text(1)}) + "\n", "utf-8")
    result = batch(shard, tmp_path / "o")
    assert result.documents == 1
    assert ["surrogate" in f.reason for f in result.failed] == [True, True]


REFUSED = [
    (lambda d: {}, {"beam": 2}, r"other settings \(beam: 4, now 2\)"),
    (lambda d: {}, {"formats": ("html",)}, "makes no page"),
    (lambda d: (d / "a0.txt").write_text("نص", "utf-8"), {}, "rename one"),
    (lambda d: (d / "z.jsonl.zst").write_bytes(b"(\xb5/\xfd"), {}, r"backports\.zstd"),
    (lambda d: (d / "t.jsonl.gz").write_bytes((d / "t.jsonl.gz").read_bytes()[:-20]), {}, r"t\.jsonl\.gz: can't be read"),
]


@pytest.mark.parametrize(("change", "changes", "says"), REFUSED)
def test_refused_with_a_reason(change, changes, says, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(inputs, "find_spec", lambda name: None)
    batch(folder, tmp_path / "o")
    change(folder)
    with pytest.raises(BitextError, match=says):
        batch(folder, tmp_path / "o", **changes)


def test_a_list_of_files(folder, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text(f"in/a3.ar.txt\n\n{folder / 's.jsonl'}\nin/none.ar.txt\n", "utf-8")
    result = batch(names, tmp_path / "o", listed=True)
    assert result.documents == 21
    assert ["no such file" in f.reason for f in result.failed] == [True]
    with pytest.raises(InputError, match="no document"):
        batch(tmp_path / "o" / ".batch", tmp_path / "p")


def test_messages_go_and_come_as_they_are():
    task = Task((Source("ن\n", "ar", "f:1", text="نص\u2028"), Source("b", "ar", "g", path="g", output="x")), "s/1", "k", 5)
    assert "\n" not in format_task(task)
    assert parse_task(format_task(task)) == task
    done = Done(1, 2, (Failure("a", "b", "c"),))
    assert parse_done(format_done(done)) == done


def test_the_command(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(cli.COMMANDS, "batch", "many documents")
    monkeypatch.chdir(tmp_path)
    for p in folder.glob("*.jsonl*"):
        p.unlink()
    args = ["batch", "in", "out", "--no-encoder", "--beam", "1", "--jobs", "2", "--models", str(ROOT / "models"), "--format", "tsv"]
    assert cli.main(args) == 0
    assert capsys.readouterr() == ("7 documents, 21 segments\n", "")
    assert {p.name for p in Path("out").iterdir()} == {".batch", "more", *(f"a{n}{e}" for n in range(6) for e in (".units.jsonl", ".tsv"))}
    (folder / "bad.ar.txt").write_bytes(b"\xff")
    assert cli.main(args) == 1
    out, err = capsys.readouterr()
    assert out == "0 documents, 0 segments; 7 done before\n"
    assert err.startswith("bitext: 1 documents were set aside, see out/failed.jsonl; the first: in/bad.ar.txt: not UTF-8")
    assert err.count("\n") == 1
