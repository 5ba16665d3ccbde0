"""SRX files (Segmentation Rules eXchange 1.0 and 2.0, LISA): read, checked, the rules of one language chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bitext.errors import InputError

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True, slots=True)
class Rule:
    """A place between two patterns where text is cut, or is not."""

    breaks: bool
    before: str         # regular expression; "" matches anywhere
    after: str
    name: str           # 'Arabic, rule 3', for messages


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """The rules of a file that hold for one language, in order: the first that matches at a place decides."""

    file: str           # name of the file without its folder
    rules: tuple[Rule, ...]


def parse_srx(data: bytes, file: str, lang: str) -> LanguageRules:
    """The rules for `lang`; with cascade="yes" those of every map that matches, else of the first.

    Raises:
        InputError: no SRX, no rules for the language, a map or rule is broken, entities are declared.
    """
    root = _parse(data, file)
    rules = {r.get("languagerulename", ""): r for r in root.iter("{*}languagerule")}
    maps = [(m.get("languagepattern", ""), m.get("languagerulename", "")) for m in root.iter("{*}languagemap")]
    chosen = []
    for pattern, name in maps:
        if name not in rules:
            raise InputError(f"{file}: the language map {pattern!r} names rules {name!r} that are not in the file")
        try:
            if re.fullmatch(pattern, lang):
                chosen.append(name)
        except re.error as e:
            raise InputError(f"{file}: language map {pattern!r}: broken regular expression ({e}); mend it") from None
    header = next(root.iter("{*}header"), None)
    if header is None or header.get("cascade") != "yes":
        chosen = chosen[:1]
    found = tuple(rule for name in chosen for rule in _rules(rules[name], name))
    if not any(rule.breaks for rule in found):
        raise InputError(f"{file}: no rule that breaks text of language {lang!r}; its maps are for "
                         f"{', '.join(repr(p) for p, _ in maps) or 'nothing'}")
    return LanguageRules(file, found)


def _parse(data: bytes, file: str) -> etree._Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise InputError(f"{file}: no well-formed XML ({e}); an SRX file was expected") from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise InputError(f"{file}: declares XML entities, which are never expanded here; write their text in the rules")
    if etree.QName(root).localname != "srx":
        raise InputError(f"{file}: its root is <{etree.QName(root).localname}>, <srx> was expected")
    return root


def _rules(element: etree._Element, name: str) -> list[Rule]:
    return [
        Rule(rule.get("break") != "no", _text(rule, "beforebreak"), _text(rule, "afterbreak"), f"{name}, rule {n}")
        for n, rule in enumerate(element.iter("{*}rule"), 1)
    ]


def _text(rule: etree._Element, name: str) -> str:
    child = rule.find(f"{{*}}{name}")
    return "" if child is None else "".join(child.itertext())
