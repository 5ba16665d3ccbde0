"""Marks that come in pairs, and the one at the end."""

from __future__ import annotations

import re

BRACKETS = str.maketrans("[{（［", "((((" ) | str.maketrans("]}）］", "))))")
QUOTES = re.compile(r"[\"«»„“”‟″]")
# What may stand after an end mark: closing quotes and brackets, marks of direction
END = re.compile(r"([.!?؟…۔。！？]+)[\s\"'”’»)\]\u200e\u200f\u061c\u2069]*$")
KINDS = {"؟": "?", "？": "?", "！": "!", "…": ".", "۔": ".", "。": "."}


def brackets_differ(source: str, target: str) -> bool:
    """Whether one side has more opening or closing brackets than the other. List numbers "1)" count on both."""
    s, t = source.translate(BRACKETS), target.translate(BRACKETS)
    return any(s.count(b) != t.count(b) for b in "()")


def quotes_differ(source: str, target: str) -> bool:
    """Whether a quotation is left open that was closed, or one of five words and more is no longer marked as such.

    Shorter ones are mostly names, which Arabic puts in quotation marks and English doesn't (one FLORES line in 15).
    """
    s, t = QUOTES.split(source), len(QUOTES.findall(target))
    quoted = s[1::2] if len(s) % 2 else []
    return (t % 2 == 1 and len(s) % 2 == 1) or (t == 0 and any(len(q.split()) >= 5 for q in quoted))


def end_differs(source: str, target: str) -> bool:
    """Whether a question, an exclamation or a statement did not stay one."""
    return _end(source) != _end(target)


def _end(text: str) -> str:
    m = END.search(text)
    if not m:
        return ""
    marks = {KINDS.get(c, c) for c in m.group(1)}
    return "?" if "?" in marks else "!" if "!" in marks else "."
