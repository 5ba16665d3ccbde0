"""TMX 1.1–1.4b in, as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bitext.formats.tmx.entries import Entry
from bitext.formats.tmx.pieces import OnFault, Pieces


def read(path: Path, on_fault: OnFault | None = None) -> tuple[Mapping[str, str], Iterator[Entry]]:
    """A translation memory: the attributes of its header, and its TUs one by one.

    Args:
        path: the file, packed with gzip or not.
        on_fault: is told of each broken TU, which is left out; None: the first is an error.

    Raises:
        InputError: the file can't be read, is no TMX or is broken (also while the TUs are taken).
    """
    pieces = Pieces(path, on_fault)
    return pieces.header(), pieces.entries()
