"""BLEU (Papineni et al. 2002) and chrF2 (Popović 2015) of translations, with sacrebleu's signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from bitext.errors import InputError


@dataclass(frozen=True, slots=True)
class Scores:
    """0 to 100, with the settings that they hold for."""

    bleu: float
    chrf: float
    bleu_signature: str
    chrf_signature: str

    def __str__(self) -> str:
        return (f"BLEU {self.bleu:.2f}  chrF2 {self.chrf:.2f}\n"
                f"  {self.bleu_signature}\n  {self.chrf_signature}")


def score(outputs: Sequence[str], references: Sequence[str]) -> Scores:
    """Of a set of sentences, one reference each.

    Raises:
        InputError: not as many of one as of the other, or none.
    """
    if len(outputs) != len(references) or not outputs:
        raise InputError(f"{len(outputs)} translations and {len(references)} references; as many were expected")
    bleu, chrf = BLEU(), CHRF()
    of_bleu = bleu.corpus_score(list(outputs), [list(references)])
    of_chrf = chrf.corpus_score(list(outputs), [list(references)])
    return Scores(of_bleu.score, of_chrf.score, str(bleu.get_signature()), str(chrf.get_signature()))


def lines(path: Path) -> list[str]:
    """The sentences of a file, one a line.

    Raises:
        InputError: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(f"{path}: can't be read ({getattr(e, 'strerror', None) or e})") from None
