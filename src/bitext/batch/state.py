"""What is done, kept in OUT/.batch: a note a file, a part and a note a piece of a shard. Results stand before notes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Any

from bitext import jsonl, pipeline
from bitext.batch.places import Folder
from bitext.batch.tasks import Done, Failure, Options, Source, Task
from bitext.errors import InputError
from bitext.files import replacing, replacing_text
from bitext.records import Header, Unit

FOLDER = ".batch"
UNITS = ".units.jsonl"


def open_folder(out: Folder, settings: dict[str, Any]) -> None:
    """Begin, or go on.

    Raises:
        InputError: what is there was made with other settings.
    """
    name = f"{FOLDER}/settings.json"
    before = _read(out, name)
    if before is None:
        out.write(name, json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    elif changed := [k for k in settings if before.get(k) != settings[k]]:
        k = changed[0]
        raise InputError(f"{out}: holds results with other settings ({k}: {before.get(k)!r}, now {settings[k]!r}); "
                         f"give another folder, or remove {out}/{FOLDER} to make all anew")


def write_results(out: Folder, source: Source, formats: Sequence[str], units: pipeline.Units) -> None:
    """What a file gives, then the note that it is there."""
    assert source.output is not None
    with out.made() as folder:
        jsonl.write(folder / f"{source.output}{UNITS}", *units)
        for kind in formats:
            write_format(folder / f"{source.output}{pipeline.ENDINGS[kind]}", kind, *units)
    _note(out, source.output, {"key": source.key, "segments": len(units[1]), "failed": None})


def set_aside(out: Folder, source: Source, failure: Failure, options: Options) -> None:
    """That a file could not be used; results of an earlier form of it go."""
    if source.output is None:
        return
    for ending in (UNITS, *(e for k in options.formats for e in (
            (f".{source.lang}", f".{options.to}") if k == "moses" else (pipeline.ENDINGS[k],)))):
        out.remove(f"{source.output}{ending}")
    _note(out, source.output, {"key": source.key, "segments": 0, "failed": asdict(failure)})


def is_done(out: Folder, source: Source) -> bool:
    """Whether a file's results are there, of its present content."""
    assert source.output is not None
    found = _read(out, _note_name(source.output))
    return found is not None and found["key"] == source.key and found["failed"] is None


def failure_of(out: Folder, source: Source) -> Failure | None:
    """Why a file was set aside."""
    assert source.output is not None
    found = _read(out, _note_name(source.output))
    return Failure(**found["failed"]) if found and found["failed"] else None


def write_part(out: Folder, task: Task, documents: Sequence[pipeline.Units], done: Done) -> None:
    """A piece of a shard, then its note."""
    with out.made() as folder, replacing_text(folder / f"{FOLDER}/parts/{task.part}.jsonl") as f:
        for header, units in documents:
            jsonl.write_lines(f, header, units)
    note_part(out, task, done)


def note_part(out: Folder, task: Task, done: Done) -> None:
    """That a piece is there."""
    _write(out, f"{FOLDER}/parts/{task.part}.json", {"key": task.key, **asdict(done)})


def join_part(out: Folder, task: Task, pieces: Sequence[str], done: Done) -> None:
    """A piece of a shard whose documents were done one by one."""
    with out.made() as folder:
        _join_into(folder / f"{FOLDER}/parts/{task.part}.jsonl", out, pieces)
    note_part(out, task, done)


def part_done(out: Folder, part: str, key: str) -> Done | None:
    """What is noted of a piece; None if it must be made (anew): also where a document of it was set aside."""
    found = _read(out, f"{FOLDER}/parts/{part}.json")
    if found is None or found["key"] != key:
        return None
    return Done(found["documents"], found["segments"], tuple(Failure(**f) for f in found["failed"]))


def join_shard(
    out: Folder, name: str, formats: Sequence[str], *, parts: int, key: str, failed: Iterable[Failure]
) -> None:
    """All pieces of a shard → its results; the pieces go."""
    with out.made() as folder:
        units = folder / f"{name}{UNITS}"
        _join_into(units, out, [f"{name}/{n:08d}" for n in range(parts)])
        if units.stat().st_size:
            header = replace(next(jsonl.read(units, Unit))[0], doc=PurePosixPath(name).name, source_sha256="")
            for kind in formats:
                write_format(folder / f"{name}{pipeline.ENDINGS[kind]}", kind, header, _one_document(units))
    _note(out, name, {"key": key, "segments": 0, "failed": None, "set_aside": [asdict(f) for f in failed]})
    out.remove(f"{FOLDER}/parts/{name}")


def shard_done(out: Folder, name: str, key: str) -> list[Failure] | None:
    """Failures of a finished shard; None if it is not finished, or has changed."""
    found = _read(out, _note_name(name))
    if found is None or found["key"] != key:
        return None
    return [Failure(**f) for f in found["set_aside"]]


def write_failures(out: Folder, failures: Sequence[Failure]) -> None:
    """OUT/failed.jsonl, or none."""
    if failures:
        out.write("failed.jsonl", "".join(json.dumps(asdict(x), ensure_ascii=False) + "\n" for x in failures))
    else:
        out.remove("failed.jsonl")


def write_format(path: Path, kind: str, header: Header, units: Iterable[Unit]) -> None:
    """Units in one of the formats of `pipeline.ENDINGS`; html takes a list."""
    from bitext.formats import convert, page
    from bitext.formats.dates import source_date

    if kind == "html":
        page.write(path, header, list(units), date=source_date())
    else:
        convert.write(path, kind, header, units, date=source_date())


def _join_into(path: Path, out: Folder, parts: Sequence[str]) -> None:
    with replacing(path) as f:
        for data in out.read_all([f"{FOLDER}/parts/{part}.jsonl" for part in parts]):
            f.write(data)


def _one_document(path: Path) -> Iterator[Unit]:
    """The units of many documents with ids that differ and paragraphs that rise."""
    from bitext.formats.markup import NMTOKEN

    first, seen = 0, set[str]()
    for n, (header, units) in enumerate(jsonl.read(path, Unit), 1):
        name = "".join(c if NMTOKEN.fullmatch(c) else "-" for c in header.doc)
        while name in seen:  # nothing keeps a shard from giving two documents one name
            name += f".{n}"
        seen.add(name)
        for u in units:
            yield replace(u, id=f"{name}:{u.id}", paragraph=first + u.paragraph)
        first += max((u.paragraph for u in units), default=-1) + 1


def _note_name(name: str) -> str:
    return f"{FOLDER}/notes/{name}.json"


def _note(out: Folder, name: str, o: dict[str, Any]) -> None:
    _write(out, _note_name(name), o)


def _write(out: Folder, name: str, o: dict[str, Any]) -> None:
    out.write(name, json.dumps(o, ensure_ascii=False) + "\n")


def _read(out: Folder, name: str) -> dict[str, Any] | None:
    try:
        o = json.loads(out.read(name) or b"")
    except ValueError:
        return None
    return o if isinstance(o, dict) else None
