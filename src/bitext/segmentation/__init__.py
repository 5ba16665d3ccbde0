"""Text → sentences, by SRX rules that CAT tools can load too."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from bitext.documents import check_text, is_blank
from bitext.records import Document, Header, Segment
from bitext.segmentation.engine import Cutter
from bitext.segmentation.srx import parse_srx, srx_bytes
from bitext.segmentation.wrapping import is_wrapped, join_lines, unwrap

RULES = Path(__file__).with_name("rules")
_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")


def segment(
    text: str, lang: str = "ar", *, srx: Path | None = None, wrapped: bool | None = None, side: str = "s"
) -> list[Segment]:
    """The sentences of a text; `text[s.start:s.end] == s.text` unless hard-wrapped lines were joined in it.

    Args:
        text: paragraphs end at line ends, or at blank lines where lines are wrapped.
        lang: ISO 639 code; a language without rules of its own is cut by default.srx.
        srx: an SRX file instead of the built-in one.
        wrapped: whether lines are hard-wrapped and to be joined; None: decided by the text.
        side: what ids begin with: s or t.

    Returns:
        In order; empty for a blank text.

    Raises:
        InputError: `srx` can't be read or has no rules for `lang`; `text` holds control characters.
    """
    check_text(text, "text")
    return _segment(text, lang, rules_file(lang, srx), is_wrapped(text) if wrapped is None else wrapped, side)


def segment_document(
    document: Document, *, srx: Path | None = None, wrapped: bool | None = None, side: str = "s"
) -> tuple[Header, list[Segment]]:
    """The same for a document; the header's settings show the rules and the choice about wrapped lines."""
    file = rules_file(document.lang, srx)
    if wrapped is None:
        wrapped = is_wrapped(document.text)
    segments = _segment(document.text, document.lang, file, wrapped, side)
    settings = {"rules": file.name, "rules_sha256": hashlib.sha256(srx_bytes(file)).hexdigest(), "wrapped": wrapped}
    return Header("segments", document.name, document.lang, document.sha256, settings=settings), segments


def rules_file(lang: str, srx: Path | None = None) -> Path:
    """The SRX file that a language is cut by."""
    if srx is not None:
        return srx
    own = RULES / f"{lang}.srx"
    return own if own.is_file() else RULES / "default.srx"


def _segment(text: str, lang: str, file: Path, wrapped: bool, side: str) -> list[Segment]:
    cutter = _cutter(srx_bytes(file), str(file) if file.parent != RULES else file.name, lang)
    segments: list[Segment] = []
    start = paragraph = seen = 0
    for end in cutter.ends(join_lines(text) if wrapped else text):
        piece = text[start:end]
        if not is_blank(piece):
            first, last = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
            line_ends = len(_LINE_END.findall(text, seen, first))
            if segments and line_ends and not (wrapped and line_ends == 1):
                paragraph += 1
            sentence = text[first:last]
            segments.append(Segment(f"{side}{len(segments) + 1}", paragraph, first, last,
                                    unwrap(sentence) if wrapped else sentence))
            seen = last
        start = end
    return segments


@lru_cache(maxsize=16)
def _cutter(data: bytes, file: str, lang: str) -> Cutter:
    return Cutter(parse_srx(data, file).rules(lang), file)
