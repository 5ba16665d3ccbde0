"""The target document as plain text: the translated article."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from bitext.errors import InputError
from bitext.files import replacing_text
from bitext.formats.output import Count
from bitext.records import Header, Unit


def write(path: Path, header: Header, units: Iterable[Unit]) -> Count:
    """The target's text in the source's paragraphs, a blank line between them.

    Args:
        path: the file, as in article.en.txt.
        header: of the units.
        units: of the document, in order. One that has no target text counts as one-sided.

    Raises:
        InputError: a text holds a lone surrogate.
        OutputError: the file can't be written.
    """
    count = Count()
    with replacing_text(path) as f:
        between = ""
        try:
            for _, paragraph in groupby(units, key=lambda u: u.paragraph):
                texts = [u.target_text.strip() for u in paragraph]
                count.one_sided += texts.count("")
                count.written += len(texts) - texts.count("")
                if text := " ".join(t for t in texts if t):
                    f.write(f"{between}{text}\n")
                    between = "\n"
            f.flush()
        except UnicodeEncodeError as e:
            raise InputError(f"{header.doc}: lone surrogate {e.object[e.start]!r} in its text; no UTF-8 file can hold "
                             "it, remove it") from None
    return count
