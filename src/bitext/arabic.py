"""By what two spellings of the same text are known to be the same. Only for comparing: no stored text is changed."""

from __future__ import annotations

import re
import unicodedata

# What a writer may leave out: vowel marks, Koranic signs, elongation; and what can't be seen: direction marks, zero
# width, soft hyphens. Combined hamza and madda (0653-0655) are marks that NFKC has joined to their letters before.
_DROPPED = (
    (0x0610, 0x061C), (0x0640, 0x0640), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06DC), (0x06DF, 0x06E8),
    (0x06EA, 0x06ED), (0x08D3, 0x08E1), (0x08E3, 0x08FF), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2069),
    (0xFEFF, 0xFEFF), (0x00AD, 0x00AD),
)
_TABLE: dict[int, str | None] = {
    **{c: None for first, last in _DROPPED for c in range(first, last + 1)},
    **{ord(c): "ا" for c in "أإآٱ"},
    ord("ى"): "ي", ord("ی"): "ي", ord("ک"): "ك", ord("ة"): "ه",
    **{zero + n: str(n) for zero in (0x0660, 0x06F0) for n in range(10)},
    ord("٫"): ".", ord("٬"): ",",
}
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def comparison_key(text: str) -> str:
    """By which two texts are compared, with no regard to spelling.

    NFKC, small letters, single spaces; without vowel marks, elongation and invisible marks; alef, yaa and taa marbuta
    in one form each; digits and their separators in ASCII. In other scripts the Arabic rules find nothing to do.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    return " ".join(folded.split())


def key_words(key: str) -> list[str]:
    """Words and numbers of a comparison key, in order; a number with its separators is one."""
    return _WORD.findall(key)
