"""XLIFF, what CAT tools translate and review in: 2.1 (OASIS 2018) and 1.2 (OASIS 2008).

A unit is a unit (2.1) or trans-unit (1.2) of one segment, since readers exist that keep only one; those of a paragraph
stand in one group.
"""

from __future__ import annotations

from bitext.formats.xliff.reader import Change, read, read_changes
from bitext.formats.xliff.writer import write

__all__ = ["Change", "read", "read_changes", "write"]
