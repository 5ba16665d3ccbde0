"""What a run keeps on disk: last.pt, all of it, and ema.pt, the averaged weights for export."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bitext.errors import InputError
from bitext.files import replacing
from bitext.training.model import Shape

Weights = dict[str, Tensor]


@dataclass(slots=True)
class Place:
    """How far a run has come."""

    step: int = 0
    epoch: int = 0
    batch: int = 0      # of the epoch, the next one
    seen: int = 0       # target pieces learnt from


@dataclass(frozen=True, slots=True)
class Saved:
    """All of a run."""

    shape: Shape
    weights: Weights
    average: Weights
    place: Place
    optimizers: list[dict[str, Any]]
    trained: list[list[str]]    # names of the parameters that each optimizer moves
    random: Tensor


def save(folder: Path, s: Saved) -> None:
    """Both files, each whole or not at all; a run goes on from last.pt, which is written first.

    Raises:
        OutputError: they can't be written.
    """
    with replacing(folder / "last.pt") as f:
        torch.save({"cfg": s.shape.stored(), "m": s.weights, "ema": s.average, "place": asdict(s.place),
                    "optimizers": s.optimizers, "trained": s.trained, "random": s.random}, f)
    with replacing(folder / "ema.pt") as f:
        torch.save({"cfg": s.shape.stored(), "ema": {k: v.half() for k, v in s.average.items()},
                    "step": s.place.step, "seen": s.place.seen}, f)


def load_last(folder: Path) -> Saved | None:
    """The last.pt of a run; None where there is none.

    Raises:
        InputError: it is damaged or foreign.
    """
    path = folder / "last.pt"
    if not path.exists():
        return None
    c = _load(path)
    try:
        return Saved(Shape.of(c["cfg"]), c["m"], c["ema"], Place(**c["place"]), c["optimizers"], c["trained"],
                     c["random"])
    except (KeyError, TypeError) as e:
        raise InputError(f"{path}: not of this version ({e}); begin a new run --from its ema.pt") from None


def load_average(path: Path) -> tuple[Shape, Weights, int]:
    """Shape, averaged weights in float32 and target pieces seen, of an ema.pt.

    Raises:
        InputError: it is missing, damaged or foreign.
    """
    c = _load(path)
    try:
        return Shape.of(c["cfg"]), {k: v.float() for k, v in c["ema"].items()}, int(c["seen"])
    except (KeyError, TypeError, AttributeError) as e:
        raise InputError(f"{path}: no averaged weights in it ({e}); give an ema.pt of a run") from None


def _load(path: Path) -> dict[str, Any]:
    try:
        c = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; give an ema.pt of a run") from None
    except (OSError, RuntimeError, EOFError, ValueError, KeyError) as e:
        raise InputError(f"{path}: can't be read ({' '.join(str(e).split())[:120]})") from None
    except Exception as e:  # pickle.UnpicklingError, which this module has no other reason to import
        raise InputError(f"{path}: no checkpoint ({type(e).__name__})") from None
    if not isinstance(c, dict):
        raise InputError(f"{path}: no checkpoint, it holds a {type(c).__name__}")
    return c
