"""Our rules for OmegaT, so that it cuts as we do and finds the memory's units.

OmegaT 6 reads an SRX file as it is: copy it to PROJECT/omegat/segmentation.srx. Up to version 5 it reads its own
segmentation.conf, a Java-bean XML (java.beans.XMLDecoder), which is written here from the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from bitext.errors import InputError
from bitext.segmentation.srx import LanguageMap, Rule, parse_srx

VERSION = "0.2.2"  # of the format; OmegaT adds its own rules to those of a file with a lower one
PACKAGE = "org.omegat.core.segmentation"


def segmentation_conf(*srx: Path) -> str:
    """PROJECT/omegat/segmentation.conf for OmegaT 3 to 5.

    Args:
        srx: rule files; OmegaT takes the rules of all maps that match a language, the first rule at a place decides.

    Raises:
        InputError: a file can't be read, is no SRX or doesn't cascade where two of its maps match one language.
    """
    maps = [m for file in srx for m in parse_srx(_bytes(file), str(file)).maps]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<java version="1.8.0" class="java.beans.XMLDecoder">',
        f' <object class="{PACKAGE}.SRX">',
        '  <void property="mappingRules">',
        *(line for m in maps for line in _map(m)),
        "  </void>",
        f'  <void property="version"><string>{VERSION}</string></void>',
        " </object>",
        "</java>",
    ]
    return "\n".join(lines) + "\n"


def _map(m: LanguageMap) -> Iterator[str]:
    yield f'   <void method="add"><object class="{PACKAGE}.MapRule">'
    yield f'    <void property="language"><string>{escape(m.name)}</string></void>'
    yield f'    <void property="pattern"><string>{escape(m.pattern)}</string></void>'
    yield '    <void property="rules"><object class="java.util.ArrayList">'
    for rule in m.rules:
        yield from _rule(rule)
    yield "    </object></void>"
    yield "   </object></void>"


def _rule(rule: Rule) -> Iterator[str]:
    yield f'     <void method="add"><object class="{PACKAGE}.Rule">'
    for name, pattern in (("beforebreak", rule.before), ("afterbreak", rule.after)):
        if pattern:
            yield f'      <void property="{name}"><string>{escape(pattern)}</string></void>'
    yield f'      <void property="breakRule"><boolean>{str(rule.breaks).lower()}</boolean></void>'
    yield "     </object></void>"


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as e:
        raise InputError(f"{file}: segmentation rules can't be read ({e.strerror or e})") from e
