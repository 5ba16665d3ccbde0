"""The stages as files: what `make` calls one by one and `bitext run` in a row, so that both write the same bytes."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitext import jsonl
from bitext.errors import InputError
from bitext.records import Bead, Document, Header, Segment, Translation, Unit

if TYPE_CHECKING:
    from bitext.formats.output import Choice
    from bitext.review import Conflict, Review, Verdict
    from bitext.translation import Translator
    from bitext.translation.memory import Match

Segments = tuple[Header, list[Segment]]
Translations = tuple[Header, list[Translation]]
Units = tuple[Header, list[Unit]]

# The formats, with the ending of their files
ENDINGS = {"tmx": ".tmx", "html": ".html", "xliff": ".xlf", "tsv": ".tsv", "ladder": ".ladder", "moses": "",
           "txt": ".txt", "omegat": "-omegat"}


def segment_file(path: Path, lang: str, *, side: str, srx: Path | None, wrapped: bool | None) -> Segments:
    """Document → segments."""
    from bitext.documents import read_document
    from bitext.segmentation import segment_document

    return segment_document(read_document(path, lang), srx=srx, wrapped=wrapped, side=side)


def segment_lines(path: Path, lang: str, *, side: str) -> Segments:
    """A document with a sentence a line → segments."""
    from bitext.formats import moses

    return moses.read_lines(path, lang, side)


def segment_text(name: str, lang: str, text: str, *, srx: Path | None, wrapped: bool | None) -> Segments:
    """The same for a text that is no file."""
    from bitext.documents import check_text, is_blank
    from bitext.segmentation import segment_document

    check_text(text, name)
    if is_blank(text):
        raise InputError(f"{name}: blank, a text was expected")
    document = Document(name, lang, text, hashlib.sha256(text.encode("utf-8")).hexdigest())
    return segment_document(document, srx=srx, wrapped=wrapped)


def load_translator(lang: str, to: str, *, model: Path | None, models: Path, threads: int | None = None) -> Translator:
    """The translator of a pair of languages: the package that was named, or the newest one that is found."""
    from bitext.translation import Translator
    from bitext.translation.packages import argos_folder, find_packages

    packages = find_packages(lang, to, path=model, folders=[models, argos_folder()])
    return Translator.load(packages, threads=threads)


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


def suggestions(memory: Path, header: Header, units: Sequence[Unit]) -> Mapping[str, Sequence[Match]]:
    """What a memory holds for the open units of a document, by unit id."""
    from bitext.translation.memory import Memory, check_languages
    from bitext.translation.memory import suggestions as suggest

    with Memory.open(memory) as opened:
        check_languages(opened, header, header.target_lang or "en")
        return suggest(opened, units)


def bridge_file(path: Path, source: Segments, target_lang: str) -> Translations:
    """A translation of the source: what a stage wrote, its units, or a text with a line for each segment or line.

    Args:
        path: .jsonl, or a text.
        source: segments of the source; where they are the lines of a text, a line for each of these is needed.
        target_lang: the language of a text.

    Raises:
        InputError: it is not of this source.
    """
    header, segments = source
    if path.suffix == ".jsonl":
        _, first = next(jsonl.objects(path), ("", {}))
        if first.get("schema") != "bitext/units":
            return jsonl.read_one(path, Translation)
        theirs, units = jsonl.read_one(path, Unit)
        by_id = {u.source: u for u in units if u.target_text}
        made = [(u.target_text, u.origin) if (u := by_id.get((s.id,))) else ("", "mt") for s in segments]
    else:
        from bitext.formats import moses

        theirs, lines = moses.read_lines(path, target_lang, "s")
        count, needed = theirs.settings["lines"], header.settings.get("lines", len(segments))
        if count != needed:
            raise InputError(f"{path}: {count} lines, {header.doc} has {needed} "
                             f"{'lines' if 'lines' in header.settings else 'segments'}; write one translation a line, "
                             "and a blank line where there is none")
        # Of a text that bitext cut, the segments are numbered without gaps, as the lines are.
        text = {s.id: s.text for s in lines}
        made = [(text.get(s.id, ""), "mt") for s in segments]
        theirs = replace(theirs, source_sha256=header.source_sha256, target_lang=target_lang,
                         settings={"bridge_sha256": theirs.source_sha256})
    records = [Translation(s.id, t, None, origin) for s, (t, origin) in zip(segments, made, strict=True)]
    return replace(theirs, schema="translations"), records


def align_documents(
    source: Segments, target: Segments | None, translations: Translations | None, *, encoder: bool,
    lexicon: Path | None = None, min_score: float = 0.0,
) -> Units:
    """Segments and their human translation, machine translation or both → units.

    Args:
        source: segments of the source.
        target: segments of a human translation; None: the machine translation is the target.
        translations: of the source's segments; with a human translation they serve as the bridge.
        encoder: whether the sentence encoder may be used.
        lexicon: a table of source words and their translations.
        min_score: pairs with a lower score are flagged, also where they are more likely right than wrong.
    """
    from bitext.alignment import align, score_pairs
    from bitext.alignment import settings as alignment_settings
    from bitext.units import LOW_SCORE, build_units, human_targets, machine_targets

    header, segments = source
    made = _matching(source, translations) if translations else None
    target_lang = target[0].lang if target else translations[0].target_lang if translations else None
    if target_lang is None:
        raise InputError(f"{header.doc}: nothing to align it with; give translations or a target document")
    lang = (header.lang, target_lang)
    settings: dict[str, Any] = alignment_settings(lang, encoder=encoder)
    if translations:
        if translations[0].target_lang != target_lang:
            raise InputError(f"{translations[0].doc}: these translations are in {translations[0].target_lang}, the "
                             f"target is in {target_lang}; give translations into {target_lang}")
        settings = {**translations[0].settings, **settings}
    if counts := _lines(source, target):
        settings["lines"] = counts
    if min_score:
        settings["min_score"] = min_score
    words = None
    if lexicon is not None:
        from bitext.formats import lexicon as lexicons
        from bitext.formats.reading import sha256

        words = lexicons.read(lexicon)
        settings["lexicon_sha256"] = sha256(lexicon)
    if target:
        settings["target_sha256"] = target[0].source_sha256
        targets = human_targets(target[1])
        # A bridge by a weak package misleads: on the sample article with a part of it translated by hand, 2 of 6 target
        # segments are linked rightly with ours, all 6 without. Scores are calibrated, so the surer alignment is taken.
        ways = [None, [t.text for t in made]] if made else [None]
        beads = max((align(segments, target[1], bridge=b, lang=lang, encoder=encoder, lexicon=words) for b in ways),
                    key=_mean_score)
    else:
        targets = machine_targets(made or [])
        scores = score_pairs([s.text for s in segments], [t.text for t in targets], lang=lang, encoder=encoder)
        beads = [Bead((i,), (i,), 1.0 if t.origin == "copy" else s)
                 for i, (t, s) in enumerate(zip(targets, scores, strict=True))]
    return build_units(header, segments, targets, beads, target_lang=target_lang, settings=settings,
                       low_score=max(LOW_SCORE, min_score))


def export(
    path: Path, kind: str, header: Header, units: Sequence[Unit], *, choice: Choice | None = None,
    version: str = "2.1", lang: str | None = None, target_lang: str | None = None, name: str | None = None,
    memory: Path | None = None,
) -> None:
    """Units → the file (for omegat: the folder) that a user opens. What is left out is counted on stderr.

    Args:
        path: where to write.
        kind: one of `ENDINGS`, or units.
        header: of the units.
        units: of the document, in order.
        choice: which units; None: all.
        version: of XLIFF.
        lang: source language as TMX and XLIFF shall have it, as in ar-SA; None: the header's.
        target_lang: the same for the target.
        name: what messages call the file; None: by its path.
        memory: for html and xliff: whose similar translations are suggested.
    """
    from bitext.formats import convert, omegat_project, page
    from bitext.formats.dates import source_date
    from bitext.formats.output import ALL

    choice, date = choice or ALL, source_date()
    matches = suggestions(memory, header, units) if memory and kind in ("html", "xliff") else {}
    if kind == "html":
        page.write(path, header, units, date=date, matches=matches)
        return
    if kind == "omegat":
        count = omegat_project.write(path, header, units, date=date, choice=choice)
    else:
        count = convert.write(path, kind, header, units, choice=choice, version=version, date=date, lang=lang,
                              target_lang=target_lang, matches=matches)
    if left_out := count.left_out():
        print(f"bitext: {name or path}: {count.written} units; left out: {left_out}", file=sys.stderr)


def review(
    header: Header, units: Sequence[Unit], files: Sequence[Path]
) -> tuple[list[Unit], list[Conflict]]:
    """The units as reviewers left them, on the page or in a CAT tool.

    Args:
        header: of the units.
        units: of the document.
        files: what the page exported, and XLIFF files that were edited; in any order.

    Returns:
        The units, and the verdicts that could not be applied.
    """
    from bitext.formats.convert import READ
    from bitext.review import apply_reviews, read_verdicts

    return apply_reviews(header, units, [
        (f, *(_xliff_review(f, units) if READ.get(f.suffix) == "xliff" else read_verdicts(f))) for f in files])


def _xliff_review(file: Path, units: Sequence[Unit]) -> tuple[Review, list[Verdict]]:
    """What was changed in an XLIFF file, as a review by that file."""
    from bitext.formats import xliff
    from bitext.review import Decision, Review, State, Verdict

    header, changes = xliff.read_changes(file, units)
    verdicts = []
    for change in changes:
        before, after = change.before, change.after
        if before is not None and change.fits and before.source_text == after.source_text:
            was = State(before.source_text, before.target_text, before.status, before.note)
        else:
            was = State(after.source_text, "")  # stands nowhere: told as a conflict
        decision = Decision((after.id,), was.source_text, after.target_text, after.status, after.note)
        verdicts.append(Verdict((after.id,), (was,), (decision,)))
    return Review(header.doc, header.lang, header.target_lang or "en", header.source_sha256, "", file.name), verdicts


def _mean_score(beads: Sequence[Bead]) -> float:
    return sum(b.score * (len(b.source) + len(b.target)) for b in beads) / max(sum(
        len(b.source) + len(b.target) for b in beads), 1)


def _lines(source: Segments, target: Segments | None) -> list[int] | None:
    """How many lines both texts have, where one was given a sentence a line."""
    sides = [source, target or source]
    if not any("lines" in header.settings for header, _ in sides):
        return None
    return [header.settings.get("lines", len(segments)) for header, segments in sides]


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
