"""What a user has → text with paragraphs. Every fault of a file is found here, before slow work starts."""

from __future__ import annotations

import hashlib
import re
import shlex
from pathlib import Path

from bitext.errors import InputError
from bitext.records import Document

# What no text holds and no XML 1.0 file may hold (https://www.w3.org/TR/xml/#charsets): C0 and C1 controls but tab
# and line ends, halves of a surrogate pair, the two noncharacters.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANK = re.compile(r"[\s\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*")  # white space, marks without width
_LINE_END = re.compile(r"\r\n|\r|\n")
_SAMPLE = 100_000  # bytes that are looked at to name an encoding
_SIGNATURES = {  # what a file that a user may take for text begins with
    b"PK\x03\x04": "a zip archive (docx, odt, epub)", b"%PDF-": "a PDF", b"{\\rtf": "rich text (RTF)",
    b"\xd0\xcf\x11\xe0": "an old Word file (doc)",
}


def read_document(path: Path, lang: str) -> Document:
    r"""The text of a UTF-8 file, with or without byte-order mark; line ends become \n.

    Args:
        path: NAME.LANG.txt or NAME.txt.
        lang: ISO 639 code.

    Raises:
        InputError: no such file, a folder, unreadable, empty, not UTF-8, not plain text.
    """
    data = _bytes(path)
    ending = path.suffix.lower()
    kind = next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)
    if kind or ending not in {"", ".txt", ".text", f".{lang}"}:
        raise InputError(f"{path}: {kind or f'files that end in {ending}'} can't be read here; "
                         f"save it as UTF-8 text, {path.name.split('.')[0]}.{lang}.txt")
    if not data:
        raise InputError(f"{path}: empty, a text was expected")
    text = _LINE_END.sub("\n", _decode(data, path))
    check_text(text, str(path))
    if is_blank(text):
        raise InputError(f"{path}: holds only blank lines, a text was expected")
    return Document(_name(path, lang), lang, text, hashlib.sha256(data).hexdigest())


def check_text(text: str, where: str) -> None:
    """Whether `text` can go through the pipeline into XML. Bidi controls may: they are flagged later, not refused.

    Args:
        text: any string.
        where: what to call it in the message: a path, "text".

    Raises:
        InputError: a control character, a lone surrogate or a noncharacter; line and column (from 1) are named.
    """
    if (found := _FORBIDDEN.search(text)) is None:
        return
    before, char = text[:found.start()], found[0]
    ends = list(_LINE_END.finditer(before))
    column = found.start() - (ends[-1].end() if ends else 0) + 1
    kind = ("NUL character" if char == "\0" else "lone surrogate" if "\ud800" <= char <= "\udfff"
            else "noncharacter" if char > "\ue000" else "control character")
    raise InputError(f"{where}: line {len(ends) + 1}, column {column}: {kind} U+{ord(char):04X}; remove it"
                     + (", or save as UTF-8 text if this is another kind of file" if char == "\0" else ""))


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it: white space, zero-width characters, marks of direction."""
    return _BLANK.fullmatch(text) is not None


def _name(path: Path, lang: str) -> str:
    name = path.name
    for ending in (".txt", ".text", f".{lang}"):
        if name.lower().endswith(ending) and len(name) > len(ending):
            name = name[:-len(ending)]
    return name


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path}: is a folder, a text file was expected; name a file in it")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the name, or the folder that you stand in") from None
    except OSError as e:
        raise InputError(f"{path}: can't be read ({e.strerror or e}); check its permissions") from e


def _decode(data: bytes, path: Path) -> str:
    """UTF-8 → text; anything else is named, so that the user can convert it and see that it's right."""
    encoding = _utf16(data)
    if encoding is None:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as e:
            at = e.start
        if b"\0" in data:
            raise InputError(f"{path}: no text, it holds NUL bytes; save it as UTF-8 text")
        encoding = _guess(data)
        line = data.count(b"\n", 0, at) + 1
        found = f"not UTF-8 (byte {data[at]:#04x} in line {line})"
        if encoding is None:
            raise InputError(f"{path}: {found}; save it as UTF-8 text")
        found += f", it looks like {encoding}"
    else:
        found = f"{encoding}, not UTF-8"
    raise InputError(f"{path}: {found}; convert it: iconv -f {encoding} -t UTF-8 {shlex.quote(str(path))} > new.txt")


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the small bytes at every second place (0: Latin, 4: Cyrillic, 6: Arabic)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    sample = data[:_SAMPLE]
    pairs = len(sample) // 2
    for first, encoding in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        if pairs and sum(byte < 9 for byte in sample[first::2]) > 0.6 * pairs:
            return encoding
    return None


def _guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None or best.encoding in {"utf_8", "ascii"}:
        return None
    return best.encoding.upper().replace("CP125", "WINDOWS-125").replace("ISO8859", "ISO-8859").replace("_", "-")
