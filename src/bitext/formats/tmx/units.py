"""Entries of a translation memory become units of one pair of languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from bitext.errors import InputError
from bitext.formats.output import Count
from bitext.formats.reading import STATUSES, Reading, parse_score, primary, sha256, stem
from bitext.formats.tmx.entries import Entry, Variant, same_language
from bitext.formats.tmx.pieces import OnFault
from bitext.formats.tmx.reader import read
from bitext.records import Header, Unit


def read_units(
    path: Path, *, lang: str | None = None, target_lang: str | None = None, on_fault: OnFault | None = None
) -> Reading:
    """The pairs of a memory as units, one by one; of several variants in a language, each makes a unit.

    Props that bitext wrote come back as what they were. What other programs wrote has origin memory, score 1 and a
    paragraph of its own. A unit that lost inline tags is flagged `tags`.

    Args:
        path: the file, packed with gzip or not.
        lang: source language; a code without region stands for all its regions. None: the header's srclang, or the
            language of the first tuv.
        target_lang: None: the other language of the first TU.
        on_fault: is told of each broken TU, which is left out; None: the first is an error.

    Raises:
        InputError: as `read`; no TU; the languages can't be told, or are the same.
    """
    attributes, entries = read(path, on_fault)
    first = next(entries, None)
    if first is None:
        raise InputError(f"{path}: holds no TU; give a translation memory with something in it")
    source, target = _languages(path, attributes, first, lang, target_lang)
    header = Header("units", stem(path), primary(source), sha256(path), target_lang=primary(target),
                    settings={"from": "tmx"})
    count = Count()
    return Reading(header, _units(chain([first], entries), source, target, count), count)


def _languages(
    path: Path, attributes: Mapping[str, str], first: Entry, lang: str | None, target_lang: str | None
) -> tuple[str, str]:
    declared = first.lang or attributes.get("srclang", "")
    known = [v.lang for v in first.variants]
    if lang is None:
        lang = next((k for k in known if declared and same_language(k, declared)), known[0])
    if target_lang is None:
        target_lang = next((k for k in known if not same_language(k, lang)), None)
    if target_lang is None or same_language(lang, target_lang):
        raise InputError(f"{path}:{first.line}: the two languages can't be told from the first TU "
                         f"({', '.join(known)}); name them")
    return lang, target_lang


def _units(entries: Iterable[Entry], lang: str, target_lang: str, count: Count) -> Iterator[Unit]:
    for entry in entries:
        sources = [v for v in entry.variants if same_language(v.lang, lang) and v.text.strip()]
        targets = [v for v in entry.variants if same_language(v.lang, target_lang) and v.text.strip()]
        pairs = [(s, t) for s in sources for t in targets]
        if not pairs:
            count.one_sided += 1
        for source, target in pairs:
            count.written += 1
            yield _unit(entry, source, target, count.written)


def _unit(entry: Entry, source: Variant, target: Variant, n: int) -> Unit:
    props = dict(entry.props)
    score = parse_score(props.get("x-bitext-score"))
    tags = ("tags",) if source.tags or target.tags else ()
    note = "\n".join(filter(None, entry.notes))
    if score is None:  # of another program
        return Unit(f"u{n}", (), (), source.text, target.text, 1.0, "memory", tags, paragraph=n - 1, note=note)
    flags, status = props.get("x-flags", "").split(), props.get("x-status", "new")
    paragraph = props.get("x-paragraph", "")
    return Unit(
        entry.id.removeprefix(f"{props.get('x-doc', '')}:") or f"u{n}", (), (), source.text, target.text, score,
        props.get("x-origin", "memory"), tuple(dict.fromkeys((*flags, *tags))),
        status if status in STATUSES else "new", int(paragraph) if paragraph.isdecimal() else n - 1, note)
