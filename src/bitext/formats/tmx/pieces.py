"""A TMX file cut into its TUs, as a stream; a broken one spoils no other.

Whole runs of TUs go to the parser at once. Only where it refuses a run are the TUs in it looked for one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

from bitext.errors import InputError
from bitext.formats.input import blocks, safe_parser, words
from bitext.formats.markup import quoted

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

    def fault(self, line: int, what: str) -> None:
        """A TU is broken.

        Raises:
            InputError: nobody wants to go on.
        """
        if self.on_fault is None:
            raise InputError(f"{self.path}:{line}: {what}; mend it, or leave such out with --keep-going")
        self.on_fault(f"{self.path}:{line}: {what}")

    def prolog(self) -> etree._Element:
        """The root element with all that stands before the first TU; to be taken first.

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
        return root

    def tus(self) -> Iterator[tuple[int, etree._Element]]:
        """Line and element of each TU, in order.

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
            self.fault(self._line + self._buffer.count(b"\n"), "the file is cut off, </tmx> is missing")

    def _run(self, end: int) -> Iterator[tuple[int, etree._Element]]:
        from lxml import etree

        try:
            root = etree.fromstring(self._wrap % self._buffer[:end], self._parser)
        except etree.XMLSyntaxError:
            yield from self._one_by_one(final=False)
            return
        line = self._line - 1
        for tu in root:
            if tu.tag == "tu":
                yield line + _line(tu), tu
            else:
                self.fault(line + _line(tu), f"<{tu.tag!s}> between the TUs")
            if (tail := tu.tail) and not tail.isspace():
                self.fault(line + _line(tu), "text between the TUs")
        self._advance(end)

    def _one_by_one(self, *, final: bool) -> Iterator[tuple[int, etree._Element]]:
        """The TUs that stand whole in the buffer; what is after them stays there."""
        from lxml import etree

        start = 0
        for begin, end in _borders(self._buffer, final):
            line = self._line + self._buffer.count(b"\n", 0, begin)
            if not NOTHING.fullmatch(self._buffer, start, begin):
                self.fault(self._line + self._buffer.count(b"\n", 0, start), "text between the TUs")
            start = abs(end)
            if end < 0:
                self.fault(line, "the TU has no end")
                continue
            try:
                yield line, etree.fromstring(self._wrap % self._buffer[begin:end], self._parser)[0]
            except etree.XMLSyntaxError as e:
                self.fault(line, f"the TU is broken ({words(e)})")
        self._advance(start)

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
