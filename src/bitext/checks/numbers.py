"""Numbers must survive translation."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Digits of any script with what may stand between them: . , the Arabic ٫ ٬, and a comma ، typed for a thousands mark
NUMBER = re.compile(r"\d(?:(?:[.,٫٬]|،(?=\d{3}(?!\d)))?\d)*")
WORDS = re.compile(r"[a-z]+")
# English may write a small number out; its digits are then not missing.
SPELLED = {
    "zero": "0", "one": "1", "first": "1", "once": "1", "two": "2", "second": "2", "both": "2", "twice": "2",
    "three": "3", "third": "3", "four": "4", "fourth": "4", "five": "5", "fifth": "5", "six": "6", "sixth": "6",
    "seven": "7", "seventh": "7", "eight": "8", "eighth": "8", "nine": "9", "ninth": "9", "ten": "10", "tenth": "10",
    "eleven": "11", "eleventh": "11", "twelve": "12", "twelfth": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20",
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "100", "thousand": "1000",
    "january": "1", "february": "2", "march": "3", "april": "4", "may": "5", "june": "6", "july": "7", "august": "8",
    "september": "9", "october": "10", "november": "11", "december": "12",
}
INVENTED = 2  # digits: shorter numbers of the target mostly stand as words in the source ("السابع" → 7th)


def numbers(text: str) -> list[str]:
    """The numbers of a text as plain ASCII digits, without separators: ١٫٥ and 1.5 are both "15"."""
    return ["".join(str(unicodedata.digit(c)) for c in n if c.isdigit()) for n in NUMBER.findall(text)]


def differ(source: str, target: str) -> bool:
    """Whether a number of the source is missing in the target, or a long one stands there from nowhere."""
    ours, theirs = Counter(numbers(source)), Counter(numbers(target))
    missing, invented = ours - theirs, theirs - ours
    if missing:
        missing -= Counter(SPELLED[w] for w in WORDS.findall(target.lower()) if w in SPELLED)
    return bool(missing) or any(len(n) >= INVENTED for n in invented)
