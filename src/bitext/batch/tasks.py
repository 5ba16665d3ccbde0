"""What goes to a worker and comes back: JSON, one object a line, whether the worker is a process or another machine."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bitext.errors import BitextError


@dataclass(frozen=True, slots=True)
class Options:
    """The same for all documents of a batch."""

    out: str            # folder of the results, path or URL
    to: str
    model: str | None
    models: str
    beam: int
    memory: str | None
    encoder: bool
    srx: str | None
    wrapped: bool | None
    formats: tuple[str, ...]  # beside units
    threads: int        # of a worker; results don't depend on it, nor on the next
    limit: int | None = None  # bytes that a worker may use, where the system can hold it to that

    def path(self, name: str) -> Path | None:
        value = getattr(self, name)
        return Path(value) if value is not None else None


@dataclass(frozen=True, slots=True)
class Source:
    """One document: a file of its own, or a line of a shard."""

    name: str
    lang: str
    where: str          # file, or file:line
    text: str | None = None     # of a line
    path: str | None = None     # of a file, or URL
    target: str | None = None   # a human translation's file, or URL
    output: str | None = None   # of a file: what its results are called, below `out`, without ending
    key: str = ""       # of a file: changes with its content


@dataclass(frozen=True, slots=True)
class Task:
    """Documents that are translated together."""

    sources: tuple[Source, ...]
    part: str | None = None     # of a shard: what its piece is called below the folder of parts
    key: str = ""       # of a part: changes with its lines
    size: int = 0       # bytes of input, for progress


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that was set aside."""

    doc: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a worker says of a task."""

    documents: int
    segments: int
    failed: tuple[Failure, ...]


def format_task(task: Task) -> str:
    return json.dumps(asdict(task))  # in ASCII: a text may hold a lone surrogate, for which it is set aside


def parse_task(line: str) -> Task:
    o = json.loads(line)
    return Task(**{**o, "sources": tuple(Source(**s) for s in o["sources"])})


def format_done(done: Done) -> str:
    return json.dumps(asdict(done), ensure_ascii=False)


def format_error(e: BitextError) -> str:
    return json.dumps({"error": str(e)}, ensure_ascii=False)


def parse_done(line: str) -> Done:
    """Raises what the worker raised."""
    o = json.loads(line)
    if "error" in o:
        raise BitextError(o["error"])
    return Done(o["documents"], o["segments"], tuple(Failure(**f) for f in o["failed"]))


def format_options(options: Options) -> str:
    return json.dumps(asdict(options), ensure_ascii=False)


def parse_options(line: str) -> Options:
    o: dict[str, Any] = json.loads(line)
    return Options(**{**o, "formats": tuple(o["formats"])})
