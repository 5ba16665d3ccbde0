"""The memory in the pipeline: what is approved is used instead of the engine, what a reviewer decided is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bitext.errors import InputError
from bitext.records import Header, Segment, Translation, Unit
from bitext.translation.engine import Progress
from bitext.translation.memory.keys import exact_key
from bitext.translation.memory.lookup import SIMILAR, Match, Memory
from bitext.translation.memory.store import Pair
from bitext.translation.translator import Translator, translate_document

NUMBERS = "other-numbers"  # flag of a translation whose numbers were replaced


def translate_with_memory(
    header: Header, segments: Sequence[Segment], translator: Translator, memory: Memory, *, beam_size: int = 4,
    progress: Progress | None = None,
) -> tuple[Header, list[Translation]]:
    """As `translate_document`; what the memory holds as approved is taken from there, with origin memory.

    Args:
        header: of the segments.
        segments: of one document.
        translator: for the rest.
        memory: of the same two languages.
        beam_size: as in `Translator.translate`.
        progress: as in `Translator.translate`; counts what the translator does.

    Raises:
        InputError: memory or translator is of other languages.
        MemoryFileError: the memory is damaged.
    """
    check_languages(memory, header, translator.to_code)
    texts = ["", *(s.text for s in segments), ""]
    kept: dict[str, Translation] = {}
    for n, segment in enumerate(segments, 1):
        match = memory.exact(segment.text, texts[n - 1], texts[n + 1])
        if match and match.approved:
            kept[segment.id] = Translation(segment.id, match.target, None, "memory", (NUMBERS,) * match.numbers)
    made_header, made = translate_document(header, [s for s in segments if s.id not in kept], translator,
                                           beam_size=beam_size, progress=progress)
    rest = iter(made)
    return (replace(made_header, settings={**made_header.settings, "memory": memory.state}),
            [kept[s.id] if s.id in kept else next(rest) for s in segments])


def check_languages(memory: Memory, header: Header, target_lang: str) -> None:
    """Raises InputError: the memory is of other languages than a document and its translation."""
    if (memory.lang, memory.target_lang) != (header.lang, target_lang):
        raise InputError(f"{memory.path}: a memory of {memory.lang}–{memory.target_lang}, this document is translated "
                         f"{header.lang}–{target_lang}; give another memory")


def suggestions(memory: Memory, units: Iterable[Unit], *, min_score: float = SIMILAR, limit: int = 3
                ) -> Mapping[str, Sequence[Match]]:
    """What the memory holds for units that no person has decided on: by unit id, best first; none where it has nothing.

    Args:
        memory: of the units' languages.
        units: of one document.
        min_score: least share of words in common.
        limit: how many a unit.
    """
    found: dict[str, list[Match]] = {}
    for u in units:
        if u.origin in ("mt", "memory") and u.status == "new" and u.source_text:
            matches = memory.best(u.source_text, min_score=min_score, limit=limit)
            if others := [m for m in matches if m.target != u.target_text]:
                found[u.id] = others
    return found


def pairs_of(units: Iterable[Unit], *, approve: bool = False) -> Iterator[Pair]:
    """Units of one document → what a memory keeps of them: approved ones, and what people wrote, with its neighbours.

    Rejected units, and machine translations that nobody approved, are no pairs but neighbours of pairs.

    Args:
        units: in the order of the document.
        approve: take all that isn't rejected as approved, whoever made it.
    """
    before = 0
    waiting: Pair | None = None
    for u in units:
        if not u.source_text.strip():
            continue
        key = exact_key(u.source_text)
        if waiting and waiting.target:
            yield replace(waiting, after=key)
        approved = u.status == "approved" or approve
        wanted = u.status != "rejected" and u.target_text.strip() and (approved or u.origin not in ("mt", "copy"))
        waiting = Pair(u.source_text, u.target_text if wanted else "", approved, before)
        before = key
    if waiting and waiting.target:
        yield waiting
