"""Nodes that are looked at together, and what is known of the beads that end in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]  # [LONGEST, LONGEST, rows, columns]: value of the bead of a × b segments that ends in a node

LONGEST: Final = 4      # segments of a side in a bead
TYPICAL: Final = 0.5    # value of what belongs together, before a document has told its own
RANDOM: Final = 0.1     # cosine of unrelated segments
BELIEF: Final = 4       # worth of these beliefs, in segments


@dataclass(frozen=True, slots=True)
class Nodes:
    """A rectangle of nodes (i, j): i in rows, j in columns."""

    row0: int
    row1: int
    column0: int
    column1: int

    def nothing(self) -> Grid:
        """A grid that says of no bead that there is one."""
        return np.full((LONGEST, LONGEST, self.row1 - self.row0, self.column1 - self.column0), np.nan, np.float32)


class Kind(Protocol):
    """A kind of evidence."""

    typical: float  # its value for what belongs together; what `grid` gives is already divided by it

    def grid(self, at: Nodes) -> Grid:
        """Values for all beads that end in the nodes; nan where none can."""
