"""Units as rows of the page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from markupsafe import Markup

from bitext import jsonl
from bitext.checks import REASONS
from bitext.formats.page.text import isolated
from bitext.languages import direction, is_written_in
from bitext.records import Unit

if TYPE_CHECKING:
    from bitext.translation.memory import Match

GOOD, FAIR = 0.8, 0.5  # scores from here on are shown as such; below, as poor
END_MARKS = ".!?؟…۔。！？:"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A translation of a similar text."""

    source: Markup
    target: Markup
    percent: int        # of words in common
    numbers: bool       # the target's numbers were replaced


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as the template takes it."""

    unit: Unit
    number: int
    jump: bool          # the paragraph is not the one that `kind` lets expect: this one or the next
    kind: str           # title | date | first (of a paragraph) | "" (within one)
    source: Markup
    target: Markup
    percent: int        # the score
    band: str           # good | fair | poor
    flags: tuple[tuple[str, str], ...]  # word and reason
    matches: tuple[Suggestion, ...]     # best first


def rows(
    units: Sequence[Unit], lang: str, target_lang: str, matches: Mapping[str, Sequence[Match]] = MappingProxyType({})
) -> list[Row]:
    """The rows of a document.

    Args:
        units: in the order of the document.
        lang: of the source.
        target_lang: of the target.
        matches: what a memory suggests, by unit id.
    """
    kinds = _kinds(units, lang)
    ways = direction(lang), direction(target_lang)
    before = [-1, *(u.paragraph for u in units)]
    return [
        Row(u, n, u.paragraph != before[n - 1] + bool(kinds[n - 1]), kinds[n - 1],
            isolated(u.source_text, ways[0]), isolated(u.target_text, ways[1]), round(u.score * 100),
            "good" if u.score >= GOOD else "fair" if u.score >= FAIR else "poor",
            tuple((f, REASONS.get(f, f)) for f in u.flags),
            tuple(Suggestion(isolated(m.source, ways[0]), isolated(m.target, ways[1]), round(m.score * 100), m.numbers)
                  for m in matches.get(u.id, ())))
        for n, u in enumerate(units, 1)
    ]


def units_hash(units: Sequence[Unit]) -> str:
    """SHA-256 (hex) of the units; the page keeps a reviewer's work under it."""
    digest = hashlib.sha256()
    for u in units:
        digest.update(json.dumps(jsonl.format_unit(u)).encode("ascii"))
    return digest.hexdigest()


def _kinds(units: Sequence[Unit], lang: str) -> list[str]:
    """What each unit is in the article: its title, its date line, the first of a paragraph or one within it."""
    kinds = ["" if n and units[n - 1].paragraph == u.paragraph else "first" for n, u in enumerate(units)]
    alone = [k == "first" and kinds[n + 1 : n + 2] != [""] for n, k in enumerate(kinds)]
    if units and alone[0] and not units[0].source_text.rstrip().endswith(tuple(END_MARKS)):
        kinds[0] = "title"
        if len(units) > 1 and alone[1] and _is_date(units[1], lang):
            kinds[1] = "date"
    return kinds


def _is_date(unit: Unit, lang: str) -> bool:
    """A line passed through as it is, or a short one with digits and no end mark."""
    text = unit.source_text.strip()
    has_digits = any(c.isdigit() for c in text)
    return has_digits and len(text) <= 60 and (unit.origin == "copy" or not is_written_in(text, lang)
                                               or not text.endswith(tuple(END_MARKS)))
