"""Which pairs of sentences are fit to learn from."""

from __future__ import annotations

import lzma
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from bitext.arabic import comparison_key, key_words
from bitext.errors import InputError
from bitext.languages import LETTER, is_written_in

SHORT = 3                   # words up to which lengths say nothing
RATIO = (0.5, 3.5)          # target words to source words; Arabic writes as one word what English writes as two
OWN_SCRIPT = 0.25           # of a source's letters at least are of its script, the rest names and terms


class Pair(NamedTuple):
    """A sentence, its translation, and how often an epoch has it."""

    source: str
    target: str
    weight: float


def read(path: Path, weight: float) -> Iterator[Pair]:
    """Pairs of a file of lines "source TAB target", what follows is left out; .xz is unpacked.

    Raises:
        InputError: it can't be read, or a line has no tab.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") if path.suffix == ".xz" else \
                path.open(encoding="utf-8", newline="\n") as f:
            for n, line in enumerate(f, 1):
                columns = line.rstrip("\r\n").split("\t")
                if len(columns) < 2:
                    raise InputError(f"{path}:{n}: no tab; lines of source TAB target were expected")
                yield Pair(columns[0], columns[1], weight)
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as e:
        raise InputError(f"{path}: can't be read ({getattr(e, 'strerror', None) or e})") from None


def guard_keys(files: Sequence[Path]) -> set[str]:
    """The lines of test sets, by key.

    Raises:
        InputError: a file can't be read.
    """
    keys = set()
    for path in files:
        try:
            keys |= {guard_key(line) for line in path.read_text(encoding="utf-8").splitlines()}
        except (OSError, UnicodeDecodeError) as e:
            raise InputError(f"{path}: can't be read ({getattr(e, 'strerror', None) or e})") from None
    return keys - {""}


def guard_key(text: str) -> str:
    """Words without spaces between, in one spelling: what differs only in marks and punctuation is the same."""
    return "".join(key_words(comparison_key(text)))


def clean(pairs: Iterable[Pair], lang: str, *, guard: Set[str] = frozenset()) -> tuple[list[Pair], Counter[str]]:
    """The pairs that are kept, in NFC, and how many were dropped for what reason."""
    kept: dict[tuple[str, str], Pair] = {}
    dropped: Counter[str] = Counter()
    for pair in pairs:
        p = Pair(unicodedata.normalize("NFC", pair.source).strip(), unicodedata.normalize("NFC", pair.target).strip(),
                 pair.weight)
        if reason := fault(p, lang, guard):
            dropped[reason] += 1
        elif (p.source, p.target) in kept:
            dropped["twice"] += 1
        else:
            kept[p.source, p.target] = p
    return list(kept.values()), dropped


def fault(pair: Pair, lang: str, guard: Set[str]) -> str:
    """Why a pair is unfit, in two words; "" if it is fit."""
    source, target = pair.source, pair.target
    if not source or not target:
        return "empty"
    if guard_key(source) in guard or guard_key(target) in guard:
        return "test set"
    letters = LETTER.findall(source)
    if sum(is_written_in(c, lang) for c in letters) <= OWN_SCRIPT * len(letters):
        return "source's language"
    if not is_written_in("a", lang) and is_written_in(target, lang):
        return "target's language"
    words = len(source.split())
    if words > SHORT and not RATIO[0] <= len(target.split()) / words <= RATIO[1]:
        return "length"
    return ""


def unlike(pairs: Sequence[Pair], lang: str, target_lang: str, least: float) -> list[bool]:
    """Which pairs the aligner's sentence encoder finds less alike than `least` (cosine).

    Raises:
        InputError: it doesn't know one of the languages.
    """
    from bitext.alignment.encoder import default_encoder

    encoder = default_encoder((lang, target_lang))
    if encoder is None:
        raise InputError(f"no sentence encoder for {lang} and {target_lang}; leave out --alike")
    out: list[bool] = []
    for n in range(0, len(pairs), 4096):
        part = pairs[n:n + 4096]
        cosines = (encoder.encode([p.source for p in part]) * encoder.encode([p.target for p in part])).sum(1)
        out += (cosines < least).tolist()
    return out
