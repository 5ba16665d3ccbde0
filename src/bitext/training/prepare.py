"""Text → a folder to train on: sp.model, rows.npy, train.npz, encoder.npz, languages.json."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from bitext.errors import InputError
from bitext.files import replacing, replacing_text
from bitext.training import cleaning, pieces
from bitext.training.cleaning import Pair
from bitext.training.e5 import E5

SAMPLE = 160_000    # pairs, drawn by weight, that the piece list is chosen from


@dataclass(frozen=True, slots=True)
class Choices:
    """What is to be done to the text."""

    lang: str = "ar"
    target_lang: str = "en"
    guard: tuple[Path, ...] = ()        # test sets, a sentence a line, in any language
    alike: float | None = None          # least cosine of a pair's sides; None: not asked
    earlier: Path | None = None         # a prepared folder whose pieces are kept, so that its network can go on
    encoder: bool = True                # start from e5's pieces and encoder; False: from nothing
    rare: tuple[int, int] = (5, 32)     # pieces seen less often on source and target side are left out
    size: int = 16_000                  # of the piece list, where it is learnt from nothing
    first: int | None = None            # so many pairs of each file; None: all
    held_out: int = 0                   # pairs that are not learnt: held-out.LANG, a sentence a line


def prepare(files: Iterable[tuple[Path, float]], out: Path, choices: Choices, report: Callable[[str], None] = print
            ) -> None:
    """Clean pairs, choose pieces, write arrays.

    Args:
        files: of lines source TAB target (.tsv or .tsv.xz), each with its weight: how often an epoch has its pairs.
        out: folder to write to.
        choices: see there.
        report: takes lines on what was done.

    Raises:
        InputError: a file can't be read, or nothing is left.
        OutputError: the folder can't be written.
    """
    every = (pair for path, weight in files for pair in islice(cleaning.read(path, weight), choices.first))
    pairs, dropped = cleaning.clean(every, choices.lang, guard=cleaning.guard_keys(choices.guard))
    if choices.alike is not None:
        bad = cleaning.unlike(pairs, choices.lang, choices.target_lang, choices.alike)
        pairs = [p for p, b in zip(pairs, bad, strict=True) if not b]
        dropped["unlike"] = sum(bad)
    pairs, held = _hold_out(pairs, choices.held_out)
    said = ", ".join(f"{n} {reason}" for reason, n in sorted(dropped.items()))
    report(f"{len(pairs)} pairs; dropped: {said or 'none'}")
    if not pairs:
        raise InputError("no pair is left to train on; check the files and their order of columns")
    e5 = E5() if choices.encoder else None
    model, rows = _pieces(pairs, choices, e5)
    out.mkdir(parents=True, exist_ok=True)
    if held:
        for lang, side in ((choices.lang, 0), (choices.target_lang, 1)):
            with replacing_text(out / f"held-out.{lang}") as text:
                text.writelines(f"{p[side]}\n" for p in held)
    arrays = encode(pairs, model, rows)
    if e5:
        words = e5.words(pieces.names(model)[len(pieces.SPECIAL):])
        _save(out / "encoder.npz", {"emb.weight": words, **e5.encoder()}, half=True)
    else:
        (out / "encoder.npz").unlink(missing_ok=True)
    with replacing(out / "sp.model") as f:
        f.write(model)
    with replacing(out / "rows.npy") as f:
        np.save(f, rows)
    with replacing_text(out / "languages.json") as text:
        json.dump({"from_code": choices.lang, "to_code": choices.target_lang}, text)
    _save(out / "train.npz", arrays)
    unknown = [float((arrays[k] == pieces.SPECIAL.index("<unk>")).mean()) for k in ("s", "t")]
    epoch = float((np.diff(arrays["to"]) * arrays["w"]).sum())
    report(f"{len(pieces.names(model))} pieces, {len(rows)} of them for the target; unknown: {unknown[0]:.5f} of the "
           f"source, {unknown[1]:.5f} of the target; an epoch has {epoch / 1e6:.2f} M target pieces")


def encode(pairs: Sequence[Pair], model: bytes, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The arrays of a train.npz."""
    source = SentencePieceProcessor(model_proto=model)
    target = SentencePieceProcessor(model_proto=pieces.subset(model, rows))
    s, so = _flat(source.encode([p.source for p in pairs]))
    t, to = _flat(target.encode([p.target for p in pairs]))
    return {"s": s, "so": so, "t": t, "to": to, "w": np.array([p.weight for p in pairs], np.float32)}


def _hold_out(pairs: list[Pair], n: int) -> tuple[list[Pair], list[Pair]]:
    """The pairs without n of them, and those, from all over the text."""
    held = set(np.linspace(0, len(pairs) - 1, n, dtype=int).tolist()) if 0 < n < len(pairs) else set()
    return [p for i, p in enumerate(pairs) if i not in held], [pairs[i] for i in sorted(held)]


def _pieces(pairs: Sequence[Pair], choices: Choices, e5: E5 | None) -> tuple[bytes, NDArray[np.int64]]:
    """A SentencePiece model, and which of its pieces the target has."""
    if choices.earlier:
        try:
            return (choices.earlier / "sp.model").read_bytes(), np.load(choices.earlier / "rows.npy")
        except (OSError, ValueError) as e:
            raise InputError(f"{choices.earlier}: no pieces there ({e}); give a folder that was prepared") from None
    draw = random.Random(0)  # noqa: S311 - not for secrets
    sample = [(p.source, p.target) for p in draw.choices(pairs, weights=[p.weight for p in pairs], k=SAMPLE)] \
        if len(pairs) > SAMPLE else [(p.source, p.target) for p in pairs]
    known: dict[str, float] = {}
    if e5:
        for piece, score in zip(e5.pieces[4:-1], e5.scores[4:-1], strict=True):  # the last is <mask>
            if piece:
                known.setdefault(piece, float(score))
    else:
        known = pieces.learn((text for pair in sample for text in pair), choices.size)
    kept, target = pieces.choose(known, sample, choices.lang, rare=choices.rare)
    model = pieces.build(kept, (known[p] for p in kept))
    index = {p: i for i, p in enumerate(pieces.names(model))}
    return model, np.array([*range(len(pieces.SPECIAL)), *(index[p] for p in target)])


def _flat(rows: list[list[int]]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    return np.concatenate([np.array(r, np.uint16) for r in rows]), np.cumsum([0, *map(len, rows)])


def _save(path: Path, arrays: dict[str, NDArray[Any]], *, half: bool = False) -> None:
    with replacing(path) as f:
        np.savez_compressed(f, **{k: v.astype(np.float16) if half else v for k, v in arrays.items()})  # type: ignore[arg-type]
