import json
from dataclasses import replace

import pytest

from bitext import jsonl
from bitext.errors import InputError
from bitext.formats import omegat_project, srx, tmx
from bitext.formats.convert import convert, read, write
from bitext.formats.dates import source_date
from bitext.formats.output import Choice
from bitext.segmentation import segment
from strategies import HEADER
from test_tmx import UNITS, file, tu

PAIRS = [u for u in UNITS if u.source_text and u.target_text and u.status != "rejected"]


@pytest.mark.parametrize("first", ["a.tmx", "a.tmx.gz", "a.xlf", "a.xliff", "a.tsv", "a.csv", "a.jsonl", "A.TMX"])
@pytest.mark.parametrize("second", ["b.tmx", "b.xlf.gz", "b.csv", "b.jsonl"])
def test_any_into_any(tmp_path, first, second):
    tmx.write(tmp_path / "article.tmx", HEADER, UNITS)
    convert(tmp_path / "article.tmx", tmp_path / first)
    count, lacking = convert(tmp_path / first, tmp_path / second, lang="ar", target_lang="en", version="1.2")
    assert (count.written, lacking) == (4, 0)
    reading = read(tmp_path / second, lang="ar", target_lang="en")
    assert list(reading.units) == [replace(u, source=(), target=()) for u in PAIRS]
    assert (reading.header.lang, reading.header.target_lang) == ("ar", "en")


def test_into_text(tmp_path):
    tmx.write(tmp_path / "a.tmx", HEADER, UNITS)
    convert(tmp_path / "a.tmx", tmp_path / "a.en.txt")
    assert (tmp_path / "a.en.txt").read_text("utf-8") == 'Title ]]> "q"\n\nHe said.\n\nSaid he.\n\nHe said.\n'


def test_units_can_be_chosen(tmp_path):
    jsonl.write(tmp_path / "a.jsonl", HEADER, UNITS)
    count, _ = convert(tmp_path / "a.jsonl", tmp_path / "b.jsonl", choice=Choice(approved_only=True))
    assert (count.written, count.unwanted) == (1, 6)
    assert [json.loads(line).get("id") for line in (tmp_path / "b.jsonl").read_text("utf-8").splitlines()] == [None, "u2"]


def test_a_broken_tu_leaves_the_old_file(tmp_path):
    path = file(tmp_path, tu() + tu(target="&bad;") + tu() + '<tu><tuv xml:lang="ar"><seg>x</seg></tuv></tu>')
    (tmp_path / "b.tsv").write_text("old")
    with pytest.raises(InputError, match=r"x\.tmx:3: the TU is broken"):
        convert(path, tmp_path / "b.tsv")
    assert (tmp_path / "b.tsv").read_text() == "old"
    faults = []
    count, lacking = convert(path, tmp_path / "b.tsv", on_fault=faults.append)
    assert (count.written, lacking, len(faults)) == (2, 1, 1)


@pytest.mark.parametrize(("first", "second", "message"), [
    ("a.docx", "b.tmx", r"a\.docx: no format is known by the ending '\.docx'"),
    ("a.tmx", "b", r"b: no format is known by the ending ''"), ("a.tsv", "b.tmx", "names no languages"),
])
def test_what_is_not_known(tmp_path, first, second, message):
    (tmp_path / first).write_text("source\ttarget\n")
    with pytest.raises(InputError, match=message):
        convert(tmp_path / first, tmp_path / second)
    assert not (tmp_path / second).exists()


def test_unknown_kind(tmp_path):
    with pytest.raises(ValueError, match="docx"):
        write(tmp_path / "a", "docx", HEADER, UNITS)


@pytest.mark.parametrize(("value", "date"), [
    (None, None), ("", None), ("0", "19700101T000000Z"), ("1721260800", "20240718T000000Z")])
def test_date(monkeypatch, value, date):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if value is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert source_date() == date


@pytest.mark.parametrize("value", ["x", "-1", "1.5", " 1", "٣", "9" * 30, "999999999999"])
def test_no_date(monkeypatch, value):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(InputError, match=r"SOURCE_DATE_EPOCH=.*whole seconds"):
        source_date()


def test_omegat_project(tmp_path):
    count = omegat_project.write(tmp_path / "p", HEADER, UNITS)
    assert sorted(p.relative_to(tmp_path / "p").as_posix() for p in (tmp_path / "p").rglob("*")) == [
        "dictionary", "glossary", "omegat", "omegat.project", "omegat/filters.xml", "omegat/segmentation.conf",
        "omegat/segmentation.srx", "source", "source/article.txt", "target", "tm", "tm/auto", "tm/auto/article.tmx"]
    assert count.written == 4
    assert (tmp_path / "p/source/article.txt").read_text("utf-8") == "عنوان & <b>\n\nقال. ناقص\n\nقال. قال.\n\nقال.\n"
    assert "<source_lang>AR</source_lang>" in (tmp_path / "p/omegat.project").read_text("utf-8")
    # A second export leaves what a translator did.
    (tmp_path / "p/omegat/project_save.tmx").write_text("work")
    omegat_project.write(tmp_path / "p", HEADER, UNITS, text="النص\n")
    assert (tmp_path / "p/omegat/project_save.tmx").read_text() == "work"
    assert (tmp_path / "p/source/article.txt").read_text("utf-8") == "النص\n"


def test_rules_as_a_file(tmp_path):
    srx.write(tmp_path / "ar.srx", "ar")
    assert [s.text for s in segment("قال نعم. هل جاء؟ لا.", srx=tmp_path / "ar.srx")] == ["قال نعم.", "هل جاء؟", "لا."]
    with pytest.raises(InputError, match="segmentation rules can't be read"):
        srx.write(tmp_path / "b.srx", "ar", srx=tmp_path / "none.srx")
    assert not (tmp_path / "b.srx").exists()
