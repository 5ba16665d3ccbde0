"""Our rules for OmegaT, so that it cuts as we do and finds the memory's units.

PROJECT/omegat/segmentation.srx serves OmegaT 6, segmentation.conf (a Java-bean XML, java.beans.XMLDecoder) 3 to 5.

OmegaT looks for a rule's two halves one match after another: a match that overlaps the one before is never seen (its
Segmenter.getBreaks). So what stands after a break is written as a lookahead, whose matches are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from bitext.segmentation.srx import LanguageMap, Rule, parse_srx, srx_bytes

VERSION = "0.2.2"  # of the format; OmegaT adds its own rules to those of a file with a lower one
PACKAGE = "org.omegat.core.segmentation"


def segmentation_conf(*srx: Path) -> str:
    """The rules for OmegaT 3 to 5, which takes those of all maps that match a language, in order.

    Args:
        srx: rule files.

    Raises:
        InputError: a file can't be read or is no SRX.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<java version="1.8.0" class="java.beans.XMLDecoder">',
        f' <object class="{PACKAGE}.SRX">',
        '  <void property="mappingRules">',
        *(line for m in _maps(srx) for line in _bean(m)),
        "  </void>",
        f'  <void property="version"><string>{VERSION}</string></void>',
        " </object>",
        "</java>",
    ]
    return "\n".join(lines) + "\n"


def segmentation_srx(*srx: Path) -> str:
    """The same for OmegaT 6, which takes the rules of the first map that matches: put default.srx last."""
    maps = _maps(srx)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<srx xmlns="http://www.lisa.org/srx20" version="2.0">',
        '<header segmentsubflows="yes" cascade="no"/>',
        "<body><languagerules>",
        *(line for m in maps for line in _group(m)),
        "</languagerules><maprules>",
        *(f"<languagemap languagepattern={quoteattr(m.pattern)} languagerulename={quoteattr(m.name)}/>" for m in maps),
        "</maprules></body>",
        "</srx>",
    ]
    return "\n".join(lines) + "\n"


def _maps(srx: tuple[Path, ...]) -> list[LanguageMap]:
    return [m for file in srx for m in parse_srx(srx_bytes(file), str(file)).maps]


def _group(m: LanguageMap) -> Iterator[str]:
    yield f"<languagerule languagerulename={quoteattr(m.name)}>"
    for rule in m.rules:
        yield (f'<rule break="{"yes" if rule.breaks else "no"}"><beforebreak>{escape(rule.before)}</beforebreak>'
               f"<afterbreak>{escape(_ahead(rule))}</afterbreak></rule>")
    yield "</languagerule>"


def _ahead(rule: Rule) -> str:
    return rule.after and f"(?={rule.after})"


def _bean(m: LanguageMap) -> Iterator[str]:
    yield f'   <void method="add"><object class="{PACKAGE}.MapRule">'
    yield f'    <void property="language"><string>{escape(m.name)}</string></void>'
    yield f'    <void property="pattern"><string>{escape(m.pattern)}</string></void>'
    yield '    <void property="rules"><object class="java.util.ArrayList">'
    for rule in m.rules:
        yield from _rule_bean(rule)
    yield "    </object></void>"
    yield "   </object></void>"


def _rule_bean(rule: Rule) -> Iterator[str]:
    yield f'     <void method="add"><object class="{PACKAGE}.Rule">'
    for name, pattern in (("beforebreak", rule.before), ("afterbreak", _ahead(rule))):
        if pattern:
            yield f'      <void property="{name}"><string>{escape(pattern)}</string></void>'
    yield f'      <void property="breakRule"><boolean>{str(rule.breaks).lower()}</boolean></void>'
    yield "     </object></void>"
