"""Verdicts are applied to units; where one no longer fits or two disagree, nothing is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bitext import checks
from bitext.errors import HandoverError
from bitext.records import Header, Unit
from bitext.review.verdicts import Decision, Review, State, Verdict, read_verdicts


@dataclass(frozen=True, slots=True)
class Conflict:
    """A verdict that was not applied."""

    file: Path
    reviewer: str
    verdict: Verdict
    reason: str

    def __str__(self) -> str:
        who = f" ({self.reviewer})" if self.reviewer else ""
        return f"{self.file}{who}: {', '.join(self.verdict.units)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Claim:
    """A verdict and the place that it is about: units[start:end]."""

    file: Path
    reviewer: str
    verdict: Verdict
    start: int
    end: int


def apply(header: Header, units: Sequence[Unit], files: Sequence[Path]) -> tuple[list[Unit], list[Conflict]]:
    """The units as the files' reviewers decided; see `apply_reviews`.

    Raises:
        HandoverError: a file is damaged or belongs to another document; nothing is applied then.
        InputError: a file can't be read.
    """
    return apply_reviews(header, units, [(file, *read_verdicts(file)) for file in files])


def apply_reviews(
    header: Header, units: Sequence[Unit], reviews: Sequence[tuple[Path, Review, Sequence[Verdict]]]
) -> tuple[list[Unit], list[Conflict]]:
    """The units as reviewed; the reviews' order does not matter, and applying them twice changes nothing.

    A verdict is a conflict, and leaves its units as they are, where their text, status or note has changed since, or
    where another review says otherwise.

    Args:
        header: of the units.
        units: of the document.
        reviews: each with the file that it came in.

    Raises:
        HandoverError: a review belongs to another document; nothing is applied then.
    """
    places = _Places(units)
    claims: list[_Claim] = []
    conflicts: list[Conflict] = []
    for file, review, verdicts in sorted(reviews, key=lambda r: r[0]):
        _check_document(file, review, header)
        for v in verdicts:
            found = places.find(v)
            if isinstance(found, str):
                conflicts.append(Conflict(file, review.reviewer, v, found))
            elif found is not None:
                claims.append(_Claim(file, review.reviewer, v, *found))
    agreed, disputed = _settle(claims)
    return _replaced(header, units, agreed), sorted(conflicts + disputed, key=lambda c: (c.verdict.units, c.file))


class _Places:
    """Where in the units a verdict belongs."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self.by_id = {u.id: n for n, u in enumerate(units)}
        self.by_text: dict[tuple[str, str], list[int]] = defaultdict(list)
        for n, u in enumerate(units):
            self.by_text[_shown(u.source_text), _shown(u.target_text)].append(n)

    def find(self, v: Verdict) -> tuple[int, int] | str | None:
        """The place; None where it says already what the verdict wants; a reason why there is none."""
        start = self.by_id.get(v.units[0])
        if start is not None and self._stands(v, start):
            return None
        if start is not None and self._fits(v, start):
            return start, start + len(v.was)
        if start is not None and _shown(self.units[start].source_text) == v.was[0].source_text:
            return "the unit has changed since"
        # The ids move when the article is edited before the unit; its text is then looked for.
        fitting = [n for n in self.by_text[v.was[0].source_text, v.was[0].target_text] if self._fits(v, n)]
        standing = [n for n in self.by_text[v.now[0].source_text, v.now[0].target_text] if self._stands(v, n)]
        if standing:
            return None
        if len(fitting) == 1:
            return fitting[0], fitting[0] + len(v.was)
        return "the unit is gone"

    def _fits(self, v: Verdict, start: int) -> bool:
        here = self.units[start : start + len(v.was)]
        return [State(_shown(u.source_text), _shown(u.target_text), u.status, _shown(u.note)) for u in here] == \
            list(v.was)

    def _stands(self, v: Verdict, start: int) -> bool:
        here = self.units[start : start + len(v.now)]
        return len(here) == len(v.now) and all(
            (u.source_text, u.target_text, u.status, u.note) == (d.source_text, d.target_text, d.status, d.note)
            and not set(u.flags) & set(d.dismissed)
            for u, d in zip(here, v.now, strict=True))


def _shown(text: str) -> str:
    """As the page can hold it: U+FFFD for NUL and lone surrogates."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def _check_document(file: Path, review: Review, header: Header) -> None:
    if review.doc != header.doc and review.source_sha256 != header.source_sha256:
        raise HandoverError(f"{file}: reviews {review.doc!r}, these are the units of {header.doc!r}; "
                            "give the review of this document")
    if (review.lang, review.target_lang) != (header.lang, header.target_lang):
        raise HandoverError(f"{file}: reviews {review.lang}–{review.target_lang}, these units are "
                            f"{header.lang}–{header.target_lang}; give the review of this pair")


def _settle(claims: Sequence[_Claim]) -> tuple[list[_Claim], list[Conflict]]:
    """One claim a place, in the order of the document; where files disagree, none."""
    at: dict[int, list[_Claim]] = defaultdict(list)
    for c in claims:
        for n in range(c.start, c.end):
            at[n].append(c)
    agreed: dict[int, _Claim] = {}
    disputed: list[Conflict] = []
    for c in claims:
        others = [o for n in range(c.start, c.end) for o in at[n]
                  if (o.start, o.end, o.verdict.now) != (c.start, c.end, c.verdict.now)]
        if others:
            disputed.append(Conflict(c.file, c.reviewer, c.verdict, f"{others[0].file} says otherwise"))
        else:
            agreed.setdefault(c.start, c)
    return [agreed[n] for n in sorted(agreed)], disputed


def _replaced(header: Header, units: Sequence[Unit], claims: Sequence[_Claim]) -> list[Unit]:
    taken = {u.id for u in units}
    result: list[Unit] = []
    at = 0
    for c in claims:
        result += units[at : c.start]
        old = dict(zip(c.verdict.units, units[c.start : c.end], strict=True))
        used: set[str] = set()
        for d in c.verdict.now:
            of = [old[i] for i in c.verdict.units if i in d.units]
            head = next((u for u in of if u.id not in used), None)
            unit_id = head.id if head else _new_id(of[0].id, taken)
            result.append(replace(_decided(header, of, head or of[0], d), id=unit_id))
            used.add(unit_id)
            taken.add(unit_id)
        at = c.end
    return [*result, *units[at:]]


def _new_id(first: str, taken: set[str]) -> str:
    """u3.2, u3.3, … for the further parts of u3."""
    n = 2
    while f"{first}.{n}" in taken:
        n += 1
    return f"{first}.{n}"


def _decided(header: Header, of: Sequence[Unit], head: Unit, d: Decision) -> Unit:
    """A unit made of others, in the place of `head`. The same rules stand in formats/page/js/outcome.js."""
    if len(of) == 1 and (_shown(head.source_text), _shown(head.target_text)) == (d.source_text, d.target_text):
        flags, unit = head.flags, head
    else:
        flags = checks.flag(d.source_text, d.target_text, header.lang, header.target_lang or "en") \
            if d.source_text.strip() else ("one-sided",)
        unit = replace(
            head, source=_ids(u.source for u in of), target=_ids(u.target for u in of), source_text=d.source_text,
            target_text=d.target_text, score=min(u.score for u in of), origin="human")
    return replace(unit, status=d.status, note=d.note, flags=tuple(f for f in flags if f not in d.dismissed))


def _ids(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for ids in lists for i in ids))
