"""What two texts can have in common without a dictionary: words, numbers, Latin strings, names by their consonants."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

ARABIC_SCRIPT = frozenset({"ar", "fa", "ur", "ps", "ckb"})
WORD = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_]+")
STEM = 5        # letters of a word that are compared: inflection is at its end
GRAM = 4        # letters of a character n-gram
MARKS = re.compile(r"[\u0640\u064b-\u065f\u0670]")  # Arabic elongation and vowel signs

# Consonants that Arabic names and their Latin spellings share, in classes that survive transliteration: ق is q, k or g,
# ج is j or g, ث is th or s, emphatic letters are written like plain ones. Vowels, ا و ي ع ه ء, h w y don't count.
_CLASSES = (("b", "بپ", "bp"), ("t", "تطة", "t"), ("s", "سصشزظث", "szx"), ("k", "كقخغجچگک", "kqcgj"), ("d", "دذض", "d"),
            ("r", "ر", "r"), ("f", "فڤ", "fv"), ("l", "ل", "l"), ("m", "م", "m"), ("n", "ن", "n"))
_CONSONANTS = {letter: one for one, arabic, latin in _CLASSES for letter in arabic + latin}
_SPELLINGS = re.compile("sh|ch|th|ph|c(?=[ei])")
_SPELT = {"sh": "s", "ch": "s", "th": "s", "ph": "f", "c": "s"}
_PROCLITICS = re.compile(r"^(?:[وفبلك]?ال|لل|[وفبلك])(?=\w{3})")


def words(text: str) -> list[str]:
    """Case-folded words without accents, and numbers."""
    return [_number(w) if w[0].isdecimal() else w for w in WORD.findall(fold(text))]


def fold(text: str) -> str:
    """Compatibility form, small letters, no accents or vowel signs."""
    text = unicodedata.normalize("NFKD", MARKS.sub("", text).casefold())
    return "".join(c for c in text if not unicodedata.combining(c))


def monolingual(text: str) -> list[str]:
    """Keys that two texts of one language share: stems, numbers, and the n-grams of longer words."""
    found = words(text)
    grams = [f"{w[i:i + GRAM]}~" for w in found if len(w) > GRAM for i in range(len(w) - GRAM + 1)]
    return [w[:STEM] for w in found] + grams


def bilingual(text: str, lang: str, other: str, lexicon: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Keys that a text shares with its translation: numbers, Latin strings, names; words that the lexicon translates.

    Args:
        text: of one side.
        lang: its language.
        other: the other side's language.
        lexicon: of the source side only: translations of its folded words. The other side is given none.
    """
    keys = []
    across = (lang in ARABIC_SCRIPT) != (other in ARABIC_SCRIPT)
    for match in WORD.finditer(text):
        word = fold(match[0])
        if not word:
            continue
        if word[0].isdecimal():
            keys.append(_number(word))
        elif word.isascii():
            if len(word) >= 3:
                keys.append(word if across else word[:STEM])
            if across and match[0][0].isupper():
                keys += _skeletons(word)
        elif across and lang in ARABIC_SCRIPT:
            keys += _skeletons(word)
        elif not across:
            keys.append(word)
        if lexicon is not None:
            keys += [f"={w}" for t in lexicon.get(word, ()) for w in words(t)]
    return keys


def translations(text: str) -> list[str]:
    """The keys by which a lexicon's words are found in a target text."""
    return [f"={w}" for w in words(text)]


def end(text: str) -> int:
    """The class of the mark that ends a text."""
    for c in reversed(text[-4:]):
        if c in "?؟？":
            return 2
        if c in "!！":
            return 3
        if c in ":：؛;":
            return 4
        if c in ".。…۔":
            return 1
        if c.isalnum():
            return 0
    return 0


def _number(word: str) -> str:
    """Digits of any script as ASCII, without separators."""
    return "".join(str(unicodedata.decimal(c)) for c in word if c.isdecimal())


def _skeletons(word: str) -> list[str]:
    """The word's consonants by class, doubled ones once; none for words with fewer than three."""
    latin = word.isascii()
    forms = {_SPELLINGS.sub(lambda m: _SPELT[m[0]], word)} if latin else {word, _PROCLITICS.sub("", word)}
    made = {re.sub(r"(.)\1+", r"\1", "".join(_CONSONANTS.get(c, "") for c in f)) for f in forms}
    return [f"'{s}" for s in sorted(made) if len(s) >= 3]
