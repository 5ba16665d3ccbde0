"""The file that the page exports: NAME.review.jsonl, schema bitext/review.

Its first line says which document and which units it is about, who reviewed and how many verdicts follow; then one
verdict a line. A verdict says what stood there when the reviewer decided, so that it can be told later whether it
still fits, and what shall stand there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitext import jsonl
from bitext.errors import HandoverError

STATUSES = ("new", "approved", "rejected")
REMAKE = "export it anew from the page"
# What no format can hold (XML 1.0 section 2.2), and lone surrogates, which UTF-8 can't
ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class State:
    """A unit as the reviewer found it."""

    source_text: str
    target_text: str
    status: str = "new"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A unit as the reviewer left it."""

    units: tuple[str, ...]  # ids of the verdict's units that its text comes from
    source_text: str
    target_text: str
    status: str = "new"     # new | approved | rejected
    note: str = ""
    dismissed: tuple[str, ...] = ()  # flags that are no faults here


@dataclass(frozen=True, slots=True)
class Verdict:
    """What shall stand in the place of some neighbouring units: mostly one for one, else a merge, split or move."""

    units: tuple[str, ...]  # ids, neighbours in the document
    was: tuple[State, ...]  # one for each
    now: tuple[Decision, ...]  # at least one; together they hold the same source text


@dataclass(frozen=True, slots=True)
class Review:
    """The first line of a review file."""

    doc: str
    lang: str
    target_lang: str
    source_sha256: str
    units_sha256: str
    reviewer: str       # "" where no name was given


def read_verdicts(path: Path) -> tuple[Review, list[Verdict]]:
    """Read and check one review file.

    Raises:
        HandoverError: cut, edited by hand beyond sense, foreign or of an unknown version; names file and line.
        InputError: the file can't be read.
    """
    objects = jsonl.objects(path)
    review: Review | None = None
    expected = 0
    verdicts: list[Verdict] = []
    where = str(path)
    try:
        for where, o in objects:
            if review is None:
                review, expected = _parse_review(o, where)
            else:
                verdicts.append(parse_verdict(o))
    except KeyError as e:
        raise HandoverError(f"{where}: key {e} is missing; {REMAKE}") from None
    except (TypeError, ValueError) as e:
        raise HandoverError(f"{where}: {e}; {REMAKE}") from None
    if review is None:
        raise HandoverError(f"{path}: empty, a bitext/review header line was expected; {REMAKE}")
    if len(verdicts) != expected:
        raise HandoverError(f"{path}: {expected} verdicts are announced, {len(verdicts)} found; the file is cut or put "
                            f"together by hand, {REMAKE}")
    _check_once(path, verdicts)
    return review, verdicts


def format_verdict(v: Verdict) -> dict[str, Any]:
    """A line of the file."""
    return {
        "units": list(v.units),
        "was": [{"source_text": s.source_text, "target_text": s.target_text, "status": s.status, "note": s.note}
                for s in v.was],
        "now": [{"units": list(d.units), "source_text": d.source_text, "target_text": d.target_text,
                 "status": d.status, "note": d.note, "dismissed": list(d.dismissed)} for d in v.now],
    }


def parse_verdict(o: dict[str, Any]) -> Verdict:
    """The inverse.

    Raises:
        KeyError: a key is missing.
        TypeError: a value is of the wrong kind.
        ValueError: the values contradict each other.
    """
    units = jsonl.get_texts(o, "units")
    was = tuple(
        State(jsonl.get_text(s, "source_text"), jsonl.get_text(s, "target_text"), _status(s), jsonl.get_text(s, "note"))
        for s in _objects(o, "was"))
    now = tuple(
        Decision(jsonl.get_texts(d, "units"), jsonl.get_text(d, "source_text"), jsonl.get_text(d, "target_text"),
                 _status(d), jsonl.get_text(d, "note"), jsonl.get_texts(d, "dismissed"))
        for d in _objects(o, "now"))
    if not units or not now or len(was) != len(units) or len(set(units)) != len(units):
        raise ValueError(f"a verdict on {len(units)} units with {len(was)} former and {len(now)} new states")
    if any(not d.units or not set(d.units) <= set(units) for d in now):
        raise ValueError(f"the verdict on {units[0]} takes text from other units")
    new = {t for d in now for t in (d.target_text, d.note)} - {t for s in was for t in (s.target_text, s.note)}
    if bad := ILLEGAL.search("".join(sorted(new))):
        raise ValueError(f"the verdict on {units[0]} holds U+{ord(bad[0]):04X}, which no format can carry")
    if squashed([s.source_text for s in was]) != squashed([d.source_text for d in now]):
        raise ValueError(f"the verdict on {units[0]} changes the source text, which is not for review")
    return Verdict(units, was, now)


def squashed(texts: Sequence[str]) -> str:
    """The texts without white space: moving a cut changes nothing else."""
    return "".join("".join(texts).replace("\ufeff", "").split())


def _parse_review(o: dict[str, Any], where: str) -> tuple[Review, int]:
    header = jsonl.parse_header(o, where)
    if header.schema != "review":
        raise HandoverError(f"{where}: holds {header.schema}, a review file is needed here")
    if header.target_lang is None:
        raise KeyError("target_lang")
    return Review(header.doc, header.lang, header.target_lang, header.source_sha256, jsonl.get_text(o, "units_sha256"),
                  jsonl.get_text(o, "reviewer")), jsonl.get_int(o, "verdicts")


def _check_once(path: Path, verdicts: Sequence[Verdict]) -> None:
    seen: set[str] = set()
    for v in verdicts:
        if twice := seen.intersection(v.units):
            raise HandoverError(f"{path}: two verdicts on {min(twice)}; {REMAKE}")
        seen.update(v.units)


def _objects(o: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = o[key]
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise TypeError(f"{key} is no list of objects")
    return value


def _status(o: dict[str, Any]) -> str:
    status = jsonl.get_text(o, "status")
    if status not in STATUSES:
        raise ValueError(f"status {status!r}; one of {', '.join(STATUSES)} was expected")
    return status

