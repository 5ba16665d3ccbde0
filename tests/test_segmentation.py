import hashlib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bitext
from bitext.documents import is_blank, read_document
from bitext.errors import InputError
from bitext.records import Document
from bitext.segmentation import rules_file, segment, segment_document
from test_segmentation_rules import TABLES

from conftest import ARTICLE
from conftest import bitext as command

TEXTS = [text for table in TABLES.values() for _, text, _ in table]
PIECES = st.sampled_from([
    ".", "؟", "!", "…", "...", ":", "؛", "،", "«", "»", '"', "“", "”", "(", ")", "[1]", "-", "•", " ", "  ", "\n", "\n\n",
    "\r\n", "\u00a0", "\u200f", "\u202b", "\u202c", "\u2028", "د", "أ.ف.ب.", "ق.م.", "كتاب", "وقال", "قَلَمٌ", "جـ", "1", "٢", "2024",
    "Word", "word", "U.S.", "Mr.", "۝", "﴿", "。", "😀", "e\u0301",
])
TEXT = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60).filter(
    lambda t: not any((ord(c) < 32 and c not in "\n\t\r") or 0x7F <= ord(c) < 0xA0 or c in "\ufffe\uffff" for c in t))


def visible(text):
    return "".join(c for c in text if not is_blank(c))


def test_article():
    """Read sentence by sentence: title, date line, then a sentence a paragraph."""
    document = read_document(ARTICLE, "ar")
    header, segments = segment_document(document)
    lines = [line for line in document.text.split("\n") if line]
    assert [s.text for s in segments] == lines
    assert len(segments) == 15
    assert [s.paragraph for s in segments] == list(range(15))
    assert segments[1].text == "Thursday, 07/18/2024"
    assert header.settings["wrapped"] is False


def test_library_name():
    assert [s.text for s in bitext.segment("مرحبا. أهلا.")] == ["مرحبا.", "أهلا."]


@given(TEXT, st.sampled_from(["ar", "en", "fr"]), st.sampled_from([None, True, False]))
@settings(deadline=None)
def test_nothing_is_lost_or_moved(text, lang, wrapped):
    segments = segment(text, lang, wrapped=wrapped)
    assert [s.id for s in segments] == [f"s{i + 1}" for i in range(len(segments))]
    end = 0
    for s in segments:
        assert is_blank(text[end:s.start])
        assert s.text == s.text.strip() != ""
        assert text[s.start:s.end].split() == s.text.split()
        if not wrapped:
            assert text[s.start:s.end] == s.text or wrapped is None
        end = s.end
    assert is_blank(text[end:])
    assert visible("".join(s.text for s in segments)) == visible(text)


@given(TEXT)
@settings(deadline=None)
def test_offsets_are_counted(text):
    """A text said twice gives each sentence its own place."""
    both = f"{text}\n\n{text}"
    segments = segment(both, wrapped=False)
    assert [both[s.start:s.end] for s in segments] == [s.text for s in segments]
    assert all(a.end <= b.start for a, b in itertools.pairwise(segments))


def test_paragraphs_are_counted_from_0_without_the_empty():
    segments = segment("\n\nأول. ثان.\n \n\u200f\nثالث.\nرابع.")
    assert [(s.paragraph, s.text) for s in segments] == [(0, "أول."), (0, "ثان."), (1, "ثالث."), (2, "رابع.")]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200f", "\ufeff \n\u202c"])
def test_blank(text):
    assert segment(text) == []


def test_side():
    assert [s.id for s in segment("One. Two.", "en", side="t")] == ["t1", "t2"]


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "a\x1bb"])
def test_what_no_file_may_hold(text):
    with pytest.raises(InputError, match="text: line 1, column 2"):
        segment(text)


@pytest.mark.parametrize(("lang", "rules"), [("ar", "ar.srx"), ("en", "en.srx"), ("fr", "default.srx"), ("zh", "default.srx")])
def test_header_shows_the_rules(lang, rules):
    header, segments = segment_document(Document("n", lang, "A. B.\n", "0" * 64), side="t")
    assert (header.schema, header.doc, header.lang, header.source_sha256) == ("segments", "n", lang, "0" * 64)
    assert header.settings == {"rules": rules, "wrapped": False,
                               "rules_sha256": hashlib.sha256(rules_file(lang).read_bytes()).hexdigest()}
    assert segments[0].id == "t1"


def test_one_truth():
    """The shipped file through the bare engine, read by the engine's own parser, cuts as we do."""
    choppa = pytest.importorskip("choppa")
    for lang in ("ar", "en", "default"):
        document = choppa.SrxDocument(ruleset=rules_file(lang))
        for text in gold() + TEXTS + [ARTICLE.read_text(encoding="utf-8")]:
            bare = [p.strip() for p in choppa.SrxTextIterator(document, lang, text) if not is_blank(p)]
            assert [s.text for s in segment(text, lang, srx=rules_file(lang), wrapped=False)] == bare


def test_command_line_cuts_alike(tmp_path):
    path = tmp_path / "all.ar.txt"
    text = "\n\n".join(TEXTS).replace("\r\n", "\n")
    path.write_text(text, encoding="utf-8", newline="\n")
    done = command("segment", path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["settings"]["rules"] == "ar.srx"
    assert [line["text"] for line in lines[1:]] == [s.text for s in segment(text)]


def gold():
    """The gold texts, where they are at hand (they are not part of this repository)."""
    shared = Path(os.environ.get("BITEXT_SHARED", ARTICLE.parents[2] / "shared")) / "gold" / "segmentation.jsonl"
    if not shared.is_file():
        return []
    return [json.loads(line)["text"] for line in shared.read_text(encoding="utf-8").splitlines()]


def test_importing_loads_nothing_heavy():
    """And what the engine imports without need stays unloaded when it cuts."""
    code = ("import sys, bitext.segmentation as s; light = {'choppa', 'lxml', 'regex'} & set(sys.modules); s.segment('a. b'); "
            "print(light or '', 'xmlschema' in sys.modules, 'choppa' in sys.modules); "
            "import choppa; choppa.SrxDocument(ruleset=choppa.DEFAULT_SRX_RULESET, validate_ruleset=choppa.SRX_2_XSD); "
            "print('xmlschema' in sys.modules)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True"]


def test_long_line():
    text = "كلمة أخرى من السطر. " * 30_000
    assert len(segment(text)) == 30_000
