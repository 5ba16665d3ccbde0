"""A translation of the same sentence with other numbers becomes one with these numbers, where that is safe."""

from __future__ import annotations

import re
from collections import Counter

from bitext.arabic import comparison_key

NUMBER = re.compile(r"\d+(?:[.,٫٬]\d+)*")
_ARABIC = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")


def numbers(text: str) -> list[str]:
    """The numbers of a text in order, digits in ASCII, separators kept."""
    return NUMBER.findall(comparison_key(text))


def substitute(old_source: str, old_target: str, source: str) -> str | None:
    """`old_target` with the numbers of `source` in the place of those of `old_source`.

    Args:
        old_source: equal to `source` but for its numbers.
        old_target: its translation.
        source: what is to be translated.

    Returns:
        None where it can't be told which number belongs where: a number that changes stands in the target less or more
        often than in the source, or in another form ("three", 1,500 for 1500).
    """
    old, new = numbers(old_source), numbers(source)
    if len(old) != len(new):
        return None
    changes: dict[str, str] = {}
    for a, b in zip(old, new, strict=True):
        if changes.setdefault(a, b) != b:
            return None
    changes = {a: b for a, b in changes.items() if a != b}
    in_source, in_target = Counter(old), Counter(numbers(old_target))
    if any(in_source[a] != in_target[a] for a in changes):
        return None

    def changed(found: re.Match[str]) -> str:
        number = comparison_key(found[0])
        if number not in changes:
            return found[0]
        return changes[number].translate(_ARABIC) if "٠" <= found[0][0] <= "٩" else changes[number]

    result = NUMBER.sub(changed, old_target)
    # A number that only the comparison key shows, such as the 1 and 2 of ½, was not replaced.
    expected = Counter(changes.get(n, n) for n in in_target.elements())
    return result if Counter(numbers(result)) == expected else None
