"""What crosses a stage: frozen, slotted records, in the order of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Document:
    """What a user has, as text."""

    name: str           # the file's name without folder, language and ending: "article" of corpus/article.ar.txt
    lang: str           # ISO 639 code
    text: str           # as in the file, line ends as \n, no byte-order mark; offsets of segments count in it
    sha256: str         # of the file's bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of one side. `document.text[start:end] == text`, unless hard-wrapped lines were joined in it."""

    id: str             # "s1", "s2", … on the source side, "t1", … on the target side
    paragraph: int      # counted from 0
    start: int          # offsets in characters of the document's text
    end: int
    text: str           # never empty, no white space at either end


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation of one segment."""

    id: str             # of the source segment
    text: str           # may be empty: the engine gave nothing, and flags say so
    score: float | None = None  # log probability a target token, ≤ 0; None where no engine was asked
    origin: str = "mt"  # mt | memory | copy (not in the source language: passed through)
    flags: tuple[str, ...] = ()  # what the engine saw: retried, loop, empty, cut, split


@dataclass(frozen=True, slots=True)
class Bead:
    """A link of m source and n target segments; either side may be empty, never both."""

    source: tuple[int, ...]  # indices, rising, without gaps
    target: tuple[int, ...]
    score: float        # confidence in 0..1


@dataclass(frozen=True, slots=True)
class Unit:
    """A bead with its text: a row of the page, a TU of the TMX."""

    id: str             # "u1", "u2", …
    source: tuple[str, ...]  # ids of segments
    target: tuple[str, ...]
    source_text: str    # "" where the target stands alone
    target_text: str    # "" where the source stands alone
    score: float        # of the bead
    origin: str         # mt | memory | copy | human
    flags: tuple[str, ...] = ()
    status: str = "new"  # new | approved | rejected
    paragraph: int = 0  # of the first source segment; of the unit before, where there is none
    note: str = ""      # a reviewer's comment


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a document in a hand-over file."""

    schema: str         # "segments" | "translations" | "units" | …; "bitext/" stands before it in the file
    doc: str            # the document's name
    lang: str
    source_sha256: str  # of the source file's bytes
    target_lang: str | None = None  # None: the records are of one language
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    made_by: str = ""   # filled in on writing
