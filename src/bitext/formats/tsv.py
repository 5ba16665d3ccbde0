"""A table for spreadsheets: tab-separated (.tsv) or comma-separated (.csv)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bitext.errors import InputError
from bitext.formats.input import lines
from bitext.formats.output import ALL, Choice, Count, writing
from bitext.formats.reading import STATUSES, Reading, parse_score, sha256, stem
from bitext.records import Header, Unit

COLUMNS = ("id", "source", "target", "score", "origin", "flags", "status", "paragraph", "note")
LONGEST = 1 << 24  # characters in a cell; csv's own limit of 131,072 is for programs that hold many
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection); a ' before it makes it text.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def write(path: Path, header: Header, units: Iterable[Unit], *, choice: Choice = ALL) -> Count:
    """A line for each unit, the one-sided and the rejected too, after a line with the names of the columns.

    Args:
        path: the file; commas part the cells if its name ends in .csv or .csv.gz.
        header: of the units.
        units: of the document, in order.
        choice: which units.

    Raises:
        InputError: a text holds a lone surrogate.
        OutputError: the file can't be written.
    """
    count = Count()
    with writing(path) as f:
        text = io.TextIOWrapper(f, encoding="utf-8", newline="")
        delimiter = _delimiter(path)
        text.write(delimiter.join(COLUMNS) + "\n")
        try:
            for u in choice.units(units, count):
                cells = (u.id, u.source_text, u.target_text, repr(u.score), u.origin, " ".join(u.flags), u.status,
                         str(u.paragraph), u.note)
                text.write(delimiter.join(_quoted(guarded(c), delimiter) for c in cells) + "\n")
            text.flush()
        except UnicodeEncodeError as e:
            raise InputError(f"{header.doc}: lone surrogate {e.object[e.start]!r} in its text; no UTF-8 file can hold "
                             "it, remove it") from None
        finally:
            text.detach()
    return count


def read(path: Path, *, lang: str = "ar", target_lang: str = "en") -> Reading:
    """The inverse; of a table from elsewhere the columns `source` and `target` are enough.

    Args:
        path: the file, packed with gzip or not; commas part the cells if its name ends in .csv or .csv.gz.
        lang: source language, which a table can't name.
        target_lang: target language.

    Raises:
        InputError: the file can't be read, is not UTF-8 or no such table (also while the units are taken).
    """
    csv.field_size_limit(LONGEST)
    table = csv.DictReader(lines(path), delimiter=_delimiter(path), strict=True)
    try:
        names = table.fieldnames or ()
    except csv.Error as e:
        raise InputError(f"{path}:1: no table ({e}); save it as tab-separated UTF-8 text") from None
    if missing := {"source", "target"} - set(names):
        raise InputError(f"{path}:1: no column named {' or '.join(sorted(missing))}; its first line must name the "
                         f"columns, as in {', '.join(COLUMNS[:3])}")
    count = Count()
    header = Header("units", stem(path), lang, sha256(path), target_lang=target_lang, settings={"from": "tsv"})
    return Reading(header, _units(table, path, count), count)


def _units(table: csv.DictReader[str], path: Path, count: Count) -> Iterator[Unit]:
    try:
        for row in table:
            if None in row or None in row.values():
                raise InputError(f"{path}:{table.line_num}: {len(table.fieldnames or ())} cells were expected, found "
                                 f"{'more' if None in row else 'fewer'}; mend the line")
            count.written += 1
            cell = {k: unguarded(v) for k, v in row.items()}
            score, paragraph = parse_score(cell.get("score")), cell.get("paragraph", "")
            status = cell.get("status", "")
            yield Unit(
                cell.get("id") or f"u{count.written}", (), (), cell["source"], cell["target"],
                1.0 if score is None else score, cell.get("origin") or "human", tuple(cell.get("flags", "").split()),
                status if status in STATUSES else "new",
                int(paragraph) if paragraph.isdecimal() else count.written - 1, cell.get("note", ""))
    except csv.Error as e:
        raise InputError(f"{path}:{table.line_num}: no table ({e}); mend the line") from None


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The inverse."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _quoted(cell: str, delimiter: str) -> str:
    """A cell as RFC 4180 has it. csv.writer leaves a lone carriage return bare, which ends the line for csv.reader."""
    bare = not ('"' in cell or delimiter in cell or "\n" in cell or "\r" in cell)
    return cell if bare else '"' + cell.replace('"', '""') + '"'


def _delimiter(path: Path) -> str:
    return "," if path.name.lower().removesuffix(".gz").endswith(".csv") else "\t"
