"""A folder, a list of files or shards → documents, a few at a time."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import IO, Any

from bitext.batch import places
from bitext.batch.places import File
from bitext.batch.tasks import Failure, Source, Task
from bitext.errors import InputError
from bitext.languages import CODE, name_and_language

SHARDS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
TOGETHER = 40_000       # characters of input a task: some 300 sentences, enough to fill batches of one length
BYTES_A_CHARACTER = 1.8  # of Arabic text in UTF-8, for files, which are not opened to be shared out
TEXT_KEYS, NAME_KEYS = ("text", "source_text"), ("name", "id", "doc")


@dataclass(frozen=True, slots=True)
class Found:
    """What a batch is to read, in a fixed order."""

    texts: list[File]
    shards: list[File]
    left_out: list[str]     # names of files of other kinds
    whole: bool         # whether it is all of a folder, so that what is not here is nowhere


def find(place: str, *, listed: bool, out: str = "") -> Found:
    """Texts and shards of a folder with all below it, or those that a list names a line each.

    Args:
        place: path or URL of a folder, a file, or a list.
        listed: whether it is a list.
        out: folder of the results; what is there is no input.

    Raises:
        InputError: there is nothing, or it can't be read.
    """
    files = None if listed else places.find(place)
    whole = files is not None
    if listed:
        files = [_listed(place, line.strip()) for line in _list(place) if line.strip()]
    elif files is None:
        one = places.stat(place, place.rstrip("/").rpartition("/")[2])
        if one is None:
            raise InputError(f"{place}: no such file or folder; check the name, or the folder that you stand in")
        files = [one]
    elif out and (below := _below(out, place)) is not None:
        if not below:
            raise InputError(f"{out}: is the folder of the documents; give another one for the results")
        files = [f for f in files if not f.name.startswith(f"{below}/")]
    texts = [f for f in files if f.name.endswith(".txt")]
    shards = [f for f in files if f.name.endswith(SHARDS)]
    if not texts and not shards:
        raise InputError(f"{place}: no document; texts (.txt) or shards ({', '.join(SHARDS)}) were expected")
    for f in shards:
        if f.name.endswith(".zst"):
            _zstd(f.where)
    return Found(texts, shards, [f.name for f in files if not f.name.endswith((".txt", *SHARDS))], whole)


def is_shard(name: str) -> bool:
    """Whether a file holds many documents."""
    return name.endswith(SHARDS)


def output_name(name: str) -> str:
    """What the results of a file are called, below the folder of results, without ending."""
    path = PurePosixPath(name)
    own = path.name[:path.name.rindex(".jsonl")] if is_shard(name) else name_and_language(path.name, "")[0]
    return path.with_name(own).as_posix()


def file_sources(found: Found, lang: str, to: str) -> Iterator[tuple[Source, int]]:
    """Texts as documents, each with its size in bytes, its human translation's included.

    `NAME.ar.txt` says the language; `NAME.en.txt` beside it is a human translation of it and no document.
    """
    there = {f.name: f for f in found.texts}
    languages: dict[str, set[str]] = defaultdict(set)
    for f in found.texts:
        languages[output_name(f.name)].add(name_and_language(PurePosixPath(f.name).name, "")[1])
    for f in found.texts:
        name, own = name_and_language(PurePosixPath(f.name).name, lang)
        output = output_name(f.name)
        if own == to and languages[output] - {to, ""}:
            continue
        target = None
        if own != to:
            beside = f"{output}.{to}.txt"
            target = there.get(beside)
            if target is None and not found.whole:
                target = places.stat(places.beside(f.where, f"{name}.{to}.txt"), beside)
        key = sha256(" ".join(x.key for x in (f, target) if x).encode()).hexdigest()
        yield Source(name, own, f.where, path=f.where, target=target.where if target else None,
                     output=output, key=key), f.size + (target.size if target else 0)


def grouped(sources: Iterable[tuple[Source, int]]) -> Iterator[Task]:
    """Documents that are files, some to a task."""
    group: list[Source] = []
    size = 0
    for source, n in sources:
        group.append(source)
        size += n
        if size >= TOGETHER * BYTES_A_CHARACTER:
            yield Task(tuple(group), size=size)
            group, size = [], 0
    if group:
        yield Task(tuple(group), size=size)


def shard_tasks(shard: File, name: str, lang: str, on_failure: Callable[[Failure], None]) -> Iterator[Task]:
    """The parts of a shard, read as they are taken; what is no document is told to `on_failure`.

    Raises:
        InputError: the file can't be read, or is cut off.
    """
    group: list[Source] = []
    digest, size, number, before = sha256(), 0, 0, 0
    for n, line, at in _lines(shard.where):
        default, where = f"{PurePosixPath(name).name}.{n}", f"{shard.where}:{n}"
        try:
            source = _of_line(line, where, default, lang)
        except (ValueError, RecursionError) as e:
            on_failure(Failure(default, where, str(e)))
            continue
        group.append(source)
        digest.update(line)
        size += len(source.text or "")
        if size >= TOGETHER:
            yield Task(tuple(group), f"{name}/{number:08d}", digest.hexdigest(), at - before)
            group, digest, size, number, before = [], sha256(), 0, number + 1, at
    if group:
        yield Task(tuple(group), f"{name}/{number:08d}", digest.hexdigest(), shard.size - before)


def _list(place: str) -> list[str]:
    try:
        with places.opened(place) as f:
            return f.read().decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(f"{place}: can't be read as a list of files ({e})") from None


def _listed(place: str, name: str) -> File:
    """A file of a list, which may lie anywhere; a text that is missing is told of when its turn comes."""
    where = places.beside(place, name)
    root = places.beside(place, "")
    below = _below(where, root)
    own = below if below and not {"", "..", "."} & set(below.split("/")) else where.rpartition("/")[2]
    found = places.stat(where, own)
    if found is None and is_shard(own):
        raise InputError(f"{where}: no such file; check the list {place}")
    return found or File(where, own, 0, "")


def _below(place: str, folder: str) -> str | None:
    """The name of a place as from a folder, "" if it is the folder; None: it is not below."""
    here, there = places.local_path(place), places.local_path(folder)
    if here is not None and there is not None:
        here, there = here.absolute(), there.absolute()
        return "/".join(here.relative_to(there).parts) if here.is_relative_to(there) else None
    if here is not None or there is not None:
        return None
    place, folder = place.rstrip("/"), folder.rstrip("/")
    return place[len(folder) + 1:] if f"{place}/".startswith(f"{folder}/") else None


def _lines(where: str) -> Iterator[tuple[int, bytes, int]]:
    """Lines with their numbers, and how far the file, packed or not, has been read."""
    try:
        with places.opened(where) as raw, _unpacked(where, raw) as f:
            for n, line in enumerate(f, 1):
                if line.strip():
                    yield n, line, raw.tell()
    except (OSError, EOFError, ValueError, zlib.error) as e:
        raise InputError(f"{where}: can't be read ({e}); the file is cut off or damaged, get it anew") from None
    except Exception as e:
        if type(e).__name__ == "ZstdError":
            raise InputError(f"{where}: can't be read ({e}); the file is damaged, get it anew") from None
        raise


def _unpacked(where: str, raw: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    if where.endswith(".gz"):
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    if where.endswith(".zst"):
        return io.BufferedReader(_zstd(where)(raw))
    return nullcontext(raw)


def _zstd(where: str) -> Callable[[IO[bytes]], Any]:
    """Python 3.14's own module in its older form: it reads files of many frames, and says when one is cut off."""
    if find_spec("backports") and find_spec("backports.zstd"):
        return lambda raw: import_module("backports.zstd").ZstdFile(raw)
    raise InputError(f"{where}: reading .zst takes backports.zstd; pip install 'bitext[zstd]', or pack it with gzip")


def _of_line(line: bytes, where: str, default: str, lang: str) -> Source:
    """Raises ValueError: no document."""
    o = json.loads(line)
    if not isinstance(o, dict):
        raise ValueError("a JSON object was expected")
    text = next((o[k] for k in TEXT_KEYS if k in o), None)
    if not isinstance(text, str):
        raise ValueError('no string under "text"')
    name = str(next((o[k] for k in NAME_KEYS if k in o), default))
    if any("\ud800" <= c <= "\udfff" for c in name):
        raise ValueError("its name holds a lone surrogate")
    own = o.get("lang", lang)
    if not isinstance(own, str) or not CODE.fullmatch(own):
        raise ValueError(f"lang {own!r} is no language code")
    return Source(name, own, where, text)
