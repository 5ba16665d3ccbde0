"""The file of a memory: SQLite with a write-ahead log, so that many processes read while one writes.

What is committed survives a killed process and, since every commit is synced, a power cut; what isn't, is not there.
Nothing is ever deleted: a pair that comes again only becomes the newest, and approved where it wasn't.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bitext.errors import InputError, MemoryFileError
from bitext.translation.memory.keys import Keys, hash64, keys

APPLICATION = 0x62697478  # "bitx", in the header of the file: tells a memory from other SQLite files
VERSION = 1
BATCH = 5_000           # units held at a time
COMMIT = 10             # batches a commit; each commit writes most pages of the index of keys anew
BUSY = 60.0             # seconds to wait for another writer
CONTEXTS = 100          # units of one key; what comes after is kept without its neighbours, so that lookups stay short
# `words` holds each distinct source once, under the id of its first unit; without the text itself (content='') and
# without positions (detail=none) it takes about 50 bytes a unit.
SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE units (
    id INTEGER PRIMARY KEY, key INTEGER NOT NULL, shape INTEGER, before INTEGER NOT NULL, after INTEGER NOT NULL,
    pair INTEGER NOT NULL, approved INTEGER NOT NULL, turn INTEGER NOT NULL, source TEXT NOT NULL,
    target TEXT NOT NULL);
CREATE UNIQUE INDEX by_key ON units (key, before, after, pair);
CREATE INDEX by_shape ON units (shape) WHERE shape IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (text, content='', detail=none, columnsize=0, tokenize=ascii);
CREATE VIRTUAL TABLE counts USING fts5vocab (words, row);
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text with its translation, and what stood beside it."""

    source: str
    target: str
    approved: bool = False
    before: int = 0         # exact_key of the segment before it; 0: none is known
    after: int = 0


@dataclass(frozen=True, slots=True)
class Stats:
    """How much is in a memory."""

    lang: str
    target_lang: str
    units: int
    approved: int
    sources: int            # distinct, by their keys
    size: int               # of the file in bytes
    text: int               # of sources and targets in UTF-8 bytes


class Store:
    """A memory's file, opened."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._counts: dict[str, int] = {}
        self.lang, self.target_lang = self._about("lang"), self._about("target_lang")

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """An existing memory.

        Raises:
            InputError: there is no such file.
            MemoryFileError: damaged, no memory, of a newer version, or locked for long.
        """
        if not path.is_file():
            raise InputError(f"{path}: no such memory; `bitext memory import {path} FILE` makes one")
        with named(path), contextlib.ExitStack() as on_failure:
            db = on_failure.enter_context(contextlib.closing(_connect(path, write=write)))
            application, = db.execute("PRAGMA application_id").fetchone()
            version, = db.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION:
                raise MemoryFileError(f"{path}: an SQLite file, but no bitext memory; give another file")
            if version != VERSION:
                raise MemoryFileError(f"{path}: version {version} is unknown, this bitext reads version {VERSION}; "
                                      "use the bitext that wrote it to export it as TMX")
            store = cls(path, db)
            on_failure.pop_all()
        return store

    @classmethod
    def create(cls, path: Path, lang: str, target_lang: str) -> Self:
        """A memory to write to; made if there is none.

        Raises:
            InputError: the one that is there is of other languages.
            MemoryFileError: as `open`.
        """
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        with named(path), contextlib.closing(_connect(path, create=True)) as db:
            make(db, lang, target_lang)
        store = cls.open(path, write=True)
        if (store.lang, store.target_lang) != (lang, target_lang):
            store.close()
            raise InputError(f"{path}: a memory of {store.lang}–{store.target_lang}, this is {lang}–{target_lang}; "
                             "give another file")
        return store

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def state(self) -> str:
        """Changes with every write; the same writes in the same order give the same state."""
        return self._about("state")

    def add(self, pairs: Iterable[Pair]) -> tuple[int, int]:
        """Keep pairs; of the same source, the later one is preferred.

        Returns:
            How many are new, and how many were known.

        Raises:
            MemoryFileError: the file is damaged or locked for long. What was committed before stays.
        """
        new = known = 0
        rest = iter(pairs)
        batch = list(islice(rest, BATCH))
        while batch:
            with named(self.path), _transaction(self._db):
                for _ in range(COMMIT):
                    n = self._add([(p, keys(p.source), hash64(p.source, p.target)) for p in batch])
                    new, known = new + n, known + len(batch) - n
                    if not (batch := list(islice(rest, BATCH))):
                        break
        return new, known

    def pairs(self) -> Iterator[Pair]:
        """All pairs, in the order in which they came."""
        with named(self.path):
            for row in self._db.execute("SELECT source, target, approved, before, after FROM units ORDER BY id"):
                yield Pair(row[0], row[1], bool(row[2]), row[3], row[4])

    def stats(self) -> Stats:
        """Counted over the whole file, which is checked on the way.

        Raises:
            MemoryFileError: it is damaged.
        """
        with named(self.path):
            fault, = self._db.execute("PRAGMA integrity_check(1)").fetchone()
            if fault != "ok":
                raise sqlite3.DatabaseError(fault.splitlines()[-1])
            units, approved, sources, text = self._db.execute(
                "SELECT count(*), coalesce(sum(approved), 0), count(DISTINCT key), coalesce(sum("
                "length(CAST(source AS BLOB)) + length(CAST(target AS BLOB))), 0) FROM units").fetchone()
        return Stats(self.lang, self.target_lang, units, approved, sources, self.path.stat().st_size, text)

    def salvage(self) -> Iterator[Pair]:
        """The pairs that a damaged file still gives, in order; a page that can't be read costs the units on it."""
        with named(self.path):
            last, = self._db.execute("SELECT coalesce(max(id), 0) FROM units").fetchone()
        spans = [(1, last)]
        while spans:
            first, last = spans.pop()
            try:
                rows = self._db.execute("SELECT source, target, approved, before, after FROM units "
                                        "WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)).fetchall() \
                    if last - first < BATCH else None
            except (sqlite3.DatabaseError, UnicodeDecodeError):
                rows = None
                if first == last:
                    continue
            if rows is None:
                middle = (first + last) // 2
                spans += [(middle + 1, last), (first, middle)]
                continue
            for source, target, approved, before, after in rows:
                if isinstance(source, str) and isinstance(target, str):
                    yield Pair(source, target, approved == 1, before, after)

    def _add(self, made: list[tuple[Pair, Keys, int]]) -> int:
        db = self._db
        turn = int(self._about("turn")) + 1
        first = next_id = db.execute("SELECT coalesce(max(id), 0) + 1 FROM units").fetchone()[0]
        digest = blake2b(self.state.encode(), digest_size=16)
        for p, k, pair in made:
            digest.update(f"{k.exact} {pair} {p.before} {p.after} {p.approved}\n".encode())
            context = p.before, p.after
            if self._renew((k.exact, *context, pair), p.approved, turn):
                continue
            of_key, = db.execute("SELECT count(*) FROM (SELECT 1 FROM units WHERE key = ? LIMIT ?)",
                                 (k.exact, CONTEXTS)).fetchone()
            if of_key == CONTEXTS:
                context = 0, 0
                if self._renew((k.exact, *context, pair), p.approved, turn):
                    continue
            if k.words and not of_key:
                db.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (next_id, " ".join(k.words)))
            db.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (
                next_id, k.exact, k.shape, *context, pair, p.approved, turn, p.source, p.target))
            next_id += 1
        db.executemany("UPDATE about SET value = ? WHERE name = ?",
                       [(str(turn), "turn"), (digest.hexdigest(), "state")])
        return int(next_id - first)

    def _renew(self, place: tuple[int, int, int, int], approved: bool, turn: int) -> bool:
        """Whether the unit was there; it's the newest now, and approved if either is."""
        return self._db.execute(
            "UPDATE units SET approved = max(approved, ?), turn = ? WHERE key = ? AND before = ? AND after = ? "
            "AND pair = ?", (approved, turn, *place)).rowcount > 0

    def _about(self, name: str) -> str:
        with named(self.path):
            row = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise sqlite3.DatabaseError(f"{name} is missing")
        return str(row[0])


def make(db: sqlite3.Connection, lang: str, target_lang: str) -> None:
    """Tables of a memory, if the database is empty."""
    with _transaction(db):
        if not db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            for statement in SCHEMA.split(";")[:-1]:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.executemany("INSERT INTO about VALUES (?, ?)", [
                ("lang", lang), ("target_lang", target_lang), ("state", "new"), ("turn", "0")])


def _connect(path: Path, *, write: bool = False, create: bool = False) -> sqlite3.Connection:
    mode = "rwc" if create else "rw" if write else "ro"
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY, isolation_level=None)
    try:
        db.execute("PRAGMA cache_size = -65536")  # KiB
        if write:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA wal_autocheckpoint = 10000")  # pages of 4 KiB
    except BaseException:
        db.close()
        raise
    return db


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


@contextlib.contextmanager
def named(path: Path) -> Iterator[Any]:
    """SQLite's errors in our words."""
    try:
        yield
    except sqlite3.OperationalError as e:
        if "fts5" in str(e):
            raise MemoryFileError(f"{path}: the SQLite of this Python has no FTS5 ({sqlite3.sqlite_version}); "
                                  "use a Python that has it") from None
        code = getattr(e, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise MemoryFileError(f"{path}: another process has been writing to it for {BUSY:.0f} s; try again when "
                                  "that is done") from None
        raise MemoryFileError(f"{path}: {e}; check the disk and the permissions of the file and its folder, or repair "
                              f"it: bitext memory repair {path} NEW") from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as e:
        raise MemoryFileError(f"{path}: damaged ({e}); save what can be read into a new file: bitext memory repair "
                              f"{path} NEW") from None
