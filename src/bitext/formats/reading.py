"""What all readers give."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bitext.formats.output import Count
from bitext.records import Header, Unit

STATUSES = {"new", "approved", "rejected"}
SCORE = re.compile(r"[01](\.\d+)?|\d(\.\d+)?e-\d+")


@dataclass(frozen=True, slots=True)
class Reading:
    """Units as they are read; `count` grows as they are taken."""

    header: Header
    units: Iterator[Unit]
    count: Count        # written: units so far; one_sided: entries that lack one of the two languages


def parse_score(text: str | None) -> float | None:
    """A score that bitext wrote; None where there is none."""
    return float(text) if text and SCORE.fullmatch(text) else None


def primary(code: str) -> str:
    """'en' of 'en-US'."""
    return re.split("[-_]", code.lower())[0]


def sha256(path: Path) -> str:
    """Of the file's bytes, in hex."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def stem(path: Path) -> str:
    """'article' of article.tmx.gz."""
    return path.name.removesuffix(".gz").rpartition(".")[0] or path.name
