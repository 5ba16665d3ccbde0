"""A TU as it stands in a file.

Tuples with names: a million of them are made in half the time of dataclasses.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Variant(NamedTuple):
    """A tuv: the text in one language."""

    lang: str           # as in the file: "en", "EN-US", "ar_SA"
    text: str           # without inline tags
    tags: tuple[str, ...] = ()  # what was left out of it, in order: "bpt <b>", "ept </b>", "ph {1}"


class Entry(NamedTuple):
    """A tu."""

    line: int           # where it begins in the file, from 1
    id: str             # tuid; "" if it has none
    lang: str           # its own srclang; "" if it has none
    variants: tuple[Variant, ...]  # at least one
    props: tuple[tuple[str, str], ...] = ()  # type and value
    notes: tuple[str, ...] = ()


@cache
def same_language(first: str, second: str) -> bool:
    """Whether two codes name one language, in any case; a code without region stands for all its regions."""
    a, b = (code.lower().replace("_", "-").split("-") for code in (first, second))
    return a == b[:len(a)] or b == a[:len(b)]
