"""The real OmegaT cuts as we do, with the rules that we write for it.

Two runs without a window: the first exports what it takes for segments, the second translates each to itself with a
mark behind it; so the marks in the translated files are its boundaries.
"""

import itertools
import os
import re
import shutil
import subprocess
import unicodedata

import pytest

from bitext.errors import InputError
from bitext.segmentation import rules_file, segment
from bitext.segmentation.omegat import segmentation_conf, segmentation_srx
from test_segmentation import gold
from test_segmentation_rules import TABLES

from conftest import ARTICLE

OMEGAT = shutil.which("omegat")
MARK = "\u241e"
EQUAL = 0.995  # share of boundaries that must be the same
PROJECT = """<?xml version="1.0" encoding="UTF-8"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>{}</source_lang><target_lang>{}</target_lang><sentence_seg>true</sentence_seg>
</project></omegat>"""

needs_omegat = pytest.mark.skipif(OMEGAT is None and os.environ.get("CI") != "true",
                                  reason="OmegaT is not installed (apt-get install omegat): its cut is NOT checked")


def omegat(project, *args):
    config = project / "config"
    done = subprocess.run([OMEGAT or "omegat", str(project), f"--config-dir={config}", *args],
                          capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
                          env={**os.environ, "JAVA_TOOL_OPTIONS": f"-Duser.home={project} -Dfile.encoding=UTF-8 "
                                                                  "-Djava.awt.headless=true -XX:+UseSerialGC "
                                                                  "-XX:TieredStopAtLevel=1"})
    assert "Exceptions occurred while loading segmentation rules" not in done.stdout + done.stderr


def cut(project, text, lang):
    """The pieces that OmegaT cuts a text into."""
    for folder in ("source", "target", "omegat", "tm", "glossary", "dictionary", "config"):
        (project / folder).mkdir(parents=True)
    (project / "omegat.project").write_text(PROJECT.format(lang.upper(), "AR" if lang == "en" else "EN"), encoding="utf-8")
    (project / "omegat" / "segmentation.conf").write_text(
        segmentation_conf(rules_file(lang)), encoding="utf-8", newline="\n")
    (project / "source" / "text.txt").write_text(text, encoding="utf-8", newline="\n")
    exported = project / "pseudo.tmx"
    omegat(project, "--mode=console-createpseudotranslatetmx", f"--pseudotranslatetmx={exported}",
           "--pseudotranslatetype=equal")
    memory = re.sub(r"(</tuv>\s*<tuv[^>]*>\s*<seg>)(.*?)(</seg>)", rf"\1\2{MARK}\3",
                    exported.read_text(encoding="utf-8"), flags=re.DOTALL)
    (project / "omegat" / "project_save.tmx").write_text(memory, encoding="utf-8", newline="\n")
    omegat(project, "--mode=console-translate")
    return (project / "target" / "text.txt").read_text(encoding="utf-8").split(MARK)


def boundaries(pieces):
    """Offsets of ends, in characters that are no white space."""
    return set(itertools.accumulate(len(re.sub(r"\s", "", piece)) for piece in pieces))


def text_of(lang):
    """All that there is, a paragraph each."""
    own = [text for kind, text, _ in TABLES.get(lang, TABLES["default"]) if lang in TABLES or kind == lang]
    more = [*gold(), ARTICLE.read_text(encoding="utf-8")] if lang == "ar" else []
    # OmegaT writes NFC; \r is a line end that its text filter eats
    return unicodedata.normalize("NFC", "\n\n".join(text for text in own + more if "\r" not in text))


@needs_omegat
@pytest.mark.parametrize("lang", ["ar", "en", "fr"])
def test_boundaries_are_ours(tmp_path, lang):
    text = text_of(lang)
    ours, theirs = [s.text for s in segment(text, lang, wrapped=False)], cut(tmp_path / "project", text, lang)
    visible = re.sub(r"\s", "", text)
    assert re.sub(r"\s", "", "".join(theirs)) == visible
    a, b = boundaries(ours), boundaries(theirs)
    differences = [("ours" if i in a else "OmegaT's", visible[max(0, i - 30):i], visible[i:i + 30]) for i in sorted(a ^ b)]
    print(f"{lang}: {len(a & b)} of {len(a | b)} boundaries equal", *differences, sep="\n")
    assert len(a & b) >= EQUAL * len(a | b), differences


@needs_omegat
def test_without_our_rules_it_cuts_otherwise(tmp_path, monkeypatch):
    """So the test above can fail: OmegaT's own rules don't know the Arabic question mark."""
    monkeypatch.setattr("test_omegat_segmentation.segmentation_conf", lambda _: "")
    theirs = cut(tmp_path / "project", "هل جاء؟ نعم جاء.", "ar")
    assert [t.strip() for t in theirs if t.strip()] == ["هل جاء؟ نعم جاء."]


def test_conf_is_a_java_bean():
    from lxml import etree

    root = etree.fromstring(segmentation_conf(rules_file("ar"), rules_file("default")).encode())
    patterns = [e.text for e in root.iterfind(".//void[@property='pattern']/string")]
    assert patterns == ["(?i)ar.*", ".*"]
    rules = root.findall(".//object[@class='org.omegat.core.segmentation.Rule']")
    assert len(rules) == sum(rules_file(n).read_text(encoding="utf-8").count("<rule ") for n in ("ar", "default"))
    assert {e.text for e in root.iterfind(".//boolean")} == {"true", "false"}


def test_srx_is_the_same_rules(tmp_path):
    path = tmp_path / "segmentation.srx"
    path.write_text(segmentation_srx(*map(rules_file, ("ar", "en", "default"))), encoding="utf-8")
    for lang, table in TABLES.items():
        code = "fr" if lang == "default" else lang
        for _, text, _ in table:
            assert segment(text, code, srx=path) == segment(text, code, srx=rules_file(code))


def test_conf_of_an_unreadable_file(tmp_path):
    with pytest.raises(InputError, match="segmentation rules can't be read"):
        segmentation_conf(tmp_path / "none.srx")
