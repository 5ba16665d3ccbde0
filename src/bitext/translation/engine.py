"""CTranslate2 with Argos's settings: sentences in, raw text out, one package."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bitext.errors import PackageError
from bitext.translation.containers import one_line
from bitext.translation.packages import Package
from bitext.translation.tokenizers import load_tokenizer

# As argostranslate 1.11 has them in translate.py and settings.py: equal settings give equal text.
LENGTH_PENALTY = 0.2
COMPUTE_TYPE = "auto"
MAX_OUTPUT = 256         # tokens; CTranslate2's own limit, which Argos leaves as it is: longer output is cut in silence
BATCH_TOKENS = 1024      # source tokens decoded together; 512 take 3 % more processor time, 2048 5 % (200 sentences)

Progress = Callable[[int, int], None]  # (sentences done, sentences in all)


@dataclass(frozen=True, slots=True)
class Output:
    """What the model makes of one sentence, before any repair."""

    text: str
    score: float         # natural-log probability a token, the end token counted, ≤ 0
    tokens: int          # without the end token
    cut: bool            # the decoder stopped at MAX_OUTPUT, not at an end


class Engine:
    """One loaded package."""

    def __init__(self, package: Package, *, threads: int | None = None) -> None:
        """Load model and tokenizer from the package, in memory.

        Args:
            package: as `open_package` gives it.
            threads: batches decoded side by side, each on one core; None: as many as there are cores.

        Raises:
            PackageError: model or tokenizer is damaged.
        """
        import ctranslate2

        self.package = package
        self._tokenizer = load_tokenizer(package)
        try:
            self._model: Any = ctranslate2.Translator(package.name, files=package.model_files(), device="cpu",
                                                      compute_type=COMPUTE_TYPE, intra_threads=1,
                                                      inter_threads=threads or cores())
        except (RuntimeError, ValueError, MemoryError) as e:
            raise PackageError(f"{package.path}: model/ can't be loaded ({one_line(e)}); fetch the package again"
                               ) from None

    def length(self, sentence: str) -> int:
        """Tokens that the model sees."""
        return len(self._tokenizer.encode(sentence))

    def decode(self, sentences: Sequence[str], *, beam_size: int = 4, no_repeat_ngram: int = 0,
               progress: Progress | None = None) -> list[Output]:
        """The text that Argos gives for each sentence handed to it alone; same order, same number.

        A batch holds sentences of one length in tokens. Without padding a sentence comes out the same to the bit
        whatever stands beside it: int8 products are exact, and attention is a sentence's own. In batches of mixed
        lengths 1 to 4 of 1,000 sentences come out otherwise than alone (bench/translation.py has what that costs).

        Raises:
            PackageError: the model fails at work; it is damaged.
        """
        tokens = [self._tokenizer.encode(s) for s in sentences]
        by_length: dict[int, list[int]] = defaultdict(list)
        for i, t in enumerate(tokens):
            by_length[len(t)].append(i)
        prefix = self.package.target_prefix
        outputs: dict[int, Output] = {}
        try:
            running = [(batch, self._model.translate_batch(
                [tokens[i] for i in batch], target_prefix=[[prefix]] * len(batch) if prefix else None,
                max_batch_size=BATCH_TOKENS, batch_type="tokens", asynchronous=True, beam_size=beam_size,
                num_hypotheses=1, length_penalty=LENGTH_PENALTY, no_repeat_ngram_size=no_repeat_ngram,
                max_input_length=0, max_decoding_length=MAX_OUTPUT, replace_unknowns=True, return_scores=True))
                for _, batch in sorted(by_length.items(), reverse=True)]
            for batch, results in running:
                for i, result in zip(batch, results, strict=True):
                    outputs[i] = self._output(result.result())
                if progress:
                    progress(len(outputs), len(sentences))
        except (RuntimeError, ValueError) as e:
            raise PackageError(f"{self.package.path}: the model fails ({one_line(e)}); fetch the package again"
                               ) from None
        return [outputs[i] for i in range(len(sentences))]

    def _output(self, result: Any) -> Output:
        tokens = result.hypotheses[0]
        cut = len(tokens) >= MAX_OUTPUT
        counted = len(tokens) + (not cut)  # the end token has its probability too
        # CTranslate2 gives the sum of log probabilities divided by counted ** length_penalty.
        score = result.scores[0] * counted ** (LENGTH_PENALTY - 1)
        if not math.isfinite(score):
            raise ValueError(f"a score is {score}")
        text = self._tokenizer.decode(tokens)
        prefix = self.package.target_prefix
        if prefix and text.startswith(prefix):
            text = text[len(prefix):]
        return Output(text.removeprefix(" "), round(score, 4), len(tokens), cut)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
