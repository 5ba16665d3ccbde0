"""Text as it may stand in the page: never markup, nothing invisible that turns it around."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

# What a user calls a language; others are called by their code.
NAMES = {
    "ar": "Arabic", "ckb": "Kurdish", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian",
    "fr": "French", "he": "Hebrew", "it": "Italian", "ja": "Japanese", "ko": "Korean", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "zh": "Chinese",
}
# NUL and lone surrogates: the HTML parser drops the one, UTF-8 can't hold the other.
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
# Embeddings, overrides and isolates (Unicode Bidirectional Algorithm, UAX #9). Each is shown in a box of its own, which
# ends its effect there.
CONTROLS = "\u202a-\u202e\u2066-\u2069"
RTL_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
RUNS = {
    # In a right-to-left text: Latin words with the numbers and marks between them
    "rtl": r"[A-Za-zÀ-ɏ](?:[\w .,:/@'’&+-]*[A-Za-z0-9À-ɏ])?",
    "ltr": f"[{RTL_LETTERS}](?:[{RTL_LETTERS}\\s\u064b-\u0652]*[{RTL_LETTERS}])?",
}
PIECES = {way: re.compile(f"([{CONTROLS}])|({run})", re.ASCII) for way, run in RUNS.items()}


@dataclass(frozen=True, slots=True)
class Side:
    """One language of the page."""

    lang: str
    dir: str            # rtl | ltr

    @property
    def name(self) -> str:
        return NAMES.get(self.lang, self.lang)


def finalized(value: Any) -> Any:
    """What jinja2 puts into the page, before it escapes it."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else writable(value)


def writable(text: str) -> str:
    """The text with U+FFFD for what no HTML file can hold."""
    return UNWRITABLE.sub("\ufffd", text)


def isolated(text: str, way: str) -> Markup:
    """Escaped text in which runs of the other direction are isolated and direction controls are shown.

    Args:
        text: any text.
        way: rtl or ltr, the direction of the cell.
    """
    text, pieces, at = writable(text), [], 0
    for m in PIECES[way].finditer(text):
        pieces.append(_escaped(text[at : m.start()]))
        if m[1]:
            pieces.append(Markup('<i data-c="{:04X}">{}</i>').format(ord(m[1]), m[1]))
        else:
            pieces.append(Markup("<bdi>{}</bdi>").format(m[2]))
        at = m.end()
    return Markup("").join([*pieces, _escaped(text[at:])])


def _escaped(text: str) -> Markup:
    """As markupsafe, and with the carriage returns that the HTML parser would make line feeds of."""
    return escape(text).replace("\r", Markup("&#13;"))
