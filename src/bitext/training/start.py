"""What a new run begins with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sentencepiece import SentencePieceProcessor

from bitext.errors import InputError
from bitext.training.checkpoints import load_average
from bitext.training.data import load_arrays
from bitext.training.model import Shape, Translator

FROM_NOTHING = {"d": 256, "f": 1024, "h": 4, "he": 4}   # about 8 M parameters with five encoder layers
ENCODER_LAYERS = 5


def begin(data: Path, *, weights: Path | None = None, decoder_layers: int = 3, encoder_layers: int | None = None
          ) -> Translator:
    """A network for a prepared folder.

    Args:
        data: the folder; a pretrained encoder in it is begun with.
        weights: another run's averaged weights, to begin with those instead.
        decoder_layers: of a network that is new.
        encoder_layers: of its encoder; of a pretrained one the lowest.

    Raises:
        InputError: the folder lacks a file, or the weights don't fit its pieces.
    """
    try:
        rows = np.load(data / "rows.npy")
    except (OSError, ValueError) as e:
        raise InputError(f"{data}: not prepared ({e}); make it with `bitext train prepare`") from None
    if weights is not None:
        shape, state, _ = load_average(weights)
        if shape.vt != len(rows):
            raise InputError(f"{weights}: its network has {shape.vt} target pieces, {data} has {len(rows)}; prepare it "
                             "anew with --pieces")
        return Translator.of(shape, state)
    if not (data / "encoder.npz").exists():
        pieces = SentencePieceProcessor(model_file=str(data / "sp.model")).vocab_size()
        return Translator(Shape(pieces, len(rows), nd=decoder_layers, ne=encoder_layers or ENCODER_LAYERS,
                                **FROM_NOTHING))
    encoder = load_arrays(data / "encoder.npz")
    layers = 1 + max(int(name.split(".")[1]) for name in encoder if name.startswith("layers."))
    kept = min(encoder_layers or layers, layers)
    encoder = {k: v for k, v in encoder.items() if not k.startswith("layers.") or int(k.split(".")[1]) < kept}
    model = Translator(Shape(len(encoder["emb.weight"]), len(rows), nd=decoder_layers, ne=kept))
    model.start_from(encoder, rows)
    return model
