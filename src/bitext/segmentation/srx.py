"""SRX files (Segmentation Rules eXchange 1.0 and 2.0, LISA): read, checked, the rules of one language chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
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
class LanguageMap:
    """Which languages a group of rules is for."""

    pattern: str        # regular expression over the whole language code
    name: str           # of the group
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Srx:
    """A rule file. The first rule that matches at a place decides."""

    file: str           # its name, for messages
    cascade: bool       # whether all maps that match a language count, or the first
    maps: tuple[LanguageMap, ...]

    def rules(self, lang: str) -> tuple[Rule, ...]:
        """Those for a language.

        Raises:
            InputError: there are none that break, or a map's pattern is broken.
        """
        chosen = [m for m in self.maps if self._matches(m.pattern, lang)]
        rules = tuple(rule for m in chosen[:None if self.cascade else 1] for rule in m.rules)
        if not any(rule.breaks for rule in rules):
            raise InputError(f"{self.file}: no rule that breaks text of language {lang!r}; its maps are for "
                             f"{', '.join(repr(m.pattern) for m in self.maps) or 'nothing'}")
        return rules

    def _matches(self, pattern: str, lang: str) -> bool:
        try:
            return re.fullmatch(pattern, lang) is not None
        except re.error as e:
            raise InputError(f"{self.file}: language map {pattern!r}: broken regular expression ({e}); "
                             "mend it") from None


def srx_bytes(file: Path) -> bytes:
    """The file as it is.

    Raises:
        InputError: it can't be read.
    """
    try:
        return file.read_bytes()
    except OSError as e:
        raise InputError(f"{file}: segmentation rules can't be read ({e.strerror or e})") from e


def parse_srx(data: bytes, file: str) -> Srx:
    """Args: data: the file's bytes; file: its name, for messages.

    Raises:
        InputError: no well-formed XML, no SRX, entities are declared, a map names rules that are not there.
    """
    root = _parse(data, file)
    groups = {name: _rules(group, name) for group in root.iter("{*}languagerule")
              if (name := group.get("languagerulename"))}
    maps = []
    for m in root.iter("{*}languagemap"):
        pattern, name = m.get("languagepattern", ""), m.get("languagerulename", "")
        if name not in groups:
            raise InputError(f"{file}: the language map {pattern!r} names rules {name!r} that are not in the file")
        maps.append(LanguageMap(pattern, name, groups[name]))
    header = next(root.iter("{*}header"), None)
    return Srx(file, header is not None and header.get("cascade") == "yes", tuple(maps))


def _parse(data: bytes, file: str) -> etree._Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
                             remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise InputError(f"{file}: no well-formed XML ({e}); an SRX file was expected") from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):  # type: ignore[union-attr]  # not in the stubs
        raise InputError(f"{file}: declares XML entities, which are never expanded here; write their text in the rules")
    if etree.QName(root).localname != "srx":
        raise InputError(f"{file}: its root is <{etree.QName(root).localname}>, <srx> was expected")
    return root


def _rules(group: etree._Element, name: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(rule.get("break") != "no", rule.findtext("{*}beforebreak", ""), rule.findtext("{*}afterbreak", ""),
             f"{name}, rule {n}")
        for n, rule in enumerate(group.iter("{*}rule"), 1)
    )
