"""A folder, a list of files or shards → documents, a few at a time."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from bitext.batch.tasks import Failure, Source, Task
from bitext.errors import InputError
from bitext.languages import CODE

SHARDS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
TOGETHER = 40_000       # characters of input a task: some 300 sentences, enough to fill batches of one length
TEXT_KEYS, NAME_KEYS = ("text", "source_text"), ("name", "id", "doc")


def find(place: Path, *, listed: bool) -> tuple[list[Path], list[Path], Path]:
    """Texts and shards of a folder with all below it, or those that a list names a line each, in a fixed order.

    Returns:
        The files; those of other kinds, which are left out; the folder that their names count from.

    Raises:
        InputError: there is nothing.
    """
    if listed:
        try:
            lines = place.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as e:
            raise InputError(f"{place}: can't be read as a list of files ({e})") from None
        root, files = place.parent, [place.parent / line.strip() for line in lines if line.strip()]
    elif place.is_dir():
        root = place
        files = sorted(p for p in place.rglob("*") if p.is_file()
                       and not any(part.startswith(".") for part in p.relative_to(place).parts))
    else:
        root, files = place.parent, [place]
    wanted = [p for p in files if p.name.endswith((".txt", *SHARDS))]
    if not wanted:
        raise InputError(f"{place}: no document; texts (.txt) or shards ({', '.join(SHARDS)}) were expected")
    for path in wanted:
        if path.name.endswith(".zst"):
            _zstd(path)
    return wanted, [p for p in files if p not in set(wanted)] if len(files) > len(wanted) else [], root


def is_shard(path: Path) -> bool:
    """Whether a file holds many documents."""
    return path.name.endswith(SHARDS)


def output_name(path: Path, root: Path) -> str:
    """What the results of a file are called, below the folder of results, without ending."""
    name = path.name[:path.name.rindex(".jsonl")] if is_shard(path) else _name_and_language(path, "")[0]
    try:
        return path.parent.relative_to(root).joinpath(name).as_posix()
    except ValueError:  # a list may name files anywhere
        return name


def file_sources(paths: Iterable[Path], root: Path, lang: str, to: str) -> Iterator[tuple[Source, int]]:
    """Texts as documents, each with its size in bytes.

    `NAME.ar.txt` says the language; `NAME.en.txt` beside it is a human translation of it and no document.
    """
    paths = list(paths)
    there = set(paths)
    for path in paths:
        name, own = _name_and_language(path, lang)
        target = path.with_name(f"{name}.{to}.txt")
        if own == to and any(p in there for p in path.parent.glob(f"{name}.??.txt") if p != path):
            continue
        if not target.exists() or target == path:
            target = None  # type: ignore[assignment]
        try:
            stats = [p.stat() for p in (path, target) if p]
        except OSError:
            stats = []  # the worker says what is wrong
        key = sha256(repr([(s.st_size, s.st_mtime_ns) for s in stats]).encode()).hexdigest()
        yield Source(name, own, str(path), path=str(path), target=str(target) if target else None,
                     output=output_name(path, root), key=key), stats[0].st_size if stats else 0


def grouped(sources: Iterable[tuple[Source, int]]) -> Iterator[Task]:
    """Documents that are files, some to a task."""
    group: list[Source] = []
    size = 0
    for source, n in sources:
        group.append(source)
        size += n
        if size >= TOGETHER:
            yield Task(tuple(group), size=size)
            group, size = [], 0
    if group:
        yield Task(tuple(group), size=size)


def shard_tasks(path: Path, name: str, lang: str, on_failure: Callable[[Failure], None]) -> Iterator[Task]:
    """The parts of a shard, read as they are taken; what is no document is told to `on_failure`.

    Raises:
        InputError: the file can't be read, or is cut off.
    """
    group: list[Source] = []
    digest, size, number, before = sha256(), 0, 0, 0
    for n, line, at in _lines(path):
        try:
            source = _of_line(line, f"{path}:{n}", f"{Path(name).name}.{n}", lang)
        except ValueError as e:
            on_failure(Failure(f"{Path(name).name}.{n}", f"{path}:{n}", str(e)))
            continue
        group.append(source)
        digest.update(line)
        size += len(source.text or "")
        if size >= TOGETHER:
            yield Task(tuple(group), f"{name}/{number:08d}", digest.hexdigest(), at - before)
            group, digest, size, number, before = [], sha256(), 0, number + 1, at
    if group:
        yield Task(tuple(group), f"{name}/{number:08d}", digest.hexdigest(), path.stat().st_size - before)


def _lines(path: Path) -> Iterator[tuple[int, bytes, int]]:
    """Lines with their numbers, and how far the file, packed or not, has been read."""
    try:
        with path.open("rb") as raw, _unpacked(path, raw) as f:
            for n, line in enumerate(f, 1):
                if line.strip():
                    yield n, line, raw.tell()
    except (OSError, EOFError, ValueError) as e:
        raise InputError(f"{path}: can't be read ({e}); the file is cut off or damaged, get it anew") from None
    except Exception as e:
        if type(e).__name__ == "ZstdError":
            raise InputError(f"{path}: can't be read ({e}); the file is damaged, get it anew") from None
        raise


def _unpacked(path: Path, raw: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    if path.name.endswith(".gz"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if path.name.endswith(".zst"):
        return io.BufferedReader(_zstd(path)(raw))
    return io.BufferedReader(raw)  # type: ignore[type-var]


def _zstd(path: Path) -> Callable[[IO[bytes]], Any]:
    if find_spec("zstandard"):
        return lambda raw: import_module("zstandard").ZstdDecompressor().stream_reader(raw, closefd=False)
    raise InputError(f"{path}: reading .zst takes the package zstandard; install it, or pack the shard with gzip")


def _of_line(line: bytes, where: str, default: str, lang: str) -> Source:
    """Raises ValueError: no document."""
    o = json.loads(line)
    if not isinstance(o, dict):
        raise ValueError("a JSON object was expected")
    text = next((o[k] for k in TEXT_KEYS if k in o), None)
    if not isinstance(text, str):
        raise ValueError('no string under "text"')
    name = next((o[k] for k in NAME_KEYS if k in o), default)
    own = o.get("lang", lang)
    if not isinstance(own, str) or not CODE.fullmatch(own):
        raise ValueError(f"lang {own!r} is no language code")
    return Source(str(name), own, where, text)


def _name_and_language(path: Path, default: str) -> tuple[str, str]:
    stem = path.name.removesuffix(".txt")
    name, dot, code = stem.rpartition(".")
    return (name, code) if dot and name and CODE.fullmatch(code) else (stem, default)
