"""Letters and marks that should not be there."""

from __future__ import annotations

from bitext.languages import SCRIPTS, is_written_in

# Embeddings, overrides and isolates (Unicode Bidirectional Algorithm, UAX #9): they can make a text read other than
# it is stored. The marks LRM, RLM and ALM only help and are left alone.
OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def left_over(target: str, lang: str, target_lang: str) -> bool:
    """Whether letters of the source's script stand in a target that is written in another one."""
    return lang in SCRIPTS and SCRIPTS.get(target_lang) != SCRIPTS[lang] and is_written_in(target, lang)


def has_overrides(text: str) -> bool:
    """Whether invisible characters change the direction of the text."""
    return not OVERRIDES.isdisjoint(text)
