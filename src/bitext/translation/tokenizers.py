"""Argos's own two tokenizers, fed from memory instead of from a folder."""

from __future__ import annotations

import contextlib
import io
from typing import Any, Protocol, cast

from bitext.errors import PackageError
from bitext.translation.containers import one_line
from bitext.translation.packages import TOKENIZERS, Package


class Tokenizer(Protocol):
    """As argostranslate.tokenizer has it."""

    def encode(self, sentence: str) -> list[str]: ...

    def decode(self, tokens: list[str]) -> str: ...


def load_tokenizer(package: Package) -> Tokenizer:
    """The package's tokenizer, ready for use.

    Raises:
        PackageError: its model is damaged.
    """
    data = package.tokenizer_model()
    make = {"sentencepiece": _sentencepiece, "bpe": _bpe}[package.tokenizer]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            tokenizer = make(package, data)
        tokenizer.encode("ab")  # an empty model loads and fails at work only
    except (SystemExit, RuntimeError, ValueError, IndexError) as e:
        what = "a line is no pair of units" if isinstance(e, SystemExit) else one_line(e) or type(e).__name__
        raise PackageError(f"{package.path}: {TOKENIZERS[package.tokenizer]} is damaged ({what}); fetch the package "
                           "again") from None
    return tokenizer


def _sentencepiece(package: Package, data: bytes) -> Tokenizer:
    from argostranslate.tokenizer import SentencePieceTokenizer
    from sentencepiece import SentencePieceProcessor

    tokenizer: Any = SentencePieceTokenizer(package.path)
    tokenizer.processor = SentencePieceProcessor(model_proto=data)
    return cast("Tokenizer", tokenizer)


def _bpe(package: Package, data: bytes) -> Tokenizer:
    from argostranslate.apply_bpe import BPE
    from argostranslate.tokenizer import BPETokenizer
    from sacremoses.normalize import MosesPunctNormalizer
    from sacremoses.tokenize import MosesDetokenizer, MosesTokenizer

    tokenizer: Any = BPETokenizer(package.path, package.from_code, package.to_code)
    tokenizer.bpe_source = BPE(io.StringIO(data.decode("utf-8")))  # ends the program at a line that it can't read
    if not tokenizer.bpe_source.bpe_codes:
        raise ValueError("it is empty")
    tokenizer.tokenizer = MosesTokenizer(package.from_code)
    tokenizer.detokenizer = MosesDetokenizer(package.to_code)
    tokenizer.normalizer = MosesPunctNormalizer(package.from_code)
    return cast("Tokenizer", tokenizer)
