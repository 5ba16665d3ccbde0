"""What a memory finds a segment by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from bitext.arabic import comparison_key, key_words
from bitext.translation.memory.numbers import NUMBER


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one source text."""

    text: str           # comparison key
    exact: int          # its hash
    shape: int | None   # hash of the key with every number as 0; None: there are no numbers
    words: tuple[str, ...]  # with every number as "0"


@lru_cache(maxsize=10_000)  # a unit is a neighbour first, then itself, then a neighbour again
def keys(source: str) -> Keys:
    """The keys of a source text."""
    text = comparison_key(source)
    shape, numbers = NUMBER.subn("0", text)
    return Keys(text, hash64(text), hash64(shape) if numbers else None, tuple(key_words(shape)))


def exact_key(source: str) -> int:
    """`keys(source).exact` alone; 0 where there is nothing."""
    k = keys(source)
    return k.exact if k.text else 0


def hash64(*texts: str) -> int:
    """BLAKE2b of texts as a whole number that SQLite can hold (signed, 64 bits)."""
    data = "\0".join(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
