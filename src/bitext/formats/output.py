"""What all writers share: which units go out, and the file that they go to."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from bitext.files import replacing
from bitext.records import Unit


@dataclass(slots=True)
class Count:
    """How many units a writer wrote, and how many it left out and why."""

    written: int = 0
    one_sided: int = 0  # nothing stands on the other side
    rejected: int = 0   # by a reviewer
    unwanted: int = 0   # below `min_score`, or not approved where only such are wanted
    repeated: int = 0   # both texts stood there before, with `unique`

    def left_out(self) -> str:
        """'2 one-sided, 1 rejected', for a message; empty where every unit was written."""
        counts = {"one-sided": self.one_sided, "rejected": self.rejected, "below the score or not approved":
                  self.unwanted, "repeated": self.repeated}
        return ", ".join(f"{n} {why}" for why, n in counts.items() if n)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which units a user wants."""

    min_score: float = 0.0
    approved_only: bool = False
    unique: bool = False  # of units with the same two texts, the first alone; holds about 100 bytes a unit

    def pairs(self, units: Iterable[Unit], count: Count) -> Iterator[Unit]:
        """The chosen units that have both sides and were not rejected; `count` is kept up on the way."""
        return self.units(_pairs(units, count), count)

    def units(self, units: Iterable[Unit], count: Count) -> Iterator[Unit]:
        """The chosen units; `count` is kept up on the way."""
        seen: set[bytes] = set()
        for u in units:
            if u.score < self.min_score or (self.approved_only and u.status != "approved"):
                count.unwanted += 1
            elif self.unique and _known(u, seen):
                count.repeated += 1
            else:
                count.written += 1
                yield u


ALL = Choice()


def _pairs(units: Iterable[Unit], count: Count) -> Iterator[Unit]:
    for u in units:
        if not u.source_text.strip() or not u.target_text.strip():
            count.one_sided += 1
        elif u.status == "rejected":
            count.rejected += 1
        else:
            yield u


def _known(u: Unit, seen: set[bytes]) -> bool:
    key = hashlib.blake2b(f"{u.source_text}\0{u.target_text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
    if key in seen:
        return True
    seen.add(key)
    return False


@contextlib.contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that is there whole or not at all; packed where its name ends in .gz, without name and time in it.

    Raises:
        OutputError: the file can't be written.
    """
    with replacing(path) as f:
        if path.suffix.lower() != ".gz":
            yield f
            return
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=f, mtime=0) as packed:
            yield cast("IO[bytes]", packed)
