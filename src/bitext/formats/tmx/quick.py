"""The form that nearly every TU has, read without a parser, twice as fast (bench/tmx.py).

It's a part of XML so small that a regular expression tells it: props and notes, two tuvs, no element in a seg. Of
anything else nothing is said here, and lxml reads it; a test holds that both say the same.
"""

from __future__ import annotations

import re

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
PROP = re.compile(r'<prop type="([^"]*+)">([^<]*+)<')
NOTE = re.compile(r"<note>([^<]*+)<")
CONTROLS = bytes({*range(32)} - {*b"\t\n"})  # no XML file may hold them, but for the carriage return
UNKNOWN = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")


def read_run(data: bytes, line: int) -> list[Entry] | None:
    """The entries of TUs that follow one another; None where one has another form or is broken.

    Args:
        data: UTF-8.
        line: of the file, where it begins.
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if len(data.translate(None, CONTROLS)) != len(data) or b"]]>" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if UNKNOWN.search(text) or "\ufffe" in text or "\uffff" in text:
        return None
    entries: list[Entry] = []
    at = counted = 0
    for m in TU.finditer(text):
        if m.start() != at:
            return None
        attributes, infos, lang, source, target_lang, target = m.groups()
        line += text.count("\n", counted, m.start(1))
        counted = m.start(1)
        known = dict(ATTRIBUTE.findall(attributes)) if attributes else {}
        props: tuple[tuple[str, str], ...] = ()
        notes: tuple[str, ...] = ()
        if infos:
            if "<note>" in infos:
                notes = tuple([_plain(n) for n in NOTE.findall(infos)])
            props = tuple([(kind, _plain(value)) for kind, value in PROP.findall(infos)])
        entries.append(Entry(
            line, known.get("tuid", ""), known.get("srclang", ""),
            (Variant(lang, _plain(source)), Variant(target_lang, _plain(target))), props, notes))
        at = m.end()
    return entries if at == len(text) else None


def _plain(text: str) -> str:
    if "&" not in text:
        return text
    return (text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
            .replace("&amp;", "&"))
