"""Text of a segment without the inline tags of TMX and XLIFF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitext.formats.markup import ILLEGAL

if TYPE_CHECKING:
    from lxml import etree

CODE = {"bpt", "ept", "ph", "it", "ut"}  # hold code of the original format, no text
SILENT = {"mrk", "sm", "em"}  # mark text and stand for nothing in the document


def plain(segment: etree._Element) -> tuple[str, tuple[str, ...]]:
    """Text, and what was left out of it in order: 'bpt <b>', 'ept </b>', 'x'.

    The text of a sub (a footnote, a caption within code) is kept where it stands, and joins no word there.
    """
    if not len(segment):
        return segment.text or "", ()
    texts = [(segment.text or "", False)]
    tags: list[str] = []
    _take(segment, texts, tags, in_code=False, in_sub=False)
    text, last = "", False
    for piece, own in texts:
        if piece:
            text += " " * (own != last and text[-1:].isalnum() and piece[0].isalnum()) + piece
            last = own
    return text, tuple(tags)


def _take(
    element: etree._Element, texts: list[tuple[str, bool]], tags: list[str], *, in_code: bool, in_sub: bool
) -> None:
    for child in element:
        name = str(child.tag).rpartition("}")[2]
        code = name in CODE
        sub = in_sub or name == "sub"
        if name == "cp" and (char := _character(child.get("hex", ""))):
            texts.append((char, in_sub))
        elif name not in SILENT:
            tags.append(f"{name} {child.text or ''}".rstrip() if code else name)
        if not code:
            texts.append((child.text or "", sub))
        _take(child, texts, tags, in_code=code, in_sub=sub)
        if not in_code:
            texts.append((child.tail or "", in_sub))


def _character(code: str) -> str:
    """What cp of XLIFF 2 stands for; nothing where no XML file could hold it."""
    try:
        char = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "" if ILLEGAL.match(char) else char
