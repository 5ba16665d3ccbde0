"""The stages as files: what `make` calls one by one and `bitext run` in a row, so that both write the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bitext import jsonl
from bitext.errors import InputError
from bitext.records import Header, Segment, Translation, Unit

Segments = tuple[Header, list[Segment]]
Translations = tuple[Header, list[Translation]]
Units = tuple[Header, list[Unit]]


def segment_file(path: Path, lang: str, *, side: str, srx: Path | None, wrapped: bool | None) -> Segments:
    """Document → segments."""
    from bitext.documents import read_document
    from bitext.segmentation import segment_document

    return segment_document(read_document(path, lang), srx=srx, wrapped=wrapped, side=side)


def translate_segments(
    segments: Segments, *, to: str, model: Path | None, models: Path, beam: int
) -> Translations:
    """Segments → translations."""
    from bitext.translation import Translator, translate_document
    from bitext.translation.packages import argos_folder, find_packages

    header, records = segments
    if to == header.lang:
        raise InputError(f"{header.doc}: is in {to} already; give another target language with --to")
    packages = find_packages(header.lang, to, path=model, folders=[models, argos_folder()])
    tell(f"{header.doc}: translating {len(records)} segments with {' + '.join(p.name for p in packages)}")
    return translate_document(header, records, Translator.load([p.path for p in packages]), beam_size=beam)


def align_documents(
    source: Segments, target: Segments | None, translations: Translations | None, *, encoder: bool
) -> Units:
    """Segments and their human translation, machine translation or both → units.

    Args:
        source: segments of the source.
        target: segments of a human translation; None: the machine translation is the target.
        translations: of the source's segments; with a human translation they serve as the bridge.
        encoder: whether the sentence encoder may be used.
    """
    from bitext.alignment import align, score_pairs
    from bitext.alignment import settings as alignment_settings
    from bitext.records import Bead
    from bitext.units import build_units, human_targets, machine_targets

    header, segments = source
    made = _matching(source, translations) if translations else None
    target_lang = target[0].lang if target else translations[0].target_lang if translations else None
    if target_lang is None:
        raise InputError(f"{header.doc}: nothing to align it with; give translations or a target document")
    lang = (header.lang, target_lang)
    settings: dict[str, Any] = alignment_settings(lang, encoder=encoder)
    if translations:
        settings = {**translations[0].settings, **settings}
    if target:
        settings["target_sha256"] = target[0].source_sha256
        targets = human_targets(target[1])
        beads = align(segments, target[1], bridge=[t.text for t in made] if made else None, lang=lang, encoder=encoder)
    else:
        targets = machine_targets(made or [])
        scores = score_pairs([s.text for s in segments], [t.text for t in targets], lang=lang, encoder=encoder)
        beads = [Bead((i,), (i,), 1.0 if t.origin == "copy" else s)
                 for i, (t, s) in enumerate(zip(targets, scores, strict=True))]
    return build_units(header, segments, targets, beads, target_lang=target_lang, settings=settings)


def export(path: Path, kind: str, header: Header, units: Sequence[Unit]) -> None:
    """Units → the file that a user opens."""
    if kind == "html":
        from bitext.formats import page

        page.write(path, header, units)
    elif kind == "tmx":
        from bitext.formats import tmx

        tmx.write(path, header, units)
    elif kind == "xliff":
        from bitext.formats import xliff

        xliff.write(path, header, units)
    else:
        from bitext.formats import tsv

        tsv.write(path, header, units)


def read_segments(path: Path) -> Segments:
    """The only document of a segments file."""
    return jsonl.read_one(path, Segment)


def tell(message: str) -> None:
    """Progress, for a person who is watching."""
    if sys.stderr.isatty():
        print(message, file=sys.stderr)


def _matching(source: Segments, translations: Translations) -> list[Translation]:
    (header, segments), (theirs, made) = source, translations
    if [s.id for s in segments] != [t.id for t in made] or header.source_sha256 != theirs.source_sha256:
        raise InputError(f"{theirs.doc}: these translations are not of these segments ({len(made)} of document "
                         f"{theirs.doc}, {len(segments)} of document {header.doc}); translate the segments anew")
    return made
