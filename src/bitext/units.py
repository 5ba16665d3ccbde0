"""Beads, texts and flags make units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bitext import checks, jsonl
from bitext.records import Bead, Header, Segment, Translation, Unit

LOW_SCORE = 0.5  # a bead is more likely wrong than right


@dataclass(frozen=True, slots=True)
class Target:
    """One target segment, whoever wrote it."""

    id: str
    text: str
    origin: str         # human | mt | memory | copy
    flags: tuple[str, ...] = ()


def human_targets(segments: Sequence[Segment]) -> list[Target]:
    """The sentences of a human translation."""
    return [Target(s.id, s.text, "human") for s in segments]


def machine_targets(translations: Sequence[Translation]) -> list[Target]:
    """Translations as target segments: "t1", "t2", … in their order."""
    return [Target(f"t{n}", t.text, t.origin, t.flags) for n, t in enumerate(translations, 1)]


def build_units(
    header: Header, source: Sequence[Segment], target: Sequence[Target], beads: Sequence[Bead], *,
    target_lang: str, settings: dict[str, Any], low_score: float = LOW_SCORE,
) -> tuple[Header, list[Unit]]:
    """One unit a bead, in its order, with the flags of the checks.

    Args:
        header: of the source's segments.
        source: all source segments.
        target: all target segments.
        beads: their links, each index of both once.
        target_lang: code of the target's language.
        settings: how the beads came about, for the units' header.
        low_score: pairs with a lower score are flagged.
    """
    units: list[Unit] = []
    paragraph = 0
    for n, bead in enumerate(beads, 1):
        ours, theirs = [source[i] for i in bead.source], [target[i] for i in bead.target]
        paragraph = ours[0].paragraph if ours else paragraph
        source_text, target_text = " ".join(s.text for s in ours), " ".join(t.text for t in theirs if t.text)
        origin = theirs[0].origin if theirs else "human"
        units.append(Unit(
            id=f"u{n}", source=tuple(s.id for s in ours), target=tuple(t.id for t in theirs), source_text=source_text,
            target_text=target_text, score=round(bead.score, 4), origin=origin, paragraph=paragraph,
            flags=_flags(source_text, target_text, theirs, bead.score < low_score, (header.lang, target_lang)),
        ))
    return jsonl.derive(header, "units", target_lang=target_lang, settings=settings), units


def _flags(source: str, target: str, theirs: Sequence[Target], low: bool, langs: tuple[str, str]) -> tuple[str, ...]:
    if not source or not theirs:
        return ("one-sided",)
    if all(t.origin == "copy" for t in theirs):
        return ()
    found = {*checks.flag(source, target, *langs), *(f for t in theirs for f in t.flags)}
    if low:
        found.add("low-score")
    return tuple(f for f in checks.REASONS if f in found)
