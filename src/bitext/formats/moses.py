"""Parallel text as trainers of translation models take it: two files, a sentence a line, the same number of lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bitext.documents import is_blank, read_document
from bitext.errors import InputError
from bitext.files import replacing_text
from bitext.formats.output import ALL, Choice, Count
from bitext.records import Header, Segment, Unit


def write(path: Path, header: Header, units: Iterable[Unit], *, choice: Choice = ALL) -> Count:
    """The units that have both sides; white space in them, line ends included, becomes one space.

    Args:
        path: NAME; the files are NAME.ar and NAME.en, by the languages of the header.
        header: of the units.
        units: of the document, in order.
        choice: which units.

    Raises:
        InputError: a text holds a lone surrogate.
        OutputError: a file can't be written.
    """
    count = Count()
    first, second = (path.with_name(f"{path.name}.{lang}") for lang in (header.lang, header.target_lang or "en"))
    with replacing_text(first) as source, replacing_text(second) as target:
        try:
            for u in choice.pairs(units, count):
                source.write(" ".join(u.source_text.split()) + "\n")
                target.write(" ".join(u.target_text.split()) + "\n")
            source.flush()
            target.flush()
        except UnicodeEncodeError as e:
            raise InputError(f"{header.doc}: lone surrogate {e.object[e.start]!r} in its text; no UTF-8 file can hold "
                             "it, remove it") from None
    return count


def read_lines(path: Path, lang: str, side: str) -> tuple[Header, list[Segment]]:
    """One of two such files as segments: a line is a segment, a blank one is none, but begins a paragraph.

    Args:
        path: the file.
        lang: its language.
        side: what ids begin with: s or t. The number after it is that of the line, so that s3 is line 3, whatever is
            blank.

    Returns:
        A header whose settings have the number of lines, and the segments.

    Raises:
        InputError: as `read_document`.
    """
    document = read_document(path, lang)
    segments: list[Segment] = []
    start = paragraph = after_blank = 0
    lines = document.text.removesuffix("\n").split("\n")
    for n, line in enumerate(lines, 1):
        if is_blank(line):
            after_blank = bool(segments)
        else:
            paragraph += after_blank
            after_blank = 0
            first, text = start + len(line) - len(line.lstrip()), line.strip()
            segments.append(Segment(f"{side}{n}", paragraph, first, first + len(text), text))
        start += len(line) + 1
    return Header("segments", document.name, lang, document.sha256, settings={"lines": len(lines)}), segments
