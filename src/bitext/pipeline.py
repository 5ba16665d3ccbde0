"""The stages as files: what `make` calls one by one and `bitext run` in a row, so that both write the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitext import jsonl
from bitext.errors import InputError
from bitext.records import Header, Segment, Translation, Unit

if TYPE_CHECKING:
    from bitext.translation import Translator

Segments = tuple[Header, list[Segment]]
Translations = tuple[Header, list[Translation]]
Units = tuple[Header, list[Unit]]

# The formats, with the ending of their files
ENDINGS = {"tmx": ".tmx", "html": ".html", "xliff": ".xlf", "tsv": ".tsv", "moses": "", "txt": ".txt"}


def segment_file(path: Path, lang: str, *, side: str, srx: Path | None, wrapped: bool | None) -> Segments:
    """Document → segments."""
    from bitext.documents import read_document
    from bitext.segmentation import segment_document

    return segment_document(read_document(path, lang), srx=srx, wrapped=wrapped, side=side)


def load_translator(lang: str, to: str, *, model: Path | None, models: Path, threads: int | None = None) -> Translator:
    """The translator of a pair of languages: the package that was named, or the newest one that is found."""
    from bitext.translation import Translator
    from bitext.translation.packages import argos_folder, find_packages

    packages = find_packages(lang, to, path=model, folders=[models, argos_folder()])
    return Translator.load([p.path for p in packages], threads=threads)


def translate_segments(
    segments: Segments, *, to: str, model: Path | None, models: Path, beam: int, memory: Path | None = None
) -> Translations:
    """Segments → translations."""
    header, records = segments
    if to == header.lang:
        raise InputError(f"{header.doc}: is in {to} already; give another target language with --to")
    translator = load_translator(header.lang, to, model=model, models=models)
    tell(f"{header.doc}: translating {len(records)} segments with {' + '.join(translator.settings['package'])}")
    return translate_with(translator, segments, beam=beam, memory=memory)


def translate_with(
    translator: Translator, segments: Segments, *, beam: int, memory: Path | None = None
) -> Translations:
    """Segments → translations, with a loaded translator and, if one is named, a memory."""
    if memory is None:
        from bitext.translation import translate_document

        return translate_document(*segments, translator, beam_size=beam)
    from bitext.translation.memory import Memory, translate_with_memory

    with Memory.open(memory) as opened:
        return translate_with_memory(*segments, translator, opened, beam_size=beam)


def remember(memory: Path, header: Header, units: Sequence[Unit]) -> tuple[int, int]:
    """Keep what was approved of a document in a memory, which is made if there is none: how many are new, and known."""
    from bitext.translation.memory import Memory, pairs_of

    with Memory.create(memory, header.lang, header.target_lang or "en") as opened:
        return opened.add(p for p in pairs_of(units) if p.approved)


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


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What `bitext export` can be asked for; `make` and `bitext run` take the defaults."""

    min_score: float = 0.0
    approved_only: bool = False
    unique: bool = False
    lang: str | None = None  # regional codes, such as ar-SA
    target_lang: str | None = None
    xliff_version: str = "2.1"


def export(path: Path, kind: str, header: Header, units: Sequence[Unit], how: ExportOptions | None = None) -> None:
    """Units → the file that a user opens. What a format leaves out is counted on stderr."""
    from bitext.formats.dates import source_date
    from bitext.formats.output import Choice, Count

    how = how or ExportOptions()
    choice = Choice(min_score=how.min_score, approved_only=how.approved_only, unique=how.unique)
    writer: Any = import_module(f"bitext.formats.{'page' if kind == 'html' else kind}")
    regions = {"lang": how.lang, "target_lang": how.target_lang}
    extra: dict[str, dict[str, Any]] = {
        "html": {"date": source_date()},
        "tmx": {"date": source_date(), "choice": choice, **regions},
        "xliff": {"date": source_date(), "version": how.xliff_version, **regions},
        "moses": {"choice": choice},
    }
    count: Count | int | None = writer.write(path, header, units, **extra.get(kind, {}))
    if isinstance(count, Count) and (left_out := count.left_out()):
        print(f"bitext: {path}: {count.written} units; left out: {left_out}", file=sys.stderr)


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
