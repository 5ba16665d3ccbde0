"""A project of OmegaT: a folder to open there, with the text translated already.

The rules of segmentation go with it, for OmegaT must cut as we do to find the memory's units: segmentation.srx for
OmegaT 6, segmentation.conf for those before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from bitext.files import replacing_text
from bitext.formats import tmx
from bitext.formats.markup import check, escaped
from bitext.formats.output import ALL, Choice, Count
from bitext.records import Header, Unit
from bitext.segmentation import rules_file
from bitext.segmentation.omegat import segmentation_conf, segmentation_srx

FOLDERS = ("source", "target", "tm/auto", "glossary", "dictionary", "omegat")
DIRECTORIES = ("source_dir", "target_dir", "tm_dir", "glossary_dir", "glossary_file", "dictionary_dir")
# Without it OmegaT reads text in the encoding of the machine that it runs on.
FILTERS = """<?xml version="1.0" encoding="UTF-8"?>
<filters>
  <filter className="org.omegat.filters2.text.TextFilter" enabled="true">
    <files sourceEncoding="UTF-8" sourceFilenameMask="*.txt"
           targetEncoding="UTF-8" targetFilenamePattern="${filename}"/>
    <option name="segmentOn" value="BREAKS"/>
  </filter>
</filters>
"""


def write(
    folder: Path, header: Header, units: Sequence[Unit], *, text: str | None = None, srx: Path | None = None,
    date: str | None = None, choice: Choice = ALL,
) -> Count:
    """Write a project, or bring one up to date: what a translator has done in it (omegat/project_save.tmx) stays.

    Args:
        folder: the project; made if need be.
        header: of the units.
        units: of the document, in order.
        text: of the document; None: the units' source in its paragraphs.
        srx: the rules that it was cut by; None: the built-in ones.
        date: YYYYMMDDThhmmssZ for the memory.
        choice: which units go into the memory.

    Returns:
        What went into the memory.

    Raises:
        InputError: a text can't be written; the rules can't be read.
        OutputError: a file can't be written.
    """
    rules = rules_file(header.lang, srx)
    conf, as_srx = segmentation_conf(rules), segmentation_srx(rules)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    if text is None:
        text = _text(units)
    for name, content in (
        (f"source/{header.doc}.txt", text), ("omegat/filters.xml", FILTERS), ("omegat/segmentation.conf", conf),
        ("omegat/segmentation.srx", as_srx), ("omegat.project", _project(header)),
    ):
        with replacing_text(folder / name) as f:
            f.write(content)
    return tmx.write(folder / "tm" / "auto" / f"{header.doc}.tmx", header, units, date=date, choice=choice)


def _text(units: Sequence[Unit]) -> str:
    paragraphs = (" ".join(u.source_text for u in some if u.source_text) for _, some in
                  groupby(units, key=lambda u: u.paragraph))
    return "\n\n".join(p for p in paragraphs if p) + "\n"


def _project(header: Header) -> str:
    check(header.doc, "document name")
    places = "".join(f"    <{name}>__DEFAULT__</{name}>\n" for name in DIRECTORIES)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<omegat>\n  <project version="1.0">\n'
        f"{places}    <source_lang>{escaped(header.lang.upper())}</source_lang>\n"
        f"    <target_lang>{escaped((header.target_lang or 'en').upper())}</target_lang>\n"
        "    <sentence_seg>true</sentence_seg>\n    <support_default_translations>true</support_default_translations>\n"
        "    <remove_tags>false</remove_tags>\n  </project>\n</omegat>\n"
    )
