"""Sentences longer than the model can take: cut where a reader would breathe, so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

# Where to cut, best first: after the marks or spaces that a pattern matches. A comma before a digit may be part of a
# number.
PLACES = (
    re.compile(r"[؛;][\s\"'”’»)]*"),
    re.compile(r"[،,](?!\d)[\s\"'”’»)]*"),
    re.compile(r"[:–—][\"'”’»)]*\s+"),
    re.compile(r"\s+(?=و|(?:ثم|أو|لكن|حيث|and|but|or|which|that)\s)"),
    re.compile(r"\s+"),
)
MARGIN = 0.25            # no cut in the first or last quarter


def cut(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Pieces of `text` that fit, in order; joined they are `text` again.

    Args:
        text: a sentence.
        fits: whether the model can take a piece; never asked about a single character.
    """
    if len(text) < 2 or fits(text):
        return [text]
    at = _place(text)
    return cut(text[:at], fits) + cut(text[at:], fits)


def _place(text: str) -> int:
    """Where to cut: at the best kind of place that there is, nearest the middle; never at an end."""
    middle, margin = len(text) // 2, int(len(text) * MARGIN)
    last = min(len(text) - margin, len(text) - 1)
    for pattern in PLACES:
        ends = takewhile(lambda end: end <= last, (m.end() for m in pattern.finditer(text, margin)))
        if best := min(ends, key=lambda end: abs(end - middle), default=0):
            return best
    return middle
