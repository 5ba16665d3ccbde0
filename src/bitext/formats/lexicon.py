"""A lexicon as further evidence for the aligner: a table of source words and their translations."""

from __future__ import annotations

from pathlib import Path

from bitext.alignment.keys import fold
from bitext.errors import InputError
from bitext.formats.input import lines


def read(path: Path) -> dict[str, list[str]]:
    """Translations by folded source word.

    Args:
        path: tab-separated, without a line of names: source word, translation; further columns are not looked at. A
            word may have several lines.

    Raises:
        InputError: the file can't be read, is not UTF-8 or no such table.
    """
    lexicon: dict[str, list[str]] = {}
    for n, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        word, *cells = (cell.strip() for cell in line.split("\t"))
        if not word or not cells or not cells[0]:
            raise InputError(f"{path}:{n}: a word, a tab and its translation were expected, found "
                             f"{line.strip()[:40]!r}; mend the line")
        lexicon.setdefault(fold(word), []).append(cells[0])
    if not lexicon:
        raise InputError(f"{path}: empty, a word and its translation a line were expected; leave --lexicon out")
    return lexicon
