"""A batch from beginning to end: what is to be done, who does it, what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from bitext import __version__
from bitext.batch import inputs, places, state
from bitext.batch.local import Workers
from bitext.batch.places import File
from bitext.batch.tasks import Done, Failure, Options, Source, Task
from bitext.errors import InputError

SECONDS_A_LINE = 1.0


@dataclass(slots=True)
class Result:
    """What came of a batch."""

    documents: int = 0      # made now
    segments: int = 0
    already: int = 0        # pieces and files that were there
    left_out: list[str] = field(default_factory=list)  # files of other kinds
    failed: list[Failure] = field(default_factory=list)  # in the order of the input


@dataclass(slots=True)
class _Shard:
    file: File
    name: str
    parts: int = 0
    open: bool = True
    failed: dict[str, tuple[Failure, ...]] = field(default_factory=dict)  # by part; "" for lines that are no document


def run_batch(place: str, options: Options, workers: Workers, *, lang: str = "ar", listed: bool = False) -> Result:
    """Do what isn't done yet; documents that can't be used are set aside in OUT/failed.jsonl.

    Args:
        place: path or URL of a folder, a shard, a text, or with `listed` a file that names files.
        options: the same on every run into one folder.
        workers: who does it; the results don't depend on them.
        lang: of documents that name none.
        listed: whether `place` is a list.

    Raises:
        InputError: nothing to do, two documents of one name, or results of other settings are there.
        OutputError: results can't be written.
    """
    return _Batch(place, options, lang, listed).run(workers)


class _Batch:
    def __init__(self, place: str, options: Options, lang: str, listed: bool) -> None:
        self.options, self.lang, self.out = options, lang, places.folder(options.out)
        self.found = inputs.find(place, listed=listed, out=options.out)
        self.shards = {name: _Shard(f, name) for f in self.found.shards for name in [inputs.output_name(f.name)]}
        self.result = Result(left_out=self.found.left_out)
        self.progress = _Progress(sum(f.size for f in (*self.found.texts, *self.found.shards)))
        if self.shards and "html" in options.formats:
            raise InputError(f"{self.found.shards[0].where}: a shard makes no page; ask for another format than html")
        self._check_names()

    def run(self, workers: Workers) -> Result:
        state.open_folder(self.out, self._settings())
        for task, done in workers.run(self._tasks()):
            self.result.documents += done.documents
            self.result.segments += done.segments
            self.progress.tell(task.size, done)
            if task.part is not None:
                shard = self.shards[task.part.rpartition("/")[0]]
                shard.failed[task.part] = done.failed
                self._join(shard)
        for shard in self.shards.values():
            self._join(shard)
        self.progress.end()
        self.result.failed = list(self._failures())
        state.write_failures(self.out, self.result.failed)
        return self.result

    def _tasks(self) -> Iterator[Task]:
        yield from inputs.grouped(self._missing())
        for shard in self.shards.values():
            if state.shard_done(self.out, shard.name, shard.file.key) is not None:
                shard.open = False
                self._already(shard.file.size)
                continue
            wrong: list[Failure] = []
            parts = 0
            for task in inputs.shard_tasks(shard.file, shard.name, self.lang, wrong.append):
                assert task.part is not None
                parts += 1
                done = state.part_done(self.out, task.part, task.key)
                if done is not None and not done.failed:
                    shard.failed[task.part] = ()
                    self._already(task.size)
                else:
                    yield task
            shard.failed[""] = tuple(wrong)
            shard.parts = parts

    def _missing(self) -> Iterator[tuple[Source, int]]:
        for source, size in inputs.file_sources(self.found, self.lang, self.options.to):
            if state.is_done(self.out, source):
                self._already(size)
            else:
                yield source, size

    def _already(self, size: int) -> None:
        self.result.already += 1
        self.progress.skip(size)

    def _join(self, shard: _Shard) -> None:
        """Make a shard's results, once all its pieces are there."""
        if shard.open and "" in shard.failed and len(shard.failed) == shard.parts + 1:
            failed = sorted((f for part in shard.failed.values() for f in part),
                            key=lambda f: int(f.where.rpartition(":")[2]))  # by line
            state.join_shard(self.out, shard.name, self.options.formats, parts=shard.parts, key=shard.file.key,
                             failed=failed)
            shard.open = False
            shard.failed = {}

    def _failures(self) -> Iterator[Failure]:
        for source, _ in inputs.file_sources(self.found, self.lang, self.options.to):
            if failure := state.failure_of(self.out, source):
                yield failure
        for shard in self.shards.values():
            yield from state.shard_done(self.out, shard.name, shard.file.key) or []

    def _check_names(self) -> None:
        seen: dict[str, str] = {}
        texts = ((s.output or "", s.where) for s, _ in inputs.file_sources(self.found, self.lang, self.options.to))
        shards = ((inputs.output_name(f.name), f.where) for f in self.found.shards)
        for name, where in chain(texts, shards):
            if name in seen:
                raise InputError(f"{where}: its results would have the name of those of {seen[name]}; rename one")
            seen[name] = where

    def _settings(self) -> dict[str, Any]:
        """What the results depend on."""
        from bitext.translation.packages import argos_folder, find_packages

        o = self.options
        settings: dict[str, Any] = {
            "bitext": __version__, "to": o.to, "beam": o.beam, "encoder": o.encoder, "wrapped": o.wrapped,
            "formats": list(o.formats), "lang": self.lang, "srx": _key(Path(o.srx)) if o.srx else None, "memory": None}
        packages = find_packages(self.lang, o.to, path=o.path("model"), folders=[Path(o.models), argos_folder()])
        settings["package"] = [p.sha256 for p in packages]
        if o.memory:
            from bitext.translation.memory import Memory

            with Memory.open(Path(o.memory)) as memory:
                settings["memory"] = memory.state
        return settings


class _Progress:
    """A line on standard error for a person who is watching: how far, how fast, how long yet."""

    def __init__(self, size: int) -> None:
        self.size, self.seen, self.made, self.segments, self.failed = size, 0, 0, 0, 0
        self.start = self.last = time.monotonic()
        self.shown = sys.stderr.isatty()

    def skip(self, size: int) -> None:
        self.seen += size

    def tell(self, size: int, done: Done) -> None:
        self.seen += size
        self.made += size
        self.segments += done.segments
        self.failed += len(done.failed)
        now = time.monotonic()
        if not self.shown or now - self.last < SECONDS_A_LINE:
            return
        self.last, took = now, now - self.start
        left = took * max(self.size - self.seen, 0) / max(self.made, 1)
        print(f"\r{min(self.seen / max(self.size, 1), 1):4.0%}  {self.segments} segments, "
              f"{self.segments / took:.0f}/s, {_duration(left)} left, {self.failed} set aside \033[K", end="",
              file=sys.stderr, flush=True)

    def end(self) -> None:
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    minutes, s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{s:02}"


def _key(path: Path) -> str:
    try:
        found = path.stat()
    except OSError as e:
        raise InputError(f"{path}: can't be read ({e.strerror or e})") from e
    return sha256(f"{found.st_size} {found.st_mtime_ns}".encode()).hexdigest()
