"""TMX 1.1–1.4b in, as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bitext.formats.inline import plain
from bitext.formats.tmx.entries import Entry, Variant
from bitext.formats.tmx.pieces import OnFault, Pieces

if TYPE_CHECKING:
    from lxml import etree

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class _BrokenError(Exception):
    """A TU that says too little."""


def read(path: Path, on_fault: OnFault | None = None) -> tuple[Mapping[str, str], Iterator[Entry]]:
    """A translation memory: the attributes of its header, and its TUs one by one.

    Args:
        path: the file, packed with gzip or not.
        on_fault: is told of each broken TU, which is left out; None: the first is an error.

    Raises:
        InputError: the file can't be read, is no TMX or is broken (also while the TUs are taken).
    """
    pieces = Pieces(path, on_fault)
    header = next(pieces.prolog().iter("{*}header"), None)
    return ({} if header is None else {str(k): str(v) for k, v in header.attrib.items()}), _entries(pieces)


def _entries(pieces: Pieces) -> Iterator[Entry]:
    for line, tu in pieces.tus():
        try:
            entry = _entry(tu, line)
        except _BrokenError as e:
            pieces.fault(line, f"the TU {e}")
        else:
            yield entry


def _entry(tu: etree._Element, line: int) -> Entry:
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
            raise _BrokenError("has another within")
    if not variants:
        raise _BrokenError("has no tuv")
    return Entry(line, tu.get("tuid", ""), tu.get("srclang", ""), tuple(variants), tuple(props), tuple(notes))


def _variant(tuv: etree._Element, notes: list[str]) -> Variant:
    lang = tuv.get(XML_LANG) or tuv.get("lang") or next(
        (str(v) for k, v in tuv.attrib.items() if str(k).lower().endswith("lang")), "")
    if not lang:
        raise _BrokenError("has a tuv without xml:lang")
    text: Variant | None = None
    for child in tuv:
        if child.tag == "seg":
            text = Variant(lang, *plain(child))
        elif child.tag == "note":
            notes.append(child.text or "")
        elif child.tag == "tu":
            raise _BrokenError("has another within")
    if text is None:
        raise _BrokenError("has a tuv without seg")
    return text
