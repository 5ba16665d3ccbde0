"""A TMX file cut into its TUs, as a stream; a broken one spoils no other.

Whole runs of TUs are read at once. Only where the parser refuses a run are the TUs in it looked for one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from bitext.errors import InputError
from bitext.formats.input import blocks, safe_parser, words
from bitext.formats.markup import quoted
from bitext.formats.tmx.elements import BrokenError, entry
from bitext.formats.tmx.entries import Entry
from bitext.formats.tmx.quick import read_run

if TYPE_CHECKING:
    from lxml import etree

OnFault = Callable[[str], None]  # is given a message; reading goes on after it
LARGEST = 8 << 20  # bytes of one TU, or of all that stands before the first
TOKEN = re.compile(rb"<!--|<!\[CDATA\[|<\?|<tu[\s/>]|</tu\s*>")
CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
END = b"</tu>"
NOTHING = re.compile(rb"(?>\s|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)


class Pieces:
    """The TUs of one file.

    Args:
        path: the file, packed with gzip or not.
        on_fault: what is done about a broken TU; None: it is an error.
    """

    def __init__(self, path: Path, on_fault: OnFault | None = None) -> None:
        self.path = path
        self.on_fault = on_fault
        self._blocks = blocks(path)
        self._buffer = b""
        self._line = 1      # where the buffer begins
        self._parser = safe_parser()
        self._wrap = b"<tus>%b</tus>"

    def _fault(self, line: int, what: str) -> None:
        """A TU is broken.

        Raises:
            InputError: nobody wants to go on.
        """
        if self.on_fault is None:
            raise InputError(f"{self.path}:{line}: {what}; mend it, or leave such out with --keep-going")
        self.on_fault(f"{self.path}:{line}: {what}")

    def header(self) -> Mapping[str, str]:
        """The attributes of the header; to be taken first.

        Raises:
            InputError: no TMX, or entities are declared.
        """
        from lxml import etree

        while not (found := _first_tu(self._buffer)) and self._more("no TU begins"):
            pass
        if not self._buffer.strip():
            self._refuse("empty; a TMX file was expected")
        end = found or self._buffer.rfind(b"</body")
        head = self._buffer[:end] if end >= 0 else re.sub(rb"</tmx\s*>\s*$", b"", self._buffer)
        if b"<!ENTITY" in head:
            self._refuse("declares XML entities, which are never unfolded here; write their text in their place")
        closing = b"</body></tmx>" if re.search(rb"<body[\s>]", head) else b"</tmx>"
        try:
            root = etree.fromstring(head + closing, safe_parser())
        except etree.XMLSyntaxError as e:
            self._refuse(f"no TMX ({words(e)}); a TMX file was expected")
        if root.tag.rpartition("}")[2] != "tmx":
            self._refuse(f"its root is <{root.tag.rpartition('}')[2]}>, <tmx> was expected; give a TMX file")
        self._advance(len(head))
        spaces = {f"xmlns:{k}": v for k, v in root.nsmap.items() if k}
        self._wrap = f"<tus{''.join(f' {k}={quoted(v)}' for k, v in spaces.items())}>%b</tus>".encode()
        header = next(root.iter("{*}header"), None)
        return {} if header is None else {str(k): str(v) for k, v in header.attrib.items()}

    def entries(self) -> Iterator[Entry]:
        """The TUs in order.

        Raises:
            InputError: a TU is broken and `on_fault` is None; one is larger than `LARGEST`; the file is cut off.
        """
        more = True
        while more:
            end = self._buffer.rfind(END) + len(END)
            if end >= len(END):
                yield from self._run(end)
            more = self._more()
        yield from self._one_by_one(final=True)
        if not re.search(rb"</tmx\s*>", self._buffer):
            self._fault(self._line + self._buffer.count(b"\n"), "the file is cut off, </tmx> is missing")

    def _run(self, end: int) -> Iterator[Entry]:
        from lxml import etree

        run = self._buffer[:end]
        if entries := read_run(run, self._line):
            yield from entries
            self._advance(end)
            return
        try:
            root = etree.fromstring(self._wrap % run, self._parser)
        except etree.XMLSyntaxError:
            yield from self._one_by_one(final=False)
            return
        line = self._line - 1
        for tu in root:
            if tu.tag == "tu":
                yield from self._entry(tu, line + _line(tu))
            else:
                self._fault(line + _line(tu), f"<{tu.tag!s}> between the TUs")
            if (tail := tu.tail) and not tail.isspace():
                self._fault(line + _line(tu), "text between the TUs")
        self._advance(end)

    def _one_by_one(self, *, final: bool) -> Iterator[Entry]:
        """The TUs that stand whole in the buffer; what is after them stays there."""
        from lxml import etree

        start = 0
        for begin, end in _borders(self._buffer, final):
            line = self._line + self._buffer.count(b"\n", 0, begin)
            if not NOTHING.fullmatch(self._buffer, start, begin):
                self._fault(self._line + self._buffer.count(b"\n", 0, start), "text between the TUs")
            start = abs(end)
            if end < 0:
                self._fault(line, "the TU has no end")
                continue
            try:
                tu = etree.fromstring(self._wrap % self._buffer[begin:end], self._parser)[0]
            except etree.XMLSyntaxError as e:
                self._fault(line, f"the TU is broken ({words(e)})")
            else:
                yield from self._entry(tu, line)
        self._advance(start)

    def _entry(self, tu: etree._Element, line: int) -> Iterator[Entry]:
        try:
            yield entry(tu, line)
        except BrokenError as e:
            self._fault(line, str(e))

    def _more(self, what: str = "no TU ends") -> bool:
        if len(self._buffer) > LARGEST:
            self._refuse(f"{what} within {LARGEST >> 20} MB from line {self._line} on; no translation memory looks so")
        block = next(self._blocks, b"")
        self._buffer += block
        return bool(block)

    def _advance(self, end: int) -> None:
        self._line += self._buffer.count(b"\n", 0, end)
        self._buffer = self._buffer[end:]

    def _refuse(self, what: str) -> NoReturn:
        raise InputError(f"{self.path}: {what}")


def _first_tu(data: bytes) -> int:
    """Where the first TU begins, outside comments; 0 where none does."""
    at = 0
    while found := TOKEN.search(data, at):
        if found[0].startswith(b"<tu"):
            return found.start()
        closer = CLOSERS.get(found[0])
        at = data.find(closer, found.end()) if closer else found.end()
        if at < 0:
            break
    return 0


def _borders(data: bytes, final: bool) -> Iterator[tuple[int, int]]:
    """Begin and end of each TU; the end is negative where another begins before it is closed."""
    at, begin = 0, -1
    while found := TOKEN.search(data, at):
        at = found.end()
        if closer := CLOSERS.get(found[0]):
            end = data.find(closer, at)
            if end < 0 and not final:
                return
            at = end + len(closer) if end >= 0 else at
        elif found[0].startswith(b"</"):
            if begin >= 0:
                yield begin, at
            begin = -1
        else:
            if begin >= 0:
                yield begin, -found.start()
            begin = found.start()
    if final and begin >= 0:
        yield begin, -len(data)


def _line(element: etree._Element) -> int:
    return cast("int", element.sourceline)
