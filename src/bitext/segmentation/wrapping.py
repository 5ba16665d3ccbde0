"""Hard-wrapped text: recognised, and its lines joined. What SRX rules can't say, so a step of its own before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise

_STOP = re.compile(r"[.!?؟…۔:][\"'“”»)\]]*$")
_STOP_INSIDE = re.compile(r"[.!?؟…۔][\"'“”»)\]]*[^\S\n]+\S")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_END = re.compile(r"(?<=[^\n])\r?\n(?=[^\S\n]*\S)")  # inside a paragraph: text before it and on the next line
_ITEM = re.compile(r"[^\S\n]*[•▪◦●*][^\S\n]")
_ITEM_AFTER_STOP = re.compile(r"[^\S\n]*(?:[-–—]|\(?\d{1,3}[.)-])[^\S\n]")
_JOINT = re.compile(r"(?<![^\S\n])[^\S\n]*\n[^\S\n]*")  # \r is white space in it

FEWEST = 3                    # line ends inside paragraphs; with fewer there is nothing to judge by
NARROWEST, WIDEST = 30, 160   # width of wrapped lines in characters, columns or bytes (two a letter)
FULL = 0.9                    # share of lines that must be full, and of the width that makes a line full


def is_wrapped(text: str) -> bool:
    """Whether lines were broken to a width, paragraphs being parted by blank lines.

    Three traces together: most line ends inside paragraphs are in mid-sentence; more sentences end inside lines or
    with a paragraph than at such line ends; and the next line's first word would not have fitted. One of them alone
    is also true of verse (lines of like length), of lists and of a sentence a line.
    """
    blocks = [[line.rstrip() for line in block.splitlines()] for block in _BLANK_LINE.split(text)]
    inner = [(line, following.split(maxsplit=1)[0])
             for block in blocks for line, following in pairwise(block) if line and following]
    if len(inner) < FEWEST:
        return False
    closed = sum(bool(_STOP.search(line)) for line, _ in inner)
    within = len(_STOP_INSIDE.findall(text)) + sum(bool(_STOP.search(b[-1])) for b in blocks if len(b) > 1)
    if closed * 2 > len(inner) or within <= closed:
        return False
    return any(_filled(inner, measure) for measure in (len, _columns, _bytes))


def join_lines(text: str) -> str:
    """Line ends inside a paragraph become spaces, so that the rules see sentences; length and offsets are kept.

    A list item begins a line of its own: a bullet always, a dash or number where the line before is at an end.
    """
    return _LINE_END.sub(lambda end: end[0] if _begins_item(text, end) else " " * len(end[0]), text)


def unwrap(text: str) -> str:
    """The lines of a sentence as one: each line end and the white space around it is one space."""
    return _JOINT.sub(" ", text)


def _begins_item(text: str, end: re.Match[str]) -> bool:
    if _ITEM.match(text, end.end()):
        return True
    before = text[text.rfind("\n", 0, end.start()) + 1:end.start()].rstrip()
    return bool(_ITEM_AFTER_STOP.match(text, end.end()) and _STOP.search(before))


def _filled(inner: list[tuple[str, str]], measure: Callable[[str], int]) -> bool:
    widths = sorted(measure(line) for line, _ in inner)
    width = widths[-1 - len(widths) // 50]  # a long address may stick out
    full = sum(measure(line) + 1 + measure(word) > FULL * width for line, word in inner)
    return NARROWEST <= width <= WIDEST and full >= FULL * len(inner)


def _columns(text: str) -> int:
    """Width on a screen, as editors count it: vowel marks take none."""
    return sum(unicodedata.category(char) not in {"Mn", "Cf"} for char in text)


def _bytes(text: str) -> int:
    """As GNU fold counts."""
    return len(text.encode())
