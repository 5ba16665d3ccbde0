"""How much of two runs of segments is said on both sides, word by word, by vectors of single words.

A word is covered as far as the likest word of the other run is like it: greedy matching (Zhang et al. 2020, BERTScore)
with vectors that know no context. It sees the clause that a merge or an omission leaves without counterpart, which a
vector of the whole sentence hardly does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bitext.alignment import keys
from bitext.alignment.encoder import Vectors
from bitext.alignment.nodes import LONGEST, Grid, Nodes, nothing
from bitext.alignment.search import Ints

UNLIKE, LIKE = 0.3, 0.75  # cosine of centred word vectors up to which a word isn't covered, from which it is whole


class CoverKind:
    """Evidence from words: the share of both runs that is covered, words weighted by rarity.

    Args:
        source: texts of the one side's segments.
        target: of the other's.
        encode: gives unit vectors of words.
    """

    def __init__(self, source: Sequence[str], target: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> None:
        self.typical = 0.5
        sides = [_Words(source, encode), _Words(target, encode)]
        self.left, self.right = sides

    def grid(self, at: Nodes) -> Grid:
        """Values for all beads that end in the nodes; nan where none can."""
        out = nothing(at)
        i0, i1 = max(at.row0 - LONGEST, 0), at.row1 - 1
        j0, j1 = max(at.column0 - LONGEST, 0), at.column1 - 1
        if i1 <= i0 or j1 <= j0:
            return out
        left, right = self.left.of(i0, i1), self.right.of(j0, j1)
        like = np.clip((self.left.vectors[left.words] @ self.right.vectors[right.words].T - UNLIKE) / (LIKE - UNLIKE), 0, 1)
        by_left, by_right = left.most(like), right.most(like.T)  # [segments, the other's words]: the likest
        for a in range(1, LONGEST + 1):
            for b in range(1, LONGEST + 1):
                rows, columns = i1 - i0 - a + 1, j1 - j0 - b + 1
                if rows < 1 or columns < 1:
                    continue
                value = _sums(right.total(_most(by_left, a)), b).T[:columns] if False else None
        return out
