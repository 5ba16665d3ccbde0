"""A table for spreadsheets: tab-separated (.tsv) or comma-separated (.csv)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from bitext.errors import InputError
from bitext.formats.output import writing
from bitext.records import Header, Unit

COLUMNS = ("id", "source", "target", "score", "origin", "flags", "status", "paragraph", "note")
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection); a ' before it makes it text.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def write(path: Path, header: Header, units: Iterable[Unit]) -> int:
    """A line for each unit, the one-sided too, after a line with the names of the columns.

    Args:
        path: the file; commas part the cells if its name ends in .csv or .csv.gz.
        header: of the units.
        units: of the document, in order.

    Returns:
        How many units.

    Raises:
        InputError: a text holds a lone surrogate.
        OutputError: the file can't be written.
    """
    count = 0
    with writing(path) as f:
        text = io.TextIOWrapper(f, encoding="utf-8", newline="")
        table = csv.writer(text, delimiter=_delimiter(path), lineterminator="\n")
        table.writerow(COLUMNS)
        try:
            for u in units:
                table.writerow([
                    guarded(u.id), guarded(u.source_text), guarded(u.target_text), u.score, u.origin, " ".join(u.flags),
                    u.status, u.paragraph, guarded(u.note)])
                count += 1
            text.flush()
        except UnicodeEncodeError as e:
            raise InputError(f"{header.doc}: lone surrogate {e.object[e.start]!r} in its text; no UTF-8 file can hold "
                             "it, remove it") from None
        finally:
            text.detach()
    return count


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The inverse."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _delimiter(path: Path) -> str:
    return "," if path.name.lower().removesuffix(".gz").endswith(".csv") else "\t"
