"""TMX 1.4b out, as a stream.

What makes a file open everywhere: the DOCTYPE, all seven header attributes, srclang equal to the xml:lang of the
source, notes and props before the tuvs, the source first, a tuid that is there once, nothing added inside seg.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bitext import __version__
from bitext.formats.markup import check, check_language, escaped, quoted
from bitext.formats.output import ALL, Choice, Count, writing
from bitext.records import Header, Unit

AT_ONCE = 500  # units that are put into one string


def write(
    path: Path, header: Header, units: Iterable[Unit], *, date: str | None = None, choice: Choice = ALL,
    lang: str | None = None, target_lang: str | None = None,
) -> Count:
    """A TU for each unit that has both sides, in their order; one of them is held at a time.

    Args:
        path: the file; packed with gzip if its name ends in .gz.
        header: of the units.
        units: of the document, in order.
        date: YYYYMMDDThhmmssZ, when the units were made; None: the file holds no dates.
        choice: which units.
        lang: source language as the file shall have it, as in ar-SA; None: the header's.
        target_lang: the same for the target.

    Raises:
        InputError: a text holds what no XML file can; names the unit.
        OutputError: the file can't be written.
    """
    count = Count()
    form = _Form(header, check_language(lang or header.lang),
                 check_language(target_lang or header.target_lang or "en"), date)
    with writing(path) as f:
        f.write(form.head().encode())
        pieces = form.tus(choice.pairs(units, count))
        while some := list(islice(pieces, AT_ONCE)):
            f.write("".join(some).encode())
        f.write(b"  </body>\n</tmx>\n")
    return count


class _Form:
    """What stays the same in every TU of a file."""

    def __init__(self, header: Header, lang: str, target_lang: str, date: str | None) -> None:
        check(header.doc, "document name")
        self.doc = header.doc
        self.lang = quoted(lang)
        self.dates = f" creationdate={quoted(date)} changedate={quoted(date)}" if date else ""
        self.date = f" creationdate={quoted(date)}" if date else ""
        self.id = quoted(header.doc)[:-1]
        self.prop_doc = f'      <prop type="x-doc">{escaped(header.doc)}</prop>\n'
        self.source = f"      <tuv xml:lang={self.lang}><seg>"
        self.target = f"</seg></tuv>\n      <tuv xml:lang={quoted(target_lang)}><seg>"
        self.earlier = _Earlier()

    def head(self) -> str:
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
            '<tmx version="1.4">\n'
            f'  <header creationtool="bitext" creationtoolversion={quoted(__version__)} segtype="sentence" '
            f'o-tmf="bitext" adminlang="en" srclang={self.lang} datatype="plaintext"{self.date}/>\n'
            "  <body>\n"
        )

    def tus(self, units: Iterable[Unit]) -> Iterator[str]:
        """The TUs. One whose source has stood there before is told apart by its neighbours."""
        before, unit = "", None
        for after in units:
            if unit:
                yield self.tu(unit, before, after.source_text)
                before = unit.source_text
            unit = after
        if unit:
            yield self.tu(unit, before, "")

    def tu(self, u: Unit, before: str, after: str) -> str:
        flags = " ".join(u.flags)
        check(f"{u.source_text}\n{u.target_text}\n{u.note}\n{flags}{u.origin}{u.status}\n{u.id}",
              f"{self.doc}: unit {u.id!r}")
        note = f"      <note>{escaped(u.note)}</note>\n" if u.note else ""
        more = f'      <prop type="x-flags">{escaped(flags)}</prop>\n' if flags else ""
        if u.status != "new":
            more += f'      <prop type="x-status">{escaped(u.status)}</prop>\n'
        if self.earlier.holds(u.source_text):
            # The form of memoQ, which gives a match in the same surroundings 101 %.
            more += "".join(f'      <prop type="x-context-{side}">{escaped(f"<seg>{escaped(text)}</seg>")}</prop>\n'
                            for side, text in (("pre", before), ("post", after)) if text)
        return (
            f"    <tu tuid={self.id}:{quoted(u.id)[1:]}{self.dates}>\n{note}"
            f'      <prop type="x-bitext-score">{u.score!r}</prop>\n'
            f'      <prop type="x-origin">{escaped(u.origin)}</prop>\n{more}{self.prop_doc}'
            f'      <prop type="x-paragraph">{u.paragraph}</prop>\n'
            f"{self.source}{escaped(u.source_text)}{self.target}{escaped(u.target_text)}</seg></tuv>\n    </tu>\n"
        )


class _Earlier:
    """The texts seen so far, in 16 MB however many they are.

    One bit a checksum: of a million texts 0.4 % are wrongly held to be known, which gives their TU a context that it
    could have done without.
    """

    def __init__(self) -> None:
        self.bits = bytearray(1 << 24)

    def holds(self, text: str) -> bool:
        """Whether the text was asked for before."""
        at, bit = divmod(zlib.crc32(text.encode()) & 0x7FFFFFF, 8)
        known = self.bits[at] >> bit & 1
        self.bits[at] |= 1 << bit
        return bool(known)
