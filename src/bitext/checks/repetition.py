"""Words said twice."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+(?:['’]\w+)*")
LONGEST = 8     # words of a phrase that may repeat
MAY_DOUBLE = frozenset({"had", "that", "very", "no", "ha", "bye"})  # "he said that that day he had had enough"


def stutters(text: str) -> bool:
    """Whether a word, or a phrase of up to eight words, follows at once on itself."""
    words = WORD.findall(text.casefold())
    for n in range(1, LONGEST + 1):
        for i in range(len(words) - 2 * n + 1):
            phrase = words[i : i + n]
            if phrase == words[i + n : i + 2 * n] and not (
                n == 1 and (words[i] in MAY_DOUBLE or words[i].isdigit() or len(words[i]) == 1)
            ):
                return True
    return False
