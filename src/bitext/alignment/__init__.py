"""Which source segments a target segment translates: beads with a confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bitext.records import Bead, Segment

if TYPE_CHECKING:
    from bitext.alignment.encoder import Encoder


def align(
    source: Sequence[str] | Sequence[Segment],
    target: Sequence[str] | Sequence[Segment],
    *,
    bridge: Sequence[str | None] | None = None,
    lang: tuple[str, str] = ("ar", "en"),
    encoder: Encoder | bool = True,
    lexicon: Mapping[str, Sequence[str]] | None = None,
) -> list[Bead]:
    """Link the segments of a text with those of its translation.

    Args:
        source: the source's segments, or their texts. Of segments, the paragraph numbers serve as evidence.
        target: the same of the translation.
        bridge: a machine translation of each source segment; None where there is none.
        lang: the codes of both languages.
        encoder: True: the default encoder, where it knows the languages and is installed; False: none.
        lexicon: translations of source words, as further evidence.

    Returns:
        Beads in the order of the text; every index stands in exactly one. A segment without counterpart has a bead of
        its own. Scores are probabilities that the bead is right.
    """
    from bitext.alignment import aligner
    from bitext.alignment.encoder import one_thread

    with one_thread():
        return aligner.align(source, target, bridge=bridge, lang=lang, encoder=_encoder(lang, encoder), lexicon=lexicon)


def score_pairs(
    source: Sequence[str], target: Sequence[str], *, lang: tuple[str, str] = ("ar", "en"),
    encoder: Encoder | bool = True,
) -> list[float]:
    """Probability for each i that target[i] translates source[i] and has lost nothing; 0 where a side is empty."""
    from bitext.alignment import pairs
    from bitext.alignment.encoder import one_thread

    with one_thread():
        return pairs.score(source, target, lang=lang, encoder=_encoder(lang, encoder))


def settings(lang: tuple[str, str] = ("ar", "en"), *, encoder: Encoder | bool = True) -> dict[str, Any]:
    """What the result depends on besides the texts, for the header of the units."""
    from bitext.alignment import parameters

    found = _encoder(lang, encoder)
    return {"aligner": parameters.version(), "encoder": found.name if found else None}


def _encoder(lang: tuple[str, str], encoder: Encoder | bool) -> Encoder | None:
    from bitext.alignment.encoder import default_encoder

    if isinstance(encoder, bool):
        return default_encoder(lang) if encoder else None
    return encoder
