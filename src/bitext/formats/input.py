"""Files as UTF-8 blocks or lines, XML whatever it is written in; nothing in it is fetched or unfolded."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bitext.errors import InputError

if TYPE_CHECKING:
    from lxml import etree

# Without huge_tree libxml2's own bounds stay on: 256 levels, 10 MB in one text.
SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False,
                        "huge_tree": False, "remove_comments": True, "remove_pis": True}
BLOCK = 1 << 15  # bytes read at a time; a run of this size stays in the processor's cache, 1.3 times as fast as 1 << 18
DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*\?>")
ENCODING = re.compile(rb"""encoding\s*=\s*["']([\w.:-]+)["']""")
BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BARE = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))  # without a mark
WIDE = ("utf-16", "utf_16", "ucs-2", "utf-32", "unicode")


def safe_parser() -> etree.XMLParser:
    """A parser that unfolds no entity, loads no DTD and opens no connection."""
    from lxml import etree

    return etree.XMLParser(**SAFE)


def words(e: Exception) -> str:
    """What libxml2 says of broken XML, without the place: that counts from another beginning."""
    return re.sub(r",? \(?line \d+(, column \d+)?.*", "", str(e), flags=re.DOTALL)


def blocks(path: Path) -> Iterator[bytes]:
    """The file in UTF-8, without byte-order mark and XML declaration; line ends stay, so that lines can be counted.

    Bytes that are wrong in its encoding come out as what is no UTF-8, so that a parser refuses them where they stand.

    Raises:
        InputError: the file can't be read, is of an unknown encoding, or its gzip is damaged.
    """
    try:
        with path.open("rb") as f:
            packed = f.read(2) == b"\x1f\x8b"
            f.seek(0)
            if packed:
                with gzip.open(f) as unpacked:
                    yield from _blocks(unpacked, path)  # type: ignore[arg-type]
            else:
                yield from _blocks(f, path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as e:
        raise InputError(f"{path}: damaged gzip ({e}); get the file anew") from None
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name, or the folder that you stand in") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, a file was expected; name a file in it") from None
    except OSError as e:
        raise InputError(f"{path}: can't be read ({e.strerror or e}); check its permissions") from e


def lines(path: Path) -> Iterator[str]:
    """Lines, cut at line feeds alone: a carriage return may stand in a cell.

    Raises:
        InputError: the file can't be read, or is not UTF-8.
    """
    rest = b""
    n = 1
    try:
        for block in chain(blocks(path), [b"\n"]):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield line.decode("utf-8") + "\n"
                n += 1
    except UnicodeDecodeError:
        raise InputError(f"{path}:{n}: not UTF-8; save the table as UTF-8 text") from None


def _blocks(f: IO[bytes], path: Path) -> Iterator[bytes]:
    first = f.read(BLOCK)
    encoding, bom = next(((name, bom) for bom, name in BOMS if first.startswith(bom)), ("", b""))
    if not encoding:
        encoding = next((name for start, name in BARE if first.startswith(start)), "") or _declared(first, path)
    decode = None if encoding == "utf-8" else _decoder(encoding)
    block, at_start = first[len(bom):], True
    while block:
        text = decode(block, False) if decode else block
        if at_start and (declaration := DECLARATION.match(text)):
            text = b"\n" * declaration[0].count(b"\n") + text[declaration.end():]
        at_start = False
        yield text
        block = f.read(BLOCK)
    if decode:
        yield decode(b"", True)


def _declared(first: bytes, path: Path) -> str:
    """The encoding of a file without mark. One that says UTF-16 and begins in single bytes was converted since."""
    declaration = DECLARATION.match(first)
    found = ENCODING.search(declaration[0]) if declaration else None
    name = found[1].decode("ascii", "replace").lower() if found else "utf-8"
    if name.startswith(WIDE) or name in {"utf8", "us-ascii", "ascii"}:
        return "utf-8"
    try:
        b"".decode(name)
        " ".encode(name)
    except (LookupError, UnicodeError):
        raise InputError(f"{path}: its encoding {name!r} is unknown; save it as UTF-8") from None
    return codecs.lookup(name).name


def _decoder(encoding: str) -> Callable[[bytes, bool], bytes]:
    wide = encoding.startswith("utf-")
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass" if wide else "surrogateescape")

    def decode(data: bytes, final: bool) -> bytes:
        try:
            return decoder.decode(data, final).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            decoder.reset()
            return b"\xff"

    return decode
