"""From one format into another, as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bitext import jsonl
from bitext.errors import InputError
from bitext.formats.output import ALL, Choice, Count
from bitext.formats.reading import Reading
from bitext.formats.tmx.pieces import OnFault
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from bitext.translation.memory import Match

READ = {".tmx": "tmx", ".xlf": "xliff", ".xliff": "xliff", ".tsv": "tsv", ".csv": "tsv", ".jsonl": "units",
        ".ladder": "ladder"}
WRITTEN = {**READ, ".txt": "txt"}
PACKED = frozenset({"tmx", "xliff", "tsv"})  # which may be written with gzip


def convert(
    path: Path, output: Path, *, lang: str | None = None, target_lang: str | None = None,
    lines: Sequence[Path] | None = None, on_fault: OnFault | None = None, choice: Choice = ALL,
    version: str = "2.1", date: str | None = None,
) -> tuple[Count, int]:
    """Read a file and write another; the names' endings say which formats (.gz after them: packed).

    Args:
        path: .tmx, .xlf, .xliff, .tsv, .csv, .ladder, or .jsonl with units.
        output: the same, or .txt for the target's text alone.
        lang: source language, where the file holds several or names none; as in `tmx.read_units`.
        target_lang: the same for the target.
        lines: the two texts that a ladder links, a sentence a line.
        on_fault: is told of each broken TU of a TMX, which is left out; None: the first is an error.
        choice: which units.
        version: of XLIFF.
        date: YYYYMMDDThhmmssZ for TMX and XLIFF.

    Returns:
        What was written, and how many entries of a TMX lack one of the languages.

    Raises:
        InputError: an unknown ending; the input is broken.
        OutputError: the output can't be written.
    """
    to = kind(output, WRITTEN)
    reading = read(path, lang=lang, target_lang=target_lang, lines=lines, on_fault=on_fault)
    written = write(output, to, reading.header, reading.units, choice=choice, version=version, date=date)
    return written, reading.count.one_sided


def kind(path: Path, known: dict[str, str]) -> str:
    """The format that a name's ending stands for.

    Raises:
        InputError: none, or one that is not packed here.
    """
    name = path.name.lower()
    ending = Path(name.removesuffix(".gz")).suffix
    if ending not in known:
        raise InputError(f"{path}: no format is known by the ending {ending!r}; one of {', '.join(known)} was expected")
    if name.endswith(".gz") and known[ending] not in PACKED:
        raise InputError(f"{path}: {ending} is not packed here, only tmx, xliff and tsv are; leave .gz out")
    return known[ending]


def read(
    path: Path, *, lang: str | None = None, target_lang: str | None = None, lines: Sequence[Path] | None = None,
    on_fault: OnFault | None = None,
) -> Reading:
    """The units of a file in any format of `READ`; arguments as in `convert`."""
    match kind(path, READ):
        case "tmx":
            from bitext.formats import tmx

            return tmx.read_units(path, lang=lang, target_lang=target_lang, on_fault=on_fault)
        case "xliff":
            from bitext.formats import xliff

            return xliff.read(path, target_lang=target_lang)
        case "tsv":
            from bitext.formats import tsv

            if lang is None or target_lang is None:
                raise InputError(f"{path}: a table names no languages; name both")
            return tsv.read(path, lang=lang, target_lang=target_lang)
        case "ladder":
            from bitext.formats import ladder

            if lines is None or lang is None or target_lang is None:
                raise InputError(f"{path}: a ladder holds no text and names no languages; give both with --lines and "
                                 "--langs")
            return ladder.read(path, lines[0], lines[1], lang=lang, target_lang=target_lang)
        case _:
            header, units = jsonl.read_one(path, Unit)
            return Reading(header, iter(units), Count(written=len(units)))


def write(
    path: Path, to: str, header: Header, units: Iterable[Unit], *, choice: Choice = ALL, version: str = "2.1",
    date: str | None = None, lang: str | None = None, target_lang: str | None = None,
    matches: Mapping[str, Sequence[Match]] = MappingProxyType({}),
) -> Count:
    """Write units in a format.

    Args:
        path: the file; for moses the name of the two files without language.
        to: tmx, xliff, tsv, txt, moses, ladder or units.
        header: of the units.
        units: of the document, in order.
        choice: which units; not for txt, which is the whole document.
        version: of XLIFF.
        date: YYYYMMDDThhmmssZ for tmx and xliff.
        lang: source language as tmx and xliff shall have it, as in ar-SA; None: the header's.
        target_lang: the same for the target.
        matches: for xliff: what a memory suggests, by unit id.

    Raises:
        InputError: a text can't be written so.
        OutputError: the file can't be written.
    """
    match to:
        case "tmx":
            from bitext.formats import tmx

            return tmx.write(path, header, units, date=date, choice=choice, lang=lang, target_lang=target_lang)
        case "xliff":
            from bitext.formats import xliff

            return xliff.write(path, header, units, version=version, date=date, choice=choice, lang=lang,
                               target_lang=target_lang, matches=matches)
        case "tsv" | "moses" | "ladder":
            from bitext.formats import ladder, moses, tsv

            writer = {"tsv": tsv.write, "moses": moses.write, "ladder": ladder.write}[to]
            return writer(path, header, units, choice=choice)
        case "txt":
            from bitext.formats import txt

            return txt.write(path, header, units)
        case "units":
            count = Count()
            jsonl.write(path, header, choice.units(units, count))
            return count
        case _:
            raise ValueError(to)
