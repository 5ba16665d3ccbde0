"""XLIFF 1.0–1.2 and 2.0–2.2 in, as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from bitext.errors import InputError
from bitext.formats.inline import plain
from bitext.formats.input import SAFE, blocks, words
from bitext.formats.output import Count
from bitext.formats.reading import Reading, parse_score, primary, sha256, stem
from bitext.formats.xliff.states import parse_state, parse_state_12
from bitext.formats.xliff.writer import OURS, fingerprint
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE = "urn:oasis:names:tc:xliff:document:"
STARTS, ENDS = ("xliff", "file", "group"), ("unit", "trans-unit", "group")


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did to a unit in a CAT tool."""

    before: Unit | None  # as it stands here; None: there is no such unit
    after: Unit
    fits: bool          # whether `before` is what went out; else it has changed here too


def read(path: Path, *, target_lang: str | None = None) -> Reading:
    """The units of an XLIFF file, one by one.

    What bitext wrote comes back as it was, with what was changed since. From other programs each segment becomes a
    unit, of origin human (there is nothing to tell by), score 1 and a paragraph a `unit` or `trans-unit`. A unit that
    lost inline tags is flagged `tags`.

    Args:
        path: the file, packed with gzip or not.
        target_lang: of a file that names none.

    Raises:
        InputError: the file can't be read, is no XLIFF or is broken (also while the units are taken).
    """
    header, found = _read(path, target_lang)
    count = Count()

    def units() -> Iterator[Unit]:
        for unit, _ in found:
            count.written += 1
            yield unit

    return Reading(header, units(), count)


def read_changes(path: Path, units: Iterable[Unit]) -> tuple[Header, list[Change]]:
    """What was changed in a file that `write` wrote: target, state or note. A changed text counts as approved.

    Args:
        path: the file as it came back.
        units: of the document, as they stand here.

    Raises:
        InputError: as `read`.
    """
    header, found = _read(path, None)
    ours = {u.id: u for u in units}
    changes = []
    for unit, sent in found:
        before = ours.get(unit.id)
        # Without a fingerprint: the tool has dropped what it didn't know.
        was = sent or (fingerprint(before.target_text) if before else "")
        retold = unit.status == "new" and fingerprint(unit.target_text) != was
        after = replace(unit, status="approved") if retold else unit
        if before is None or (before.source_text, before.target_text, before.status, before.note) != (
                after.source_text, after.target_text, after.status, after.note):
            changes.append(Change(before, after, before is not None and fingerprint(before.target_text) == was))
    return header, changes


def _read(path: Path, target_lang: str | None) -> tuple[Header, Iterator[tuple[Unit, str]]]:
    source = _Source(path)
    events = source.events()
    root = next((e for _, e in events), None)
    if root is None or _name(root) != "xliff":
        source.refuse("no XLIFF; give an XLIFF file")
    file = next((e for _, e in events if _name(e) == "file"), None)
    if file is None:
        source.refuse("holds no <file>; give an XLIFF file with something in it")
    lang = root.get("srcLang") or file.get("source-language") or ""
    target = target_lang or root.get("trgLang") or file.get("target-language") or ""
    if not lang or not target:
        source.refuse(f"names no {'target' if lang else 'source'} language; name it")
    digest = file.get(f"{{{OURS}}}source-sha256") or sha256(path)
    header = Header("units", file.get("original") or stem(path), primary(lang), digest, target_lang=primary(target),
                    settings={"from": "xliff"})
    return header, _units(events)


class _Source:
    """One file, parsed as it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def refuse(self, what: str) -> NoReturn:
        raise InputError(f"{self.path}: {what}")

    def events(self) -> Iterator[tuple[str, etree._Element]]:
        """Starts of `STARTS` and ends of `ENDS`; what an element holds is gone when the next is taken."""
        from lxml import etree

        parser = etree.XMLPullParser(("start", "end"), tag=[f"{{*}}{n}" for n in {*STARTS, *ENDS}], **SAFE)
        checked = False
        try:
            for block in blocks(self.path):
                parser.feed(block)
                for event, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):
                    if not checked:
                        self._check(element)
                        checked = True
                    name = _name(element)
                    if name in (STARTS if event == "start" else ENDS):
                        yield event, element
                    if event == "end" and name in ENDS:
                        _forget(element)
            parser.close()
        except etree.XMLSyntaxError as e:
            raise InputError(f"{self.path}:{e.lineno}: broken XML ({words(e)}); mend it or export it anew") from None

    def _check(self, element: etree._Element) -> None:
        dtd: Any = element.getroottree().docinfo.internalDTD
        if dtd is not None and next(dtd.iterentities(), None) is not None:
            self.refuse("declares XML entities, which are never unfolded here; write their text in their place")


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _units(events: Iterator[tuple[str, etree._Element]]) -> Iterator[tuple[Unit, str]]:
    """Each unit with the fingerprint of the target that went out."""
    files, paragraphs, paragraph = 1, 0, None
    for event, element in events:
        name = _name(element)
        if name == "file":
            files += 1
        elif name == "group":
            paragraph = _paragraph(element) if event == "start" else None
        elif event == "end":
            parse = _segments if name == "unit" else _trans_unit
            found = list(parse(element, paragraphs if paragraph is None else paragraph))
            for n, (part, unit) in enumerate(found, 1):
                name = ("" if files == 1 else f"{files}.") + unit.id + (f".{part or n}" if len(found) > 1 else "")
                yield unit if unit.id == name else replace(unit, id=name), _ours(element, "was") or ""
            paragraphs += 1


def _segments(unit: etree._Element, paragraph: int) -> Iterator[tuple[str, Unit]]:
    """XLIFF 2: id and unit of each segment."""
    note = _note(unit.iterfind("{*}notes/{*}note"), "category", "bitext:check")
    for segment in unit.iterfind("{*}segment"):
        state, sub = segment.get("state", "initial"), segment.get("subState", "")
        status = parse_state(state, sub, _ours(unit, "origin") or "")
        yield segment.get("id", ""), _unit(unit, _child(segment, "source"), _child(segment, "target"), status=status,
                                           note=note, paragraph=paragraph)


def _trans_unit(unit: etree._Element, paragraph: int) -> Iterator[tuple[str, Unit]]:
    """XLIFF 1: id and unit of each segment that the source is cut into, or of the whole."""
    note = _note(unit.iterfind("{*}note"), "from", "bitext")
    target = _child(unit, "target")
    state, qualifier = ("", "") if target is None else (target.get("state", ""), target.get("state-qualifier", ""))
    status = parse_state_12(state, qualifier, _ours(unit, "origin") or "", approved=unit.get("approved") == "yes")
    cut = _cut(_child(unit, "seg-source"))
    if not cut:
        yield "", _unit(unit, _child(unit, "source"), target, status=status, note=note, paragraph=paragraph)
    targets = _cut(target)
    for mid, source in cut.items():
        yield mid, _unit(unit, source, targets.get(mid), status=status, note=note, paragraph=paragraph)


def _cut(element: etree._Element | None) -> dict[str, etree._Element]:
    """Segments by their mid."""
    if element is None:
        return {}
    return {m.get("mid", ""): m for m in element.iter("{*}mrk") if m.get("mtype") == "seg"}


def _unit(
    element: etree._Element, source: etree._Element | None, target: etree._Element | None, *, status: str, note: str,
    paragraph: int,
) -> Unit:
    source_text, tags = ("", ()) if source is None else plain(source)
    target_text, more = ("", ()) if target is None else plain(target)
    score = parse_score(_ours(element, "score"))
    flags = tuple((_ours(element, "flags") or "").split())
    if (tags or more) and "tags" not in flags:
        flags = (*flags, "tags")
    return Unit(
        id=element.get("id", ""), source=tuple((_ours(element, "source") or "").split()),
        target=tuple((_ours(element, "target") or "").split()), source_text=source_text, target_text=target_text,
        score=1.0 if score is None else score, origin=_ours(element, "origin") or "human", flags=flags, status=status,
        paragraph=paragraph, note=note)


def _note(notes: Iterator[etree._Element], attribute: str, ours: str) -> str:
    """A reviewer's words, without those of the checks."""
    return "\n".join(n.text or "" for n in notes if n.get(attribute) != ours)


def _paragraph(group: etree._Element) -> int | None:
    kind, name = group.get("type") or group.get("restype"), group.get("name") or group.get("resname") or ""
    return int(name) if kind in {"bitext:paragraph", "x-paragraph"} and name.isdecimal() else None


def _ours(element: etree._Element, name: str) -> str | None:
    return element.get(f"{{{OURS}}}{name}")


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return element.find(f"{{*}}{name}")


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
