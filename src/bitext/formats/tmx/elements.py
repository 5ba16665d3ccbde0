"""A tu element as an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitext.formats.inline import plain
from bitext.formats.tmx.entries import Entry, Variant

if TYPE_CHECKING:
    from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class BrokenError(Exception):
    """What a TU lacks, in words."""


def entry(tu: etree._Element, line: int) -> Entry:
    """The entry.

    Raises:
        BrokenError: the TU says too little.
    """
    variants: list[Variant] = []
    props: list[tuple[str, str]] = []
    notes: list[str] = []
    for child in tu:
        tag = child.tag
        if tag == "tuv":
            variants.append(_variant(child, notes))
        elif tag == "prop":
            props.append((child.get("type", ""), child.text or ""))
        elif tag == "note":
            notes.append(child.text or "")
        elif tag == "tu":
            raise BrokenError("the TU has another within")
    if not variants:
        raise BrokenError("the TU has no tuv")
    return Entry(line, tu.get("tuid", ""), tu.get("srclang", ""), tuple(variants), tuple(props), tuple(notes))


def _variant(tuv: etree._Element, notes: list[str]) -> Variant:
    lang = tuv.get(XML_LANG) or tuv.get("lang") or next(
        (str(v) for k, v in tuv.attrib.items() if str(k).lower().endswith("lang")), "")
    if not lang:
        raise BrokenError("the TU has a tuv without xml:lang")
    text: Variant | None = None
    for child in tuv:
        if child.tag == "seg":
            text = Variant(lang, *plain(child))
        elif child.tag == "note":
            notes.append(child.text or "")
        elif child.tag == "tu":
            raise BrokenError("the TU has another within")
    if text is None:
        raise BrokenError("the TU has a tuv without seg")
    return text
