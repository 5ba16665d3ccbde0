"""Folders behind URLs: the same results as on this machine, resumed the same way; one line where that can't be."""

import json
import os
from importlib.util import find_spec

import pytest

from bitext import cli
from bitext.batch import places, work
from bitext.batch.local import LocalWorkers
from bitext.batch.run import run_batch
from bitext.errors import InputError, OutputError
from test_batch import batch, folder, options, results, small_tasks, text  # noqa: F401 (fixtures)

from fakes import FakeTranslator

if find_spec("fsspec") is None:
    if os.environ.get("CI"):
        raise RuntimeError("fsspec isn't installed, so that URLs would go untested")
    pytest.skip("fsspec isn't installed (pip install 'bitext[cluster]'): URLs go UNTESTED", allow_module_level=True)

import fsspec


class Here:
    """Does tasks in this process, as memory:// is this process's own."""

    def __init__(self, how):
        self.how, self.done = how, 0

    def run(self, tasks):
        worker = work.Worker(self.how)
        for task in tasks:
            self.done += 1
            yield task, worker.do(task)


@pytest.fixture
def memory(folder, monkeypatch):  # noqa: F811
    """The folder's files in memory://."""
    monkeypatch.setattr(work.pipeline, "load_translator", lambda lang, to, **_: FakeTranslator(lang, to))
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    for p in folder.rglob("*"):
        if p.is_file():
            fs.pipe(f"/in/{p.relative_to(folder).as_posix()}", p.read_bytes())
    fs.pipe("/in/.hidden/x.txt", b"x")
    yield fs
    fs.store.clear()


def far_results(fs, out):
    return {p.removeprefix(out): fs.cat(p) for p in fs.find(out) if ".batch" not in p}


def test_from_memory_to_memory(memory, folder, tmp_path):  # noqa: F811
    here = batch(folder, tmp_path / "local")
    how = options("memory://out/x")
    result = run_batch("memory://in", how, Here(how))
    assert (result.documents, result.failed) == (here.documents, [])
    assert far_results(memory, "/out/x/") == results(tmp_path / "local")
    assert not memory.exists("/out/x/.batch/parts/s")
    again = Here(how)
    assert run_batch("memory://in/", how, again).already == 9
    assert again.done == 0
    # what changed is made anew, what went bad is set aside and its results go
    memory.pipe("/in/a2.ar.txt", text("جديد").encode())
    memory.pipe("/in/a3.ar.txt", "خلل\0".encode())
    result = run_batch("memory://in", how, Here(how))
    assert (result.documents, [(f.doc, f.where) for f in result.failed]) == (1, [("a3", "memory://in/a3.ar.txt")])
    assert result.failed[0].reason.startswith("memory://in/a3.ar.txt: line 1, column 4: NUL")  # not a temporary file's name
    made = far_results(memory, "/out/x/")
    assert "a3.tmx" not in made
    assert json.loads(made["failed.jsonl"])["doc"] == "a3"


def test_interrupted_in_a_shard(memory, tmp_path):
    class Killed(Here):
        def run(self, tasks):
            for done in super().run(tasks):
                if self.done > 2:
                    raise KeyboardInterrupt
                yield done

    how = options("memory://out")
    killed, rest = Killed(how), Here(how)
    with pytest.raises(KeyboardInterrupt):
        run_batch("memory://in/s.jsonl", how, killed)
    result = run_batch("memory://in/s.jsonl", how, rest)
    assert result.already == killed.done
    whole = Here(options("memory://whole"))
    run_batch("memory://in/s.jsonl", whole.how, whole)
    assert killed.done + rest.done == whole.done
    assert far_results(memory, "/out/") == far_results(memory, "/whole/")


def test_worker_processes_on_urls(folder, tmp_path):  # noqa: F811
    """local:// goes through fsspec as any store does, and other processes see it."""
    batch(folder, tmp_path / "local")
    batch(f"local://{folder}", f"local://{tmp_path}/far")
    assert results(tmp_path / "far") == results(tmp_path / "local")
    batch(f"file://{folder}", f"file://{tmp_path}/file")
    assert results(tmp_path / "file") == results(tmp_path / "local")


def test_a_list_names_urls(memory, folder, tmp_path):  # noqa: F811
    memory.pipe("/lists/names", f"a.ar.txt\nmemory://in/a1.ar.txt\n{folder / 'a2.ar.txt'}\nnone.txt\n".encode())
    memory.pipe("/lists/a.ar.txt", text(9).encode())
    how = options("memory://out")
    result = run_batch("memory://lists/names", how, Here(how), listed=True)
    assert result.documents == 3
    assert ["no such file" in f.reason for f in result.failed] == [True]
    assert {"a.tmx", "a1.tmx", "a2.tmx"} < set(far_results(memory, "/out/"))
    assert b"human" in memory.cat("/out/a1.units.jsonl")  # the human translation beside it was found


WRONG = [
    ("memory://none", "memory://none: no such file or folder"),
    ("nowhere://a", r"nowhere://a: can't be reached \(ValueError: Protocol not known: nowhere"),
    ("s3://bucket/in", r"s3://bucket/in: can't be reached \(ImportError: .*s3fs"),
]


@pytest.mark.parametrize(("place", "says"), WRONG)
def test_what_is_wrong_is_one_line(place, says, tmp_path):
    if place.startswith("s3") and find_spec("s3fs"):
        pytest.skip("s3fs is installed")
    with pytest.raises(InputError, match=says) as e:
        run_batch(place, options(tmp_path / "o"), Here(options(tmp_path / "o")))
    assert "\n" not in str(e.value)


def test_without_fsspec(folder, tmp_path, monkeypatch, capsys):  # noqa: F811
    """URLs are refused in one line, and this machine's files need none of it."""
    def without(name):
        raise ImportError(name)

    monkeypatch.setattr(places, "import_module", without)
    for args in (["s3://bucket/in", str(tmp_path / "o")], [str(folder), "s3://bucket/out"]):
        assert cli.main(["batch", *args]) == 1
        assert capsys.readouterr().err == f"bitext: {args['s3' not in args[0]]}: URLs take fsspec; install it: pip install 'bitext[cluster]'\n"
    how = options(tmp_path / "o")
    assert run_batch(f"file://{folder}/a0.ar.txt", how, LocalWorkers(how, 1, batch.__defaults__[1])).documents == 1


def test_a_store_that_fails_is_said(memory, monkeypatch):
    def full(*_, **__):
        raise RuntimeError("quota\nexceeded")

    monkeypatch.setattr(type(memory), "put_file", full)
    how = options("memory://out")
    with pytest.raises(OutputError, match=r"memory://out: can't be written \(RuntimeError: quota exceeded\)"):
        run_batch("memory://in", how, Here(how))


BESIDE = [("/a/b.txt", "c", "/a/c"), ("b.txt", "c", "c"), ("s3://x/b.txt", "c", "s3://x/c"), ("s3://x/b", "/c", "/c"),
          ("/a/b", "s3://c/d", "s3://c/d"), ("/a/b", "/c", "/c"), ("file:///a/%20b", "c", "/a/c")]


@pytest.mark.parametrize(("where", "name", "gives"), BESIDE)
def test_beside(where, name, gives):
    assert places.beside(where, name) == gives


def test_results_inside_the_folder_of_documents(folder):  # noqa: F811
    first = batch(folder, folder / "out")
    again = batch(folder, folder / "out")
    assert (again.documents, again.already) == (0, 9)
    assert first.documents == 32
    with pytest.raises(InputError, match="folder of the documents"):
        batch(folder, folder)
