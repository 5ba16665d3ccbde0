"""Sentences in, translations out: what is copied, what is cut, what is asked again, what is repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from bitext import jsonl
from bitext.errors import InputError, PackageError
from bitext.languages import is_written_in
from bitext.records import Header, Segment, Translation
from bitext.translation import long_sentences
from bitext.translation.engine import Engine, Output, Progress
from bitext.translation.loops import loops, repeated
from bitext.translation.packages import PIVOT, Package, open_package
from bitext.translation.repairs import repair

# Tokens of a piece. The package in models/ was trained on up to 110; of made-up sentences of 125 to 241 tokens it
# translated a third (chrF2 16), of the same ones cut at 110 it translated three quarters (31). FLORES dev's longest
# sentence has 88, the longest of 1,460 lines of TED talks 109.
MAX_INPUT = 100
MAX_CHARACTERS = 20 * MAX_INPUT  # a piece longer than this is not even tokenised; a token has 3 or 4 characters
# A retry may not say four tokens twice. On the 26 sentences of FLORES dev that loop with the package in models/: chrF2
# 28.6 → 32.3, 23 loops gone; with three 31.7 and 25, but then a name of three tokens can't be said twice.
RETRY_NGRAM = 4
_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")  # Argos would take the parts for paragraphs


class Translator:
    """One package, or two chained through English. Same text, same settings, same package: same translation."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self._engines = tuple(engines)
        self.from_code = self._engines[0].package.from_code
        self.to_code = self._engines[-1].package.to_code

    @classmethod
    def load(cls, path: str | Path | Package | Sequence[str | Path | Package], *, threads: int | None = None) -> Self:
        """Load a package, or two that meet in English.

        Args:
            path: an .argosmodel file, an unpacked package's folder or an opened package; two of them for a pivot.
            threads: batches translated side by side, each on one core; None: as many as there are cores. The
                translations don't depend on it.

        Raises:
            PackageError: missing, damaged or hostile, or two that don't meet.
            InputError: fewer than one thread.
        """
        if threads is not None and threads < 1:
            raise InputError(f"threads {threads}: 1 or more was expected")
        paths = [path] if isinstance(path, str | Path | Package) else list(path)
        packages = [p if isinstance(p, Package) else open_package(p) for p in paths]
        if len(packages) not in (1, 2):
            raise PackageError(f"{len(packages)} packages were given; give one, or two that meet in {PIVOT}")
        for first, second in pairwise(packages):
            if first.to_code != second.from_code:
                raise PackageError(f"{second.path}: translates {second.pair}, which can't follow {first.pair}; "
                                   f"give two packages that meet in {PIVOT}")
        return cls([Engine(p, threads=threads) for p in packages])

    @property
    def settings(self) -> dict[str, Any]:
        """For the header of a hand-over: what the translations depend on beside the beam; lists, an entry a package."""
        packages = [e.package for e in self._engines]
        return {"package": [p.name for p in packages], "package_version": [p.version for p in packages],
                "package_sha256": [p.sha256 for p in packages]}

    def translate(self, sentences: Sequence[str], *, beam_size: int = 4,
                  progress: Progress | None = None) -> list[Translation]:
        """A translation of each sentence: same order, same number, ids s1, s2, ….

        Flags: `split` (too long, translated in pieces), `retried` (empty, a loop or cut at first), and what the text
        still is after that: `empty`, `loop`, `cut`.

        Args:
            sentences: one a string. What has no letter of the source language comes back as it is (origin copy).
            beam_size: hypotheses that the decoder keeps; 4 is Argos's, 1 is fastest.
            progress: called with the number of sentences done and that of all.

        Raises:
            InputError: a sentence holds a lone surrogate, or the beam is below 1.
            PackageError: the model fails; it is damaged.
        """
        if beam_size < 1:
            raise InputError(f"beam size {beam_size}: 1 or more was expected")
        for n, sentence in enumerate(sentences, 1):
            _check(sentence, n)
        wanted = [s for s in dict.fromkeys(sentences) if is_written_in(s, self.from_code)]
        done = [Translation("", s) for s in wanted]
        for engine in self._engines:
            results = _translate(engine, [t.text for t in done], beam_size, progress)
            done = [_chain(before, after) for before, after in zip(done, results, strict=True)]
        known = dict(zip(wanted, done, strict=True))
        return [replace(known[s] if s in known else Translation("", s, None, "copy"), id=f"s{n}")
                for n, s in enumerate(sentences, 1)]


def translate_document(header: Header, segments: Sequence[Segment], translator: Translator, *, beam_size: int = 4,
                       progress: Progress | None = None) -> tuple[Header, list[Translation]]:
    """The translations of a document's segments, with the header of their hand-over.

    Args:
        header: of the segments.
        segments: of one document; a translation has the id of its segment.
        translator: for the header's language.
        beam_size: as in `Translator.translate`.
        progress: as in `Translator.translate`.

    Raises:
        InputError: the translator is for another language.
    """
    if header.lang != translator.from_code:
        raise InputError(f"{header.doc}: its language is {header.lang}, the package translates from "
                         f"{translator.from_code}; give another package")
    results = translator.translate([s.text for s in segments], beam_size=beam_size, progress=progress)
    derived = jsonl.derive(header, "translations", target_lang=translator.to_code,
                           settings=translator.settings | {"beam": beam_size})
    return derived, [replace(t, id=s.id) for s, t in zip(segments, results, strict=True)]


@dataclass(slots=True)
class _Piece:
    """What the model is asked, and its best answer."""

    source: str
    output: Output
    flags: tuple[str, ...]


def _translate(engine: Engine, sentences: Sequence[str], beam_size: int,
               progress: Progress | None) -> list[Translation]:
    """One package: cut what is too long, decode, ask again where that failed, join, repair."""
    def fits(text: str) -> bool:
        return len(text) <= MAX_CHARACTERS and engine.length(text.strip()) <= MAX_INPUT

    def cut(sentence: str) -> list[str]:
        if not is_written_in(sentence, engine.package.from_code):
            return []
        return [p.strip() for p in long_sentences.cut(_BREAKS.sub(" ", sentence), fits) if not p.isspace()]

    cuts = [cut(s) for s in sentences]
    sources = [piece for pieces in cuts for piece in pieces]
    outputs = engine.decode(sources, beam_size=beam_size, progress=progress)
    pieces = [_Piece(s, o, _failures(s, o)) for s, o in zip(sources, outputs, strict=True)]
    _retry(engine, [p for p in pieces if p.flags])
    rest = iter(pieces)
    return [_joined(s, [next(rest) for _ in c], engine.package.to_code) for s, c in zip(sentences, cuts, strict=True)]


def _retry(engine: Engine, failed: Sequence[_Piece]) -> None:
    """Ask once more without beam; the better answer stays."""
    outputs = engine.decode([p.source for p in failed], beam_size=1, no_repeat_ngram=RETRY_NGRAM)
    for piece, output in zip(failed, outputs, strict=True):
        flags = _failures(piece.source, output)
        if _badness(output, flags) < _badness(piece.output, piece.flags):
            piece.output, piece.flags = output, flags
        piece.flags = ("retried", *piece.flags)


def _failures(source: str, output: Output) -> tuple[str, ...]:
    found = {"empty": not output.text.strip(), "loop": loops(output.text, source), "cut": output.cut}
    return tuple(name for name, there in found.items() if there)


def _badness(output: Output, flags: tuple[str, ...]) -> tuple[bool, int, float]:
    return "empty" in flags, len(flags), repeated(output.text)


def _joined(sentence: str, pieces: Sequence[_Piece], to_code: str) -> Translation:
    """The pieces' text, repaired; the mean score a token; all flags. Without pieces there was nothing to translate."""
    if not pieces:
        return Translation("", sentence)
    text = " ".join(filter(None, (p.output.text.strip() for p in pieces)))
    flags = ["split"] * (len(pieces) > 1) + [flag for p in pieces for flag in p.flags]
    lengths = [p.output.tokens + 1 for p in pieces]
    score = sum(p.output.score * n for p, n in zip(pieces, lengths, strict=True)) / sum(lengths)
    return Translation("", repair(text, sentence, to_code), round(score, 4), flags=tuple(dict.fromkeys(flags)))


def _chain(before: Translation, after: Translation) -> Translation:
    """Of two packages: the last text, the lower score, all flags."""
    scores = [t.score for t in (before, after) if t.score is not None]
    return replace(after, score=min(scores, default=None), flags=tuple(dict.fromkeys(before.flags + after.flags)))


def _check(sentence: str, n: int) -> None:
    try:
        sentence.encode("utf-8")
    except UnicodeEncodeError as e:
        raise InputError(f"sentence {n}: lone surrogate {sentence[e.start]!r} at character {e.start}; remove it"
                         ) from None
