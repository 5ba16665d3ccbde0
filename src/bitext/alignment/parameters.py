"""The fitted weights, and what they were fitted on: parameters.json, written by bench/fit_alignment.py."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bitext.alignment.search import Floats
from bitext.alignment.similarity import ALONE, FEATURES

FILE = Path(__file__).with_name("parameters.json")


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Of a log-linear model of paths (a semi-Markov conditional random field)."""

    beads: Floats   # by FEATURES
    alone: Floats   # by ALONE
    open: float
    slope: float    # of the calibration: logit(confidence) = slope × logit(posterior) + offset
    offset: float

    def calibrated(self, posterior: float) -> float:
        """The share of beads with this posterior that are right."""
        p = min(max(posterior, 1e-4), 1 - 1e-4)
        return 1 / (1 + math.exp(min(-self.slope * math.log(p / (1 - p)) - self.offset, 700)))


def mode(*, encoder: bool, words: bool, bridge: bool) -> str:
    """The name of the weights for what there is of evidence."""
    parts = (("sentences", encoder), ("words", words), ("bridge", bridge))
    return "+".join(name for name, there in parts if there) or "lengths"


@cache
def load(mode: str) -> Weights:
    """The weights of a mode."""
    found = _file()["modes"][mode]
    beads, alone = (np.array([found[part].get(name, 0.0) for name in names])
                    for part, names in (("beads", FEATURES), ("alone", ALONE)))
    return Weights(beads, alone, found["open"], *found["calibration"])


def pairs(mode: str, names: Sequence[str]) -> Floats:
    """The weights by which a pair is judged, in the order of the names."""
    found = _file()["pairs"][mode]
    return np.array([found.get(name, 0.0) for name in names])


def version() -> int:
    """Goes into hand-overs, so that they say which weights made them."""
    return int(_file()["version"])


@cache
def _file() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))
