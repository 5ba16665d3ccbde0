"""What is done, kept in OUT/.batch: a note a file, a part and a note a piece of a shard. Results stand before notes."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bitext import jsonl, pipeline
from bitext.batch.tasks import Done, Failure, Source, Task
from bitext.errors import InputError
from bitext.files import replacing, replacing_text
from bitext.records import Header, Unit

FOLDER = ".batch"


def result(out: Path, name: str, ending: str) -> Path:
    """Where a result stands."""
    path = out / name
    return path.with_name(path.name + ending)


def open_folder(out: Path, settings: dict[str, Any]) -> None:
    """Begin, or go on.

    Raises:
        InputError: what is there was made with other settings.
    """
    path = out / FOLDER / "settings.json"
    text = json.dumps(settings, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if path.exists():
        before = json.loads(path.read_text("utf-8"))
        if changed := [k for k in settings if before.get(k) != settings[k]]:
            k = changed[0]
            raise InputError(f"{out}: holds results with other settings ({k}: {before.get(k)!r}, now {settings[k]!r}); "
                             f"give another folder, or remove {out / FOLDER} to make all anew")
    else:
        with replacing_text(path) as f:
            f.write(text)


def note(out: Path, source: Source, segments: int) -> None:
    """That a file's results are there."""
    assert source.output is not None
    _write(_note(out, source.output), {"key": source.key, "segments": segments, "failed": None})


def set_aside(out: Path, source: Source, failure: Failure, formats: Sequence[str]) -> None:
    """That a file could not be used; results of an earlier form of it go."""
    if source.output is None:
        return
    for ending in (".units.jsonl", *(pipeline.ENDINGS[k] for k in formats)):
        with contextlib.suppress(OSError):
            result(out, source.output, ending).unlink(missing_ok=True)
    _write(_note(out, source.output), {"key": source.key, "segments": 0, "failed": asdict(failure)})


def is_done(out: Path, source: Source) -> bool:
    """Whether a file's results are there, of its present content."""
    assert source.output is not None
    found = _read(_note(out, source.output))
    return found is not None and found["key"] == source.key and found["failed"] is None


def failure_of(out: Path, source: Source) -> Failure | None:
    """Why a file was set aside."""
    assert source.output is not None
    found = _read(_note(out, source.output))
    return Failure(**found["failed"]) if found and found["failed"] else None


def write_part(out: Path, task: Task, documents: Sequence[pipeline.Units], done: Done) -> None:
    """A piece of a shard, then its note."""
    assert task.part is not None
    path = out / FOLDER / "parts" / task.part
    with replacing_text(path.with_name(path.name + ".jsonl")) as f:
        for header, units in documents:
            jsonl.write_lines(f, header, units)
    note_part(out, task, done)


def note_part(out: Path, task: Task, done: Done) -> None:
    """That a piece is there."""
    path = out / FOLDER / "parts" / f"{task.part}.json"
    _write(path, {"key": task.key, **asdict(done)})


def part_done(out: Path, part: str, key: str) -> Done | None:
    """What is noted of a piece; None if it must be made (anew): also where a document of it was set aside."""
    found = _read(out / FOLDER / "parts" / f"{part}.json")
    if found is None or found["key"] != key:
        return None
    return Done(found["documents"], found["segments"], tuple(Failure(**f) for f in found["failed"]))


def join_shard(
    out: Path, name: str, formats: Sequence[str], *, parts: int, key: str, failed: Iterable[Failure]
) -> None:
    """All pieces of a shard → its results; the pieces go."""
    folder = out / FOLDER / "parts" / name
    units = result(out, name, ".units.jsonl")
    with replacing(units) as f:
        for n in range(parts):
            with (folder / f"{n:08d}.jsonl").open("rb") as part:
                shutil.copyfileobj(part, f)
    if units.stat().st_size:
        header = next(jsonl.read(units, Unit))[0]
        for kind in formats:
            write_format(result(out, name, pipeline.ENDINGS[kind]), kind,
                                  replace(header, doc=Path(name).name, source_sha256=""), _one_document(units))
    _write(_note(out, name), {"key": key, "segments": 0, "failed": None, "set_aside": [asdict(f) for f in failed]})
    shutil.rmtree(folder, ignore_errors=True)


def shard_done(out: Path, name: str, key: str) -> list[Failure] | None:
    """Failures of a finished shard; None if it is not finished, or has changed."""
    found = _read(_note(out, name))
    if found is None or found["key"] != key:
        return None
    return [Failure(**f) for f in found["set_aside"]]


def write_failures(out: Path, failures: Sequence[Failure]) -> None:
    """OUT/failed.jsonl, or none."""
    path = out / "failed.jsonl"
    if not failures:
        path.unlink(missing_ok=True)
        return
    with replacing_text(path) as f:
        f.writelines(json.dumps(asdict(x), ensure_ascii=False) + "\n" for x in failures)


def write_format(path: Path, kind: str, header: Header, units: Iterable[Unit]) -> None:
    """Units in one of the formats of `pipeline.ENDINGS`; html takes a list."""
    from bitext.formats import convert, page
    from bitext.formats.dates import source_date

    if kind == "html":
        page.write(path, header, list(units), date=source_date())
    else:
        convert.write(path, kind, header, units, date=source_date())


def _one_document(path: Path) -> Iterator[Unit]:
    """The units of many documents with ids that differ and paragraphs that rise."""
    first = 0
    for header, units in jsonl.read(path, Unit):
        for u in units:
            yield replace(u, id=f"{_in_id(header)}:{u.id}", paragraph=first + u.paragraph)
        first += max((u.paragraph for u in units), default=-1) + 1


def _in_id(header: Header) -> str:
    return "-".join(header.doc.split())


def _note(out: Path, name: str) -> Path:
    path = out / FOLDER / "notes" / name
    return path.with_name(path.name + ".json")


def _write(path: Path, o: dict[str, Any]) -> None:
    with replacing_text(path) as f:
        f.write(json.dumps(o, ensure_ascii=False) + "\n")


def _read(path: Path) -> dict[str, Any] | None:
    try:
        o = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return o if isinstance(o, dict) else None
