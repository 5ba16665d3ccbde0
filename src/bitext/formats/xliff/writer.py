"""XLIFF 2.1 and 1.2 out, as a stream, without a skeleton."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from bitext import __version__
from bitext.checks import REASONS
from bitext.formats.markup import check, check_id, check_language, escaped, quoted
from bitext.formats.output import ALL, Choice, Count, writing
from bitext.formats.reading import primary
from bitext.formats.xliff.states import QUALIFIERS, format_state, format_state_12
from bitext.languages import direction
from bitext.records import Header, Unit

if TYPE_CHECKING:
    from bitext.translation.memory import Match

NAMESPACES = {"2.1": "urn:oasis:names:tc:xliff:document:2.0", "1.2": "urn:oasis:names:tc:xliff:document:1.2"}
MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
OURS = "urn:x-bitext:xliff"
SUB_NUMBERS = "bitext:other-numbers"  # subType of a match whose numbers were replaced
MATCH_TYPES = {"mt": "mt", "memory": "tm"}  # of origins; what a human wrote is no candidate


def write(
    path: Path, header: Header, units: Iterable[Unit], *, version: str = "2.1", date: str | None = None,
    choice: Choice = ALL, lang: str | None = None, target_lang: str | None = None,
    matches: Mapping[str, Sequence[Match]] = MappingProxyType({}),
) -> Count:
    """The units that have a source, in order, the rejected too; one paragraph is held at a time.

    Args:
        path: the file; packed with gzip if its name ends in .gz.
        header: of the units.
        units: of the document, in order.
        version: 2.1 or 1.2.
        date: YYYYMMDDThhmmssZ, when the units were made; None: none is written. 2.1 has no place for it.
        choice: which units.
        lang: source language as the file shall have it, as in ar-SA; None: the header's.
        target_lang: the same for the target.
        matches: what a memory suggests, by unit id.

    Raises:
        InputError: a text holds what no XML file can, or an id is none in XML; names the unit.
        OutputError: the file can't be written.
        ValueError: another version.
    """
    if version not in NAMESPACES:
        raise ValueError(f"XLIFF {version}")
    check(f"{header.doc}{header.source_sha256}", "document name")
    langs = check_language(lang or header.lang), check_language(target_lang or header.target_lang or "en")
    head, form, tail = (_head, _unit, TAIL) if version == "2.1" else (_head_12, _unit_12, TAIL_12)
    count = Count()
    with writing(path) as f:
        f.write(head(header, langs, date).encode())
        for group in _groups(header, choice.units(_with_source(units, count), count), version, form, matches):
            f.write(group.encode())
        f.write(tail.encode())
    return count


def _groups(
    header: Header, units: Iterable[Unit], version: str, form: Callable[[Unit, Sequence[Match]], str],
    matches: Mapping[str, Sequence[Match]],
) -> Iterator[str]:
    """The paragraphs."""
    kind, name = ("type", "name") if version == "2.1" else ("restype", "resname")
    value = "bitext:paragraph" if version == "2.1" else "x-paragraph"
    for n, (paragraph, members) in enumerate(groupby(units, key=lambda u: u.paragraph), 1):
        parts = []
        for u in members:
            where = f"{header.doc}: unit {u.id!r}"
            ids = "".join(u.flags + u.source + u.target)
            check(f"{u.source_text}\n{u.target_text}\n{u.note}\n{u.origin}{ids}", where)
            check_id(u.id, where)
            found = matches.get(u.id, ())
            check("\n".join(t for m in found for t in (m.source, m.target)), f"{where}: a suggestion of the memory")
            parts.append(form(u, found))
        yield f'    <group id="g{n}" {kind}="{value}" {name}="{paragraph}">\n{"".join(parts)}    </group>\n'


def _with_source(units: Iterable[Unit], count: Count) -> Iterator[Unit]:
    """A target without source can't stand in XLIFF."""
    for u in units:
        if u.source_text:
            yield u
        else:
            count.one_sided += 1


def _head(header: Header, langs: tuple[str, str], date: str | None) -> str:
    del date
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{NAMESPACES["2.1"]}" xmlns:mtc="{MATCHES}" xmlns:bitext="{OURS}" version="2.1" '
        f"srcLang={quoted(langs[0])} trgLang={quoted(langs[1])}>\n"
        f'  <file id="f1" original={quoted(header.doc)} srcDir="{_direction(langs[0])}" '
        f'trgDir="{_direction(langs[1])}" xml:space="preserve" '
        f"bitext:source-sha256={quoted(header.source_sha256)}>\n"
    )


TAIL = "  </file>\n</xliff>\n"


def _unit(u: Unit, found: Sequence[Match]) -> str:
    source, target = escaped(u.source_text), escaped(u.target_text)
    match = target and MATCH_TYPES.get(u.origin)
    candidates = [_match(1, f'type="{match}" matchQuality="{_percent(u.score)}" origin="bitext"', source, target)
                  ] if match else []
    for n, m in enumerate(found, len(candidates) + 1):
        sub = f' subType="{SUB_NUMBERS}"' if m.numbers else ""
        candidates.append(_match(n, f'type="tm"{sub} similarity="{_percent(m.score)}" origin="memory"',
                                 escaped(m.source), escaped(m.target)))
    candidate = f"        <mtc:matches>\n{''.join(candidates)}        </mtc:matches>\n" if candidates else ""
    notes = f'          <note category="bitext:check">{escaped(_reasons(u))}</note>\n' if u.flags else ""
    if u.note:
        notes += f"          <note>{escaped(u.note)}</note>\n"
    if notes:
        notes = f"        <notes>\n{notes}        </notes>\n"
    target = f"          <target>{target}</target>\n" if target else ""
    return (
        f"      <unit id={quoted(u.id)}{_attributes(u)}>\n{candidate}{notes}"
        f'        <segment id="1" {format_state(u)}>\n          <source>{source}</source>\n{target}'
        "        </segment>\n      </unit>\n"
    )


def _match(n: int, kind: str, source: str, target: str) -> str:
    return (f'          <mtc:match id="m{n}" ref="#1" {kind}>\n            <source>{source}</source>\n'
            f"            <target>{target}</target>\n          </mtc:match>\n")


def _head_12(header: Header, langs: tuple[str, str], date: str | None) -> str:
    when = ""
    if date:
        day, time = date[:8], date[9:15]
        when = f' date="{day[:4]}-{day[4:6]}-{day[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xliff xmlns="{NAMESPACES["1.2"]}" xmlns:bitext="{OURS}" version="1.2">\n'
        f"  <file original={quoted(header.doc)} source-language={quoted(langs[0])} target-language={quoted(langs[1])} "
        f'datatype="plaintext" tool-id="bitext"{when} xml:space="preserve" '
        f"bitext:source-sha256={quoted(header.source_sha256)}>\n"
        f'    <header><tool tool-id="bitext" tool-name="bitext" tool-version={quoted(__version__)}/></header>\n'
        "    <body>\n"
    )


TAIL_12 = "    </body>\n  </file>\n</xliff>\n"


def _unit_12(u: Unit, found: Sequence[Match]) -> str:
    source, target = escaped(u.source_text), escaped(u.target_text)
    approved = ' approved="yes"' if u.status == "approved" else ""
    notes = f'        <note from="bitext">{escaped(_reasons(u))}</note>\n' if u.flags else ""
    if u.note:
        notes += f"        <note>{escaped(u.note)}</note>\n"
    candidates = [_alternative(u.score, "bitext", QUALIFIERS[u.origin], source, target)
                  ] if target and u.origin in QUALIFIERS else []
    candidates += [_alternative(m.score, "memory", "fuzzy-match" if m.score < 1 else "exact-match", escaped(m.source),
                                escaped(m.target)) for m in found]
    target = f"        <target {format_state_12(u)}>{target}</target>\n" if target else ""
    return (
        f'      <trans-unit id={quoted(u.id)}{approved} xml:space="preserve"{_attributes(u)}>\n'
        f"        <source>{source}</source>\n{target}{notes}{''.join(candidates)}      </trans-unit>\n"
    )


def _alternative(score: float, origin: str, qualifier: str, source: str, target: str) -> str:
    return (f'        <alt-trans match-quality="{_percent(score)}%" origin="{origin}">\n'
            f"          <source>{source}</source>\n"
            f'          <target state-qualifier="{qualifier}">{target}</target>\n        </alt-trans>\n')


def _attributes(u: Unit) -> str:
    """What only bitext knows of a unit, in a namespace of its own."""
    known = {"score": repr(u.score), "origin": u.origin, "flags": " ".join(u.flags), "source": " ".join(u.source),
             "target": " ".join(u.target), "was": fingerprint(u.target_text)}
    return "".join(f" bitext:{name}={quoted(value)}" for name, value in known.items() if value)


def fingerprint(target: str) -> str:
    """By which it's told later whether a target is still the one that went out."""
    return f"{zlib.crc32(target.encode('utf-8', 'surrogatepass')):08x}"


def _direction(lang: str) -> str:
    return direction(primary(lang))


def _percent(score: float) -> int:
    return round(100 * min(max(score, 0.0), 1.0))


def _reasons(u: Unit) -> str:
    """The flags in words, for a translator who sees only notes."""
    return "Check: " + "; ".join(REASONS.get(f, f) for f in u.flags)
