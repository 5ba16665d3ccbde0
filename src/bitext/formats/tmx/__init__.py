"""TMX, the translation memories that CAT tools exchange (Translation Memory eXchange 1.4b, LISA 2005)."""

from __future__ import annotations

from bitext.formats.tmx.entries import Entry, Variant
from bitext.formats.tmx.reader import read
from bitext.formats.tmx.units import read_units
from bitext.formats.tmx.writer import write

__all__ = ["Entry", "Variant", "read", "read_units", "write"]
