"""Does a translation go round in circles? Weak models do so on input that they don't understand."""

from __future__ import annotations

import re
from collections import Counter

MAX_PERIOD = 12          # words; a longer phrase is not said three times in one sentence
RUN = 3                  # a phrase said so often without a break
RUN_ONE = 4              # the same for a single word ("very, very, very" is good English)
SCATTERED = 4            # three words said so often with others between them
_SYLLABLES = re.compile(r"([^\W\d_]{1,12}?)\1{5,}")  # within a word, six times
# Letters of languages that put no spaces between words count one by one.
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|\w+")


def loops(text: str, source: str = "") -> bool:
    """Whether `text` repeats itself as no writer does, and `source` doesn't do the same.

    A phrase of up to 12 words said three times running (a single word: four times), any three words said four times
    in one sentence, or a syllable said six times in one word. 0 of 4,914 lines that people wrote or translated are
    taken for loops (FLORES dev and IWSLT17, both languages), 27 of 997 that the package in models/ made.
    """
    return _goes_round(text) and not _goes_round(source)


def repeated(text: str) -> float:
    """The share of three-word phrases that were said before in the same text: 0 for good prose, near 1 in a loop."""
    words = _words(text)
    phrases = Counter(zip(words, words[1:], words[2:], strict=False))
    return 1 - len(phrases) / phrases.total() if phrases else 0.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _goes_round(text: str) -> bool:
    if _SYLLABLES.search(text):
        return True
    words = _words(text)
    if max(Counter(zip(words, words[1:], words[2:], strict=False)).values(), default=0) >= SCATTERED:
        return True
    return any(_longest_run(words, period) >= (RUN if period > 1 else RUN_ONE) for period in range(1, MAX_PERIOD + 1))


def _longest_run(words: list[str], period: int) -> int:
    """How often a phrase of `period` words is said without a break, at most."""
    best = same = 0
    for a, b in zip(words, words[period:], strict=False):
        same = same + 1 if a == b else 0
        best = max(best, same)
    return 1 + best // period
