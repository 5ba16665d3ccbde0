"""The ladder of hunalign (Varga et al. 2005, "Parallel corpora for medium density languages", RANLP).

A line is a rung: "n<TAB>m<TAB>score". The first n sentences of the source correspond to the first m of the target; the
score is of what lies between this rung and the next. The first rung is 0 0, the last one has the number of sentences of
both files. The sentences themselves stand in files of their own, one a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from bitext.errors import InputError
from bitext.files import replacing_text
from bitext.formats import moses
from bitext.formats.input import lines
from bitext.formats.output import ALL, Choice, Count
from bitext.formats.reading import Reading
from bitext.records import Header, Segment, Unit

Rung = tuple[int, int, float]

ID = re.compile(r"[st]([1-9]\d{0,8})")
RUNG = re.compile(r"(\d{1,9})\s+(\d{1,9})(?:\s+([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?))?\s*")


def write(path: Path, header: Header, units: Iterable[Unit], *, choice: Choice = ALL) -> Count:
    """A rung for each unit: its segments' numbers, or its lines' where the texts were given a sentence a line.

    A ladder has no gaps: of a unit that is rejected or not chosen, both sides stand alone.

    Args:
        path: the file.
        header: of the units.
        units: of the document, in order; such as say which segments they are made of.
        choice: which units.

    Raises:
        InputError: units that came from a format without segments, or from several documents.
        OutputError: the file can't be written.
    """
    every, count = list(units), Count()
    accepted = [u for u in every if u.status != "rejected"]
    count.rejected = len(every) - len(accepted)
    chosen = {u.id for u in choice.units(accepted, count)}
    with replacing_text(path) as f:
        for n, m, score in _rungs(header, every, chosen):
            f.write(f"{n}\t{m}\t{score!r}\n")
    return count


def read(path: Path, source: Path, target: Path, *, lang: str, target_lang: str) -> Reading:
    """The inverse, also of what hunalign itself wrote; a score beyond 0..1, as it has them, is taken as 0 or 1.

    Args:
        path: the ladder; its third column may be missing.
        source: the sentences, one a line.
        target: the same of the translation.
        lang: source language.
        target_lang: target language.

    Raises:
        InputError: a file can't be read; no ladder, or that of other files.
    """
    (header, ours), (_, theirs) = moses.read_lines(source, lang, "s"), moses.read_lines(target, target_lang, "t")
    rungs = list(_parse(path))
    ends = rungs[-1][:2] if rungs else None
    last = [max((_number(s.id) for s in side), default=0) for side in (ours, theirs)]
    if not rungs or rungs[0][:2] != (0, 0) or ends is None or ends[0] < last[0] or ends[1] < last[1]:
        found = f"from {rungs[0][:2]} to {ends}" if rungs else "nothing"
        raise InputError(f"{path}: rungs from (0, 0) to {tuple(last)}, the lines of {source} and {target}, were "
                         f"expected, found {found}; give the files that the ladder was made of")
    count = Count()
    header = Header("units", header.doc, lang, header.source_sha256, target_lang=target_lang,
                    settings={"from": "ladder", "lines": list(ends)})
    return Reading(header, _units(rungs, ours, theirs, count), count)


def _rungs(header: Header, units: Sequence[Unit], chosen: set[str]) -> Iterator[Rung]:
    at = [0, 0]
    hole: set[str] = set()  # segments between the last two rungs
    for u in units:
        if not u.source and not u.target:
            raise InputError(f"{header.doc}: unit {u.id} doesn't say which segments it is made of, as a ladder must; "
                             "give units that `bitext align` wrote")
        spans = []
        for side, ids in enumerate((u.source, u.target)):
            numbers = [_number(i) for i in ids]
            new = bool(numbers) and max(numbers) > at[side]
            # A reviewer's two halves of a unit have the same segments: they lie between the same two rungs.
            if not new and not hole.issuperset(ids):
                raise InputError(f"{header.doc}: the segments of unit {u.id} stand before those of the unit before it, "
                                 "which no ladder can tell; give the units of one document, in order")
            spans.append((min(numbers) - 1, max(numbers)) if new else None)
        if spans == [None, None]:
            continue
        hole = {*u.source, *u.target}
        starts = [max(span[0], here) if span else here for span, here in zip(spans, at, strict=True)]
        if starts != at:  # blank lines are no segments, but count
            yield at[0], at[1], 1.0
        ends = [span[1] if span else start for span, start in zip(spans, starts, strict=True)]
        yield starts[0], starts[1], u.score
        if u.id not in chosen and all(spans):
            yield ends[0], starts[1], u.score
        at = ends
    lengths = [max(n, here) for n, here in zip(_lengths(header), at, strict=True)]
    if lengths != at:
        yield at[0], at[1], 1.0
    yield lengths[0], lengths[1], 0.0


def _lengths(header: Header) -> tuple[int, int]:
    """How many lines the texts have, where they were given a sentence a line."""
    match header.settings.get("lines"):
        case [int(n), int(m)]:
            return n, m
        case _:
            return 0, 0


def _number(segment: str) -> int:
    found = ID.fullmatch(segment)
    if found is None:
        raise InputError(f"segment {segment!r} has no number, as s1 and t1 have; give units that `bitext align` wrote")
    return int(found[1])


def _parse(path: Path) -> Iterator[Rung]:
    before = (0, 0)
    for n, line in enumerate(lines(path), 1):
        if not line.strip():
            continue
        found = RUNG.fullmatch(line)
        if found is None:
            raise InputError(f"{path}:{n}: two numbers and a score were expected, found {line.strip()[:40]!r}; "
                             "give the ladder that hunalign writes without -text")
        rung = int(found[1]), int(found[2])
        if rung[0] < before[0] or rung[1] < before[1]:
            raise InputError(f"{path}:{n}: rung {rung} crosses the one before, {before}; mend the ladder")
        before = rung
        yield *rung, min(max(float(found[3] or 1), 0.0), 1.0)


def _units(rungs: Sequence[Rung], source: Sequence[Segment], target: Sequence[Segment],
           count: Count) -> Iterator[Unit]:
    sides = [{_number(s.id): s for s in side} for side in (source, target)]
    paragraph = 0
    for (i0, j0, score), (i1, j1, _) in pairwise(rungs):
        ours, theirs = ([side[n] for n in range(a + 1, b + 1) if n in side]
                        for side, a, b in zip(sides, (i0, j0), (i1, j1), strict=True))
        if not ours and not theirs:
            continue
        paragraph = ours[0].paragraph if ours else paragraph
        count.written += 1
        yield Unit(
            f"u{count.written}", tuple(s.id for s in ours), tuple(s.id for s in theirs),
            " ".join(s.text for s in ours), " ".join(s.text for s in theirs), score, "human",
            () if ours and theirs else ("one-sided",), paragraph=paragraph)
