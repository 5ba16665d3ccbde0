"""Flags on a pair: what a reviewer should look at first. Pure functions of the two texts.

A flag is a short word; `REASONS` says what it means, for the page and for messages.
"""

from __future__ import annotations

from bitext.checks import length, names, numbers, punctuation, repetition, script

REASONS = {
    "empty": "nothing was translated",
    "numbers": "a number of one side is missing on the other",
    "names": "a name in Latin letters was not carried over",
    "untranslated": "source letters are left in the translation",
    "length": "far shorter or longer than expected",
    "repeated": "words are repeated",
    "brackets": "brackets don't match",
    "quotes": "quotation marks don't match",
    "end-mark": "the end mark is missing or another one",
    "bidi": "invisible direction marks in the source",
    "loop": "the engine repeated itself",
    "retried": "the engine was asked a second time",
    "cut": "the engine stopped before the end",
    "split": "too long for the engine: translated in parts",
    "low-score": "may not be a translation of this text",
    "other-numbers": "from the memory, with its numbers replaced",
    "one-sided": "stands on one side only",
    "tags": "inline tags were left out",
}


def flag(source: str, target: str, lang: str, target_lang: str) -> tuple[str, ...]:
    """Flags of a pair, in the order of `REASONS`.

    Args:
        source: text in `lang`.
        target: its translation.
        lang: code of the source's language.
        target_lang: code of the target's.
    """
    if not source.strip() or not target.strip():
        found = {"empty"} if source.strip() else set()
    else:
        found = {
            name
            for name, wrong in (
                ("numbers", numbers.differ(source, target)),
                ("names", names.missing(source, target, lang)),
                ("untranslated", script.left_over(target, lang, target_lang)),
                ("length", length.unlikely(source, target, lang, target_lang)),
                ("repeated", repetition.stutters(target) and not repetition.stutters(source)),
                ("brackets", punctuation.brackets_differ(source, target)),
                ("quotes", punctuation.quotes_differ(source, target)),
                ("end-mark", punctuation.end_differs(source, target)),
            )
            if wrong
        }
    if script.has_overrides(source) or script.has_overrides(target):
        found.add("bidi")
    return tuple(name for name in REASONS if name in found)
