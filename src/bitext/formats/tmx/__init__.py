"""TMX, the translation memories that CAT tools exchange (Translation Memory eXchange 1.4b, LISA 2005)."""

from __future__ import annotations

from bitext.formats.tmx.writer import write

__all__ = ["write"]
