"""hunalign's ladder, and the lines that it counts."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import jsonl
from bitext.errors import InputError
from bitext.formats import ladder, lexicon, moses
from bitext.formats.convert import convert
from bitext.formats.output import Choice
from bitext.records import Header, Unit
from test_tmx import UNITS

HERE = Path(__file__).parent
HEADER = Header("units", "a", "ar", "00", target_lang="en", settings={"lines": [7, 6]})
SOURCE = ["واحد", "اثنان", "", "ثلاثة", "أربعة", "خمسة", ""]
TARGET = ["One", "", "Two", "Three, four", "Extra", "Six"]


def unit(n, source, target, score=0.9, **fields):
    return Unit(f"u{n}", tuple(f"s{i}" for i in source), tuple(f"t{i}" for i in target),
                " ".join(SOURCE[i - 1] for i in source), " ".join(TARGET[i - 1] for i in target), score, "human",
                () if source and target else ("one-sided",), **fields)


LINKED = [unit(1, [1], [1], 0.98), unit(2, [2], [3]), unit(3, [4, 5], [4], 0.4, paragraph=1), unit(4, [], [5], 0.75, paragraph=1),
          unit(5, [6], [6], 0.5, paragraph=1)]


def written(folder, us=LINKED, header=HEADER, **options):
    count = ladder.write(folder / "a.ladder", header, us, **options)
    return (folder / "a.ladder").read_text("utf-8"), count


def rungs(text):
    return [tuple(float(x) if n == 2 else int(x) for n, x in enumerate(line.split("\t"))) for line in text.splitlines()]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a.ar").write_text("\n".join(SOURCE) + "\n", "utf-8")
    (tmp_path / "a.en").write_text("\n".join(TARGET) + "\n", "utf-8")
    return tmp_path


def test_golden(tmp_path):
    text, count = written(tmp_path)
    assert text == (HERE / "golden" / "units.ladder").read_text("utf-8")
    assert (count.written, count.left_out()) == (5, "")


def test_comes_back(files):
    written(files)
    reading = ladder.read(files / "a.ladder", files / "a.ar", files / "a.en", lang="ar", target_lang="en")
    assert list(reading.units) == LINKED
    assert reading.header.settings["lines"] == [7, 6]
    assert reading.count.written == 5


def test_what_is_not_chosen_stands_alone(tmp_path):
    text, count = written(tmp_path, choice=Choice(min_score=0.5))
    assert (count.written, count.unwanted) == (4, 1)
    whole, cut = rungs(written(tmp_path)[0]), rungs(text)
    assert [r for r in cut if r not in whole] == [(5, 3, 0.4)]
    assert [r for r in whole if r not in cut] == []
    text, count = written(tmp_path, [replace(LINKED[0], status="rejected"), *LINKED[1:]])
    assert text.startswith("0\t0\t0.98\n1\t0\t0.98\n1\t1\t1.0\n")
    assert count.left_out() == "1 rejected"


def test_halves_of_a_unit_lie_between_the_same_rungs(tmp_path):
    half = replace(LINKED[1], id="u2.2")
    assert written(tmp_path, [*LINKED[:2], half, *LINKED[2:]])[0] == written(tmp_path)[0]


def test_several_documents_are_no_ladder(tmp_path):
    with pytest.raises(InputError, match="unit u9 stand before those of the unit before it"):
        written(tmp_path, [*LINKED, replace(LINKED[0], id="u9")])


def test_nothing(tmp_path):
    assert written(tmp_path, [], replace(HEADER, settings={}))[0] == "0\t0\t0.0\n"
    assert written(tmp_path, [])[0] == "0\t0\t1.0\n7\t6\t0.0\n"


@pytest.mark.parametrize("units", [[replace(UNITS[0], source=(), target=())], [replace(UNITS[0], source=("x",))]])
def test_units_without_numbered_segments(tmp_path, units):
    with pytest.raises(InputError, match="give units that `bitext align` wrote"):
        written(tmp_path, units)
    assert not (tmp_path / "a.ladder").exists()


@st.composite
def linked(draw):
    """Two files of lines with blanks, and units that link their lines in order."""
    beads = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2), st.integers(0, 2),
                                    st.integers(0, 10_000)), max_size=8))
    sides, us = ([], []), []
    for m, n, *blank, score in beads:
        ids = [tuple(f"{letter}{len(side) + i + 1}" for i in range(k)) for side, k, letter in zip(sides, (m, n), "st", strict=True)]
        for side, k, gap in zip(sides, (m, n), blank, strict=True):
            side.extend([*(f"word {len(side) + i}" for i in range(k)), *[" "] * gap])
        if m or n:
            texts = [" ".join(side[int(i[1:]) - 1] for i in side_ids) for side, side_ids in zip(sides, ids, strict=True)]
            us.append(Unit(f"u{len(us) + 1}", *ids, *texts, score / 10_000, "human", () if m and n else ("one-sided",)))
    return sides, us


@given(linked())
def test_round_trip(tmp_path_factory, drawn):
    (source, target), us = drawn
    folder = tmp_path_factory.mktemp("l")
    # An empty file is refused, so each has a line more than is linked.
    for name, side in (("a.ar", source), ("a.en", target)):
        (folder / name).write_text("\n".join([*side, "end"]) + "\n", "utf-8")
    last = Unit(f"u{len(us) + 1}", (f"s{len(source) + 1}",), (f"t{len(target) + 1}",), "end", "end", 1.0, "human")
    header = replace(HEADER, settings={"lines": [len(source) + 1, len(target) + 1]})
    text, _ = written(folder, [*us, last], header)
    found = rungs(text)
    assert found[0][:2] == (0, 0)
    assert found[-1] == (len(source) + 1, len(target) + 1, 0.0)
    assert all(a[0] <= b[0] and a[1] <= b[1] and a[:2] != b[:2] for a, b in pairwise(found))
    back = ladder.read(folder / "a.ladder", folder / "a.ar", folder / "a.en", lang="ar", target_lang="en")
    assert [replace(u, paragraph=0) for u in back.units] == [*us, last]


@pytest.mark.parametrize(("text", "scores"), [
    ("0\t0\n7\t6\n", [1.0]), ("0 0 1.7\n3 3 -0.3\n7 6 0\n", [1.0, 0.0]), ("0\t0\t2e-05\r\n7\t6\t0.\r\n\n", [2e-05])])
def test_as_hunalign_and_people_write_it(files, text, scores):
    (files / "h.ladder").write_text(text, "utf-8")
    reading = ladder.read(files / "h.ladder", files / "a.ar", files / "a.en", lang="ar", target_lang="en")
    assert [u.score for u in reading.units] == scores


@pytest.mark.parametrize(("text", "says"), [
    ("", "found nothing"), ("0\t0\t1\n2\t2\t0\n", r"from \(0, 0\) to \(6, 6\).*found from \(0, 0\) to \(2, 2\)"),
    ("1\t1\t1\n7\t6\t0\n", r"found from \(1, 1\)"), ("0\t0\t1\n3\t4\t1\n4\t3\t1\n7\t6\t0\n", r":3: rung \(4, 3\) crosses"),
    ("0\t0\t1\nOne\tUn\t0.5\n", r":2: two numbers and a score were expected, found 'One\\tUn\\t0\.5'; give"),
    ("0\t0\tnan\n7\t6\t0\n", ":1: two numbers"), ("0\t-1\t1\n7\t6\t0\n", ":1: two numbers"),
])
def test_no_ladder_of_these_files(files, text, says):
    (files / "h.ladder").write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        list(ladder.read(files / "h.ladder", files / "a.ar", files / "a.en", lang="ar", target_lang="en").units)


def test_conversion(files):
    jsonl.write(files / "a.jsonl", HEADER, LINKED)
    convert(files / "a.jsonl", files / "b.ladder")
    convert(files / "b.ladder", files / "b.jsonl", lang="ar", target_lang="en", lines=[files / "a.ar", files / "a.en"])
    assert jsonl.read_one(files / "b.jsonl", Unit)[1] == LINKED
    with pytest.raises(InputError, match="holds no text and names no languages; give both with --lines and --langs"):
        convert(files / "b.ladder", files / "c.jsonl", lang="ar", target_lang="en")
    with pytest.raises(InputError, match=r"\.ladder is not packed here"):
        convert(files / "a.jsonl", files / "b.ladder.gz")


def test_lines_are_segments(files):
    header, segments = moses.read_lines(files / "a.ar", "ar", "s")
    assert header.settings["lines"] == 7
    assert [(s.id, s.paragraph, s.text) for s in segments] == [
        ("s1", 0, "واحد"), ("s2", 0, "اثنان"), ("s4", 1, "ثلاثة"), ("s5", 1, "أربعة"), ("s6", 1, "خمسة")]


@given(st.lists(st.sampled_from(["", " ", "a", " b ", "ج\u00a0", "x\ty", "\u200f"]), min_size=1, max_size=8))
def test_offsets_hold(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("l") / "a.en"
    path.write_text("\ufeff" + "\r\n".join([*lines, "end"]), "utf-8", newline="")
    header, segments = moses.read_lines(path, "en", "t")
    text = "\n".join([*lines, "end"])
    assert header.settings["lines"] == len(lines) + 1
    assert all(text[s.start:s.end] == s.text == text.split("\n")[int(s.id[1:]) - 1].strip() for s in segments)


def test_lexicon(tmp_path):
    (tmp_path / "l.tsv").write_text("\ufeffالوَفد\tdelegation\nCafé\tcoffee house\t3\n\nالوفد\tmission\r\n", "utf-8")
    assert lexicon.read(tmp_path / "l.tsv") == {"الوفد": ["delegation", "mission"], "cafe": ["coffee house"]}


@pytest.mark.parametrize(("text", "says"), [
    ("a\tb\nc\n", r":2: a word, a tab and its translation were expected, found 'c'"), ("\tb\n", ":1: "), ("a\t \n", ":1: "),
    ("\n", "empty"), ("a\t\udcff\n", ":1: not UTF-8")])
def test_no_lexicon(tmp_path, text, says):
    (tmp_path / "l.tsv").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=says):
        lexicon.read(tmp_path / "l.tsv")
