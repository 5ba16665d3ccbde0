import csv
import gzip
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.errors import InputError, OutputError
from bitext.formats import moses, tsv, txt
from bitext.formats.output import Choice
from bitext.records import Unit
from strategies import HEADER, texts, units
from test_tmx import UNITS

HERE = Path(__file__).parent
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－1"]


def write(folder, name="a.tsv", us=UNITS, **options):
    tsv.write(folder / name, HEADER, us, **options)
    return (folder / name).read_bytes().decode("utf-8")


def test_golden(tmp_path):
    assert write(tmp_path) == (HERE / "golden" / "units.tsv").read_bytes().decode()


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(tmp_path, text):
    unit = replace(UNITS[0], source_text=text, target_text=text, note=text)
    lines = list(csv.DictReader(io.StringIO(write(tmp_path, us=[unit]), newline=""), delimiter="\t"))
    assert {line[c] for line in lines for c in ("source", "target", "note")} == {f"'{text}"}


@given(st.one_of(texts, st.sampled_from(FORMULAS), st.text("'=+a", max_size=5)))
def test_guards_come_off(cell):
    assert tsv.unguarded(tsv.guarded(cell)) == cell
    assert tsv.guarded(cell)[:1] not in tuple("=+-@\t\r\n")


@given(units(), st.sampled_from(["a.tsv", "a.csv", "a.tsv.gz"]))
def test_round_trip(tmp_path_factory, us, name):
    path = tmp_path_factory.mktemp("t") / name
    count = tsv.write(path, HEADER, us)
    assert count.written == len(us)
    assert list(tsv.read(path).units) == [replace(u, source=(), target=()) for u in us]


def test_choice(tmp_path):
    assert [line.split("\t")[0] for line in write(tmp_path, choice=Choice(min_score=0.9)).splitlines()] == [
        "id", "u1", "u2", "u7"]


def test_names_say_the_form(tmp_path):
    assert write(tmp_path, "a.csv").startswith("id,source,target,")
    tsv.write(tmp_path / "a.csv.gz", HEADER, UNITS)
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == (tmp_path / "a.csv").read_bytes()


@pytest.mark.parametrize(("data", "expected"), [
    ("source\ttarget\nنعم\tyes\n".encode(), [("نعم", "yes")]),
    ("target,source\r\nyes,نعم".encode(), [("نعم", "yes")]),
    ("source\ttarget\nنعم\tyes\n".encode("utf-16"), [("نعم", "yes")]),
    ('source\ttarget\n"a\tb\n""c"""\t\n'.encode("utf-8-sig"), [('a\tb\n"c"', "")]),
])
def test_tables_from_elsewhere(tmp_path, data, expected):
    path = tmp_path / ("a.csv" if b"," in data else "a.tsv")
    path.write_bytes(data)
    found = list(tsv.read(path).units)
    assert [(u.source_text, u.target_text) for u in found] == expected
    assert found[0] == Unit("u1", (), (), *expected[0], 1.0, "human")


@pytest.mark.parametrize(("data", "message"), [
    (b"", "1: no column named source or target"), (b"a\tb\n", "1: no column named source or target"),
    (b"source\ttarget\na\n", "2: 2 cells were expected, found fewer"),
    (b"source\ttarget\na\tb\tc\n", "2: 2 cells were expected, found more"),
    (b"source\ttarget\na\t\xff\n", "2: not UTF-8"), (b'source\ttarget\n"a\tb\n', r"\d: no table"),
])
def test_no_table(tmp_path, data, message):
    (tmp_path / "a.tsv").write_bytes(data)
    with pytest.raises(InputError, match=rf"a\.tsv:{message}"):
        list(tsv.read(tmp_path / "a.tsv").units)


def test_moses(tmp_path):
    us = [*UNITS, replace(UNITS[0], source_text=" a\tb\nc\u2028d ", target_text="e\r\nf\u0085g")]
    count = moses.write(tmp_path / "corpus.v1", HEADER, us)
    source, target = ((tmp_path / f"corpus.v1.{lang}").read_bytes().decode() for lang in ("ar", "en"))
    assert source.splitlines() == ["عنوان & <b>", "قال.", "قال.", "قال.", "a b c d"]
    assert target.splitlines() == ['Title ]]> "q"', "He said.", "Said he.", "He said.", "e f g"]
    assert count.left_out() == "2 one-sided, 1 rejected"


@given(units())
def test_moses_files_have_the_same_number_of_lines(tmp_path_factory, us):
    folder = tmp_path_factory.mktemp("m")
    count = moses.write(folder / "c", HEADER, us)
    for lang in ("ar", "en"):
        text = (folder / f"c.{lang}").read_bytes().decode()
        assert len(text.splitlines()) == text.count("\n") == count.written


def test_target_document(tmp_path):
    count = txt.write(tmp_path / "a.en.txt", HEADER, UNITS)
    assert (tmp_path / "a.en.txt").read_bytes().decode() == \
        'Title ]]> "q"\n\nHe said. Extra\n\nNope Said he.\n\nHe said.\n'
    assert (count.written, count.one_sided) == (6, 1)


@pytest.mark.parametrize("write", [tsv.write, moses.write, txt.write])
def test_what_cannot_be_written(tmp_path, write):
    bad = replace(UNITS[0], source_text="س", target_text="a\ud800")
    with pytest.raises(InputError, match=r"article: lone surrogate"):
        write(tmp_path / "a", HEADER, [*UNITS, bad])
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write(tmp_path / "file" / "a", HEADER, UNITS)
