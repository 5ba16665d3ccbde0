"""The form that nearly every TU has, read without a parser, twice as fast (bench/tmx.py).

It's a part of XML so small that a regular expression tells it: props and notes, two tuvs, no element in a seg. Of
anything else nothing is said here, and lxml reads it; a test holds that both say the same.
"""

from __future__ import annotations

import re

from bitext.formats.markup import ILLEGAL
from bitext.formats.tmx.entries import Entry, Variant

# Nothing is matched twice (possessive quantifiers), so that time is linear in any text.
S = r"[ \t\n]"
ATTRIBUTES = rf'(?:{S}++[\w:.-]++="[^"<&\t\n]*+")*+'
TUV = rf'<tuv{S}++(?:xml:)?lang="([^"<&\t\n]++)"{ATTRIBUTES}>{S}*+<seg>([^<]*+)</seg>{S}*+</tuv>{S}*+'
TU = re.compile(
    rf'{S}*+<tu({ATTRIBUTES})>{S}*+'
    rf'((?:(?:<prop type="[^"<&\t\n]*+">[^<]*+</prop>|<note>[^<]*+</note>){S}*+)*+)'
    rf"{TUV}{TUV}</tu>")
ATTRIBUTE = re.compile(r'([\w:.-]++)="([^"]*+)"')
INFO = re.compile(r'<(?:prop type="([^"]*+)"|note)>([^<]*+)<')
UNKNOWN = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")


def read_run(data: bytes, line: int) -> list[Entry] | None:
    """The entries of TUs that follow one another; None where one has another form or is broken.

    Args:
        data: UTF-8.
        line: of the file, where it begins.
    """
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    if "\r" in text or "]]>" in text or UNKNOWN.search(text) or ILLEGAL.search(text):
        return None
    entries: list[Entry] = []
    at = 0
    for m in TU.finditer(text):
        if m.start() != at:
            return None
        attributes, infos, lang, source, target_lang, target = m.groups()
        line += text.count("\n", at, m.start(1))
        known = dict(ATTRIBUTE.findall(attributes)) if attributes else {}
        props: tuple[tuple[str, str], ...] = ()
        notes: tuple[str, ...] = ()
        if infos:
            found = INFO.findall(infos)
            props = tuple([(kind, _plain(value)) for kind, value in found])
            if "<note>" in infos:
                notes, props = _sorted(infos)
        entries.append(Entry(
            line, known.get("tuid", ""), known.get("srclang", ""),
            (Variant(lang, _plain(source)), Variant(target_lang, _plain(target))), props, notes))
        line += text.count("\n", m.start(1), m.end())
        at = m.end()
    return entries if at == len(text) else None


def _sorted(infos: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Notes and props."""
    notes: list[str] = []
    props: list[tuple[str, str]] = []
    for m in INFO.finditer(infos):
        if m[1] is None:
            notes.append(_plain(m[2]))
        else:
            props.append((m[1], _plain(m[2])))
    return tuple(notes), tuple(props)


def _plain(text: str) -> str:
    if "&" not in text:
        return text
    return (text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
            .replace("&amp;", "&"))
