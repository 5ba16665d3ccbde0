"""Text as XML: escaped, and refused where XML 1.0 can't hold it."""

from __future__ import annotations

import re

from bitext.errors import InputError

# https://www.w3.org/TR/xml/#charsets: what no XML 1.0 file can hold, not even as a reference
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # BCP 47 in outline
NMTOKEN = re.compile(r"[\w.:·-]+")


def escaped(text: str) -> str:
    """Element content that reads back as `text`. A bare carriage return would read back as a line feed."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;") if "\r" in text else text


def quoted(text: str) -> str:
    """An attribute's value with its quotes. Bare white space in it would read back as spaces."""
    return '"' + escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def check(text: str, where: str) -> None:
    """Whether XML 1.0 can hold `text`.

    Args:
        text: any string.
        where: what to call it in the message: "article: unit u3".

    Raises:
        InputError: a control character, a lone surrogate or a noncharacter.
    """
    if found := ILLEGAL.search(text):
        kind = "lone surrogate" if "\ud800" <= found[0] <= "\udfff" else "character"
        around = text[max(0, found.start() - 20):found.start()].rpartition("\n")[2]
        raise InputError(f"{where}: {kind} U+{ord(found[0]):04X} after {around!r}; no XML file can hold it, remove it")


def check_language(code: str) -> str:
    """Returns `code`.

    Raises:
        InputError: not a language tag, as in ar or en-GB.
    """
    if not LANGUAGE.fullmatch(code):
        raise InputError(f"language {code!r}: not a code; give one as in ar, ar-SA, en-GB")
    return code


def check_id(name: str, where: str) -> str:
    """Returns `name`.

    Raises:
        InputError: it can't serve as an XML name token (letters, digits and . _ : -).
    """
    if not NMTOKEN.fullmatch(name):
        raise InputError(f"{where}: {name!r} can't be an id in XML; use letters, digits and . _ -")
    return name
