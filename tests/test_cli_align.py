"""`bitext align` outside any project: two texts in, links out, in this process."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from bitext import cli, jsonl
from bitext.records import Unit

from conftest import bitext

HERE = Path(__file__).parent
SOURCE = """\
وصل الوفد إلى القاهرة يوم الاثنين لإجراء محادثات.
وقال المتحدث باسم الحكومة إن المفاوضات كانت صعبة.

زار 1250 سائحا المتحف في شهر مارس.
أغلقت المدارس أبوابها بسبب الأمطار الغزيرة.
"""
TARGET = """\
The delegation arrived in Cairo on Monday for talks.
The government spokesman said the negotiations were difficult.
In March 1,250 tourists visited the museum.
Subscribe to our newsletter.

Schools closed because of heavy rain.
"""
LINKS = [(["s1"], ["t1"]), (["s2"], ["t2"]), (["s4"], ["t3"]), ([], ["t4"]), (["s5"], ["t6"])]
PAIR = ("a.ar.txt", "a.en.txt")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.ar.txt").write_text(SOURCE, "utf-8")
    Path("a.en.txt").write_text(TARGET, "utf-8")
    return tmp_path


@pytest.fixture
def run(capsysbinary, desk):
    def run(*args, status=0):
        argv = ["align", *map(str, args)]
        if status == 2:
            with pytest.raises(SystemExit, match=r"^2$"):
                cli.main(argv)
        else:
            assert cli.main(argv) == status
        out = capsysbinary.readouterr()
        return out.out.decode(), out.err.decode()

    return run


def units(text):
    header, *rest = map(json.loads, text.splitlines())
    return header, rest


def links(text):
    return [(u["source"], u["target"]) for u in units(text)[1]]


def test_lines_keep_their_numbers(run):
    out, err = run(*PAIR, "--lines")
    assert (links(out), err) == (LINKS, "")
    header, found = units(out)
    assert header["settings"]["lines"] == [5, 6]
    assert [u["paragraph"] for u in found] == [0, 0, 1, 1, 1]


def test_texts_are_cut(run):
    Path("b.ar").write_text(SOURCE.replace("\n", " "), "utf-8")
    Path("b.en").write_text(TARGET.replace("\n", " "), "utf-8")
    assert links(run("b.ar", "b.en")[0]) == [
        (["s1"], ["t1"]), (["s2"], ["t2"]), (["s3"], ["t3"]), ([], ["t4"]), (["s4"], ["t5"])]


SCORE = re.compile(r"(?<=\t)[01]\.\d+(?=\t|$)|(?<=score\">)[01]\.\d+", re.M)
FORMATS = {"tsv": "tsv", "ladder": "ladder", "tmx": "tmx"}


@pytest.mark.parametrize("kind", FORMATS)
def test_golden(run, kind, monkeypatch):
    """Scores change with the weights and are left out; the rest is a byte-for-byte matter."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    out, err = run(*PAIR, "--lines", "--format", kind)
    golden = HERE / "golden" / f"align.{kind}"
    assert SCORE.sub("S", out) == golden.read_text("utf-8")
    assert len(SCORE.findall(out)) == {"tsv": 5, "ladder": 8, "tmx": 4}[kind]
    assert err == ("bitext: standard output: 4 units; left out: 1 one-sided\n" if kind == "tmx" else "")


@pytest.mark.parametrize(("name", "begins"), [
    ("x.jsonl", b'{"schema":"bitext/units"'), ("x", b'{"schema":"bitext/units"'), ("x.tsv", b"id\tsource\t"), ("x.csv", b"id,source,"), ("x.ladder", b"0\t0\t"),
    ("x.tmx", b"<?xml"), ("x.tmx.gz", b"\x1f\x8b"), ("x.xlf", b"<?xml"), ("x.html", b"<!doctype html>"),
    ("x.txt", b"The delegation")])
def test_the_ending_says_the_format(run, name, begins):
    out, _ = run(*PAIR, "--lines", "-o", name)
    assert out == ""
    assert Path(name).read_bytes().lower().startswith(begins.lower())


@pytest.mark.parametrize("kind", ["units", "tsv", "ladder", "tmx", "xliff", "html", "txt"])
def test_standard_output_has_the_same_bytes(run, kind):
    out, _ = run(*PAIR, "--format", kind, "--no-encoder")
    run(*PAIR, "--format", kind, "--no-encoder", "-o", "x.some")
    assert Path("x.some").read_bytes().decode() == out


def test_moses(run):
    run(*PAIR, "--format", "moses", "-o", "out")
    assert len(Path("out.ar").read_text("utf-8").splitlines()) == len(Path("out.en").read_text("utf-8").splitlines()) == 4


def test_page_as_a_view(run):
    out, _ = run(*PAIR, "--lines", "--format", "html", "--min-score", "1")
    assert 'data-row="u5"' in out
    assert out.count('data-flag="low-score"') == 4
    assert 'data-flag="one-sided"' in out


def test_min_score_flags_in_units_and_drops_elsewhere(run):
    out, _ = run(*PAIR, "--lines")
    scores = {u["id"]: u["score"] for u in units(out)[1]}
    limit = sorted(scores.values())[2]
    below = {i for i, s in scores.items() if s < limit}
    header, found = units(run(*PAIR, "--lines", "--min-score", limit)[0])
    assert header["settings"]["min_score"] == limit
    assert [u["id"] for u in found] == list(scores)
    assert {u["id"] for u in found if "low-score" in u["flags"]} == {i for i in below if i != "u4"}
    assert below - {"u4"}
    tsv, err = run(*PAIR, "--lines", "--min-score", limit, "--format", "tsv")
    assert {line.split("\t")[0] for line in tsv.splitlines()[1:]} == set(scores) - below
    assert "2 below the score" in err
    Path("u.jsonl").write_text(out, "utf-8")
    assert bitext("export", "ladder", "u.jsonl", "--min-score", limit, cwd=Path.cwd()).returncode == 0
    assert Path("a.ladder").read_text("utf-8") == run(*PAIR, "--lines", "--min-score", limit, "--format", "ladder")[0]


@pytest.mark.parametrize("form", ["lines", "text", "units", "translations"])
def test_bridge(run, form):
    made = ["The delegation came to Cairo on Monday for talks.", "The spokesman of the government said that the negotiations "
            "were difficult.", "1250 tourists visited the museum in March.", "The schools shut their doors because of rain."]
    lines = form == "lines"
    if form in ("lines", "text"):
        Path("bridge.en.txt").write_text("\n".join([*made[:2], "", *made[2:]] if lines else made) + "\n", "utf-8")
        bridge = "bridge.en.txt"
    else:
        Path("made.en.txt").write_text("\n".join(made) + "\n", "utf-8")
        run("a.ar.txt", "--bridge", "made.en.txt", "-o", "units.jsonl")
        bridge = "units.jsonl"
        if form == "translations":
            header, found = jsonl.read_one(Path("units.jsonl"), Unit)
            assert [u.target_text for u in found] == made
            bridge = "tr.jsonl"
            Path(bridge).write_text("".join(json.dumps(o) + "\n" for o in [
                {"schema": "bitext/translations", "version": 1, "doc": "a", "lang": "ar", "target_lang": "en",
                 "settings": {"by": "x"}, "source_sha256": header.source_sha256, "made_by": "x"},
                *({"id": f"s{n}", "text": t, "score": None, "origin": "mt"} for n, t in enumerate(made, 1))]), "utf-8")
    out, err = run(*PAIR, "--bridge", bridge, "--no-encoder", *(["--lines"] if lines else []))
    assert err == ""
    found = links(out)
    assert found[:2] == LINKS[:2]
    assert (["s4"], ["t3"]) in found if lines else (["s3"], ["t3"]) in found
    assert {u["origin"] for u in units(out)[1]} == {"human"}


def test_lexicon(run):
    """Two invented words of one length: the lexicon alone tells which is which."""
    Path("x.ar.txt").write_text("زبطق لمسن.\nفغذخ ثضظج.\nعشكح ؤئءة.\n", "utf-8")
    Path("x.en.txt").write_text("Bapod ekuta.\nMogev imola.\n", "utf-8")
    Path("l.tsv").write_text("فغذخ\tbapod\nثضظج\tekuta\nعشكح\tmogev\nؤئءة\timola\n", "utf-8")
    out, _ = run("x.ar.txt", "x.en.txt", "--lines", "--no-encoder", "--lexicon", "l.tsv")
    assert links(out) == [(["s1"], []), (["s2"], ["t1"]), (["s3"], ["t2"])]
    assert re.fullmatch("[0-9a-f]{64}", units(out)[0]["settings"]["lexicon_sha256"])


@pytest.mark.parametrize(("langs", "names"), [(("de", "fr"), ("A.txt", "B.txt")), ((), ("A.de.txt", "B.fr"))])
def test_another_pair(run, langs, names):
    Path(names[0]).write_text("Der Zug fuhr pünktlich ab.\nEs regnete den ganzen Tag.\nWir tranken Tee.\n", "utf-8")
    Path(names[1]).write_text("Le train est parti à l'heure.\nNous avons bu du thé.\n", "utf-8")
    out, err = run(*names, *(["--langs", *langs] if langs else []))
    header, _ = units(out)
    assert (header["lang"], header["target_lang"], err) == ("de", "fr", "")
    assert header["settings"]["encoder"]
    assert links(out) == [(["s1"], ["t1"]), (["s2"], []), (["s3"], ["t2"])]


def test_it_says_that_it_goes_on_without_the_encoder(run):
    out, err = run(*PAIR, "--langs", "ar", "sw")
    assert err == "bitext: a: the sentence encoder doesn't know sw; aligned by words, numbers, names and lengths alone\n"
    assert units(out)[0]["settings"]["encoder"] is None
    assert run(*PAIR, "--langs", "ar", "sw", "--no-encoder") == (out, "")


def test_a_translation_is_scored(run):
    Path("mt.en.txt").write_text("\n".join(TARGET.splitlines()[:3]) + "\n\n", "utf-8")
    _, found = units(run("a.ar.txt", "--translations", "mt.en.txt")[0])
    assert [(u["origin"], u["target_text"] != "") for u in found] == [("mt", True)] * 3 + [("mt", False)]
    assert found[0]["score"] > .5
    assert found[3]["score"] == 0


# --- What is wrong -----------------------------------------------------------------------------------------------------

WRONG = [
    (("no.ar.txt", "a.en.txt"), "no.ar.txt: no such file; check the name"),
    (("a.ar.txt", "no.en.txt"), "no.en.txt: no such file; check the name"),
    ((".", "a.en.txt"), ".: is a folder, a text file was expected; name a file in it"),
    (("empty.ar.txt", "a.en.txt"), "empty.ar.txt: empty, a text was expected"),
    (("a.ar.txt", "blank.en.txt", "--lines"), "blank.en.txt: holds only blank lines, a text was expected"),
    (("cp1256.ar.txt", "a.en.txt"), "cp1256.ar.txt: not UTF-8 (byte 0xe6 in line 1), it looks like WINDOWS-1256; convert it"),
    (("a.ar.txt", "utf16.en.txt", "--lines"), "utf16.en.txt: UTF-16, not UTF-8; convert it"),
    (("nul.ar.txt", "a.en.txt"), "nul.ar.txt: line 2, column 3: NUL character"),
    (("a.docx", "a.en.txt"), "a.docx: a zip archive (docx, odt, epub) can't be read here; save it as UTF-8 text"),
    (("b.txt", "a.en.txt"), "b.txt: taken for ar, but no letter of it is in it; name the languages: --langs FROM TO"),
    ((*PAIR, "--langs", "ru", "en"), "a.ar.txt: taken for ru, but no letter"),
    (("a.ar.txt",), "a: nothing to align it with; give translations or a target document"),
    ((*PAIR, "--bridge", "no.txt"), "no.txt: no such file"),
    ((*PAIR, "--bridge", "three.en.txt"),
     "three.en.txt: 3 lines, a has 4 segments; write one translation a line, and a blank line where there is none"),
    ((*PAIR, "--lines", "--bridge", "three.en.txt"), "three.en.txt: 3 lines, a has 5 lines; write one translation a line"),
    ((*PAIR, "--bridge", "other.jsonl"), "other: these translations are not of these segments"),
    ((*PAIR, "--bridge", "french.jsonl"), "a: these translations are in fr, the target is in en; give translations into en"),
    ((*PAIR, "--lexicon", "no.tsv"), "no.tsv: no such file"),
    ((*PAIR, "--lexicon", "three.en.txt"), "three.en.txt:1: a word, a tab and its translation were expected, found 'One'"),
    ((*PAIR, "--lines", "--srx", "x.srx"), "--lines: lines are not cut, so --srx and --wrapped have no effect; leave either"),
    ((*PAIR, "-o", "x.docx"), "x.docx: no format is known by the ending '.docx'; one of .tmx,"),
    ((*PAIR, "-o", "x.jsonl.gz"), "x.jsonl.gz: .jsonl is not packed here"),
    ((*PAIR, "-o", "a.en.txt/x.tsv"), "a.en.txt/x.tsv: can't be written"),
    ((*PAIR, "--format", "moses"), "moses: is more than one file and can't go to standard output; name it with -o"),
    (("cut.jsonl", "a.en.txt"), "cut.jsonl:2: the last line is cut off"),
]


@pytest.mark.parametrize(("args", "says"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_wrong_input_is_1_in_one_line(run, args, says):
    Path("empty.ar.txt").touch()
    Path("blank.en.txt").write_text("\n \n\t\n", "utf-8")
    Path("cp1256.ar.txt").write_bytes(SOURCE.encode("cp1256"))
    Path("utf16.en.txt").write_bytes(TARGET.encode("utf-16"))
    Path("nul.ar.txt").write_text("قال.\nثم\0 سافر.\n", "utf-8")
    Path("a.docx").write_bytes(b"PK\x03\x04 no")
    Path("b.txt").write_text("Это текст.\n", "utf-8")
    Path("three.en.txt").write_text("One\nTwo\nThree\n", "utf-8")
    head = {"schema": "bitext/units", "version": 1, "doc": "other", "lang": "ar", "target_lang": "en", "settings": {},
            "source_sha256": "0", "made_by": "x"}
    Path("other.jsonl").write_text(json.dumps(head) + "\n", "utf-8")
    Path("french.jsonl").write_text(json.dumps(head | {
        "doc": "a", "target_lang": "fr", "source_sha256": hashlib.sha256(SOURCE.encode()).hexdigest()}) + "\n", "utf-8")
    Path("cut.jsonl").write_text(json.dumps(head | {"schema": "bitext/segments"}) + '\n{"id":', "utf-8")
    before = sorted(Path().rglob("*"))
    out, err = run(*args, status=1)
    assert out == ""
    assert err.startswith(f"bitext: {says}")
    assert err.count("\n") == 1
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(("args", "says"), [
    (("--langs", "Arabic", "en"), "'Arabic' is no language code"), (("--format", "docx"), "invalid choice: 'docx'"),
    (("--min-score", "1.5"), "'1.5' is no score"), (("--min-score", "nan"), "'nan' is no score"), (("--langs", "ar"), "expected 2"),
])
def test_wrong_usage_is_2(run, args, says):
    out, err = run(*PAIR, *args, status=2)
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


# --- Odd texts -----------------------------------------------------------------------------------------------------------

LINES = TARGET.replace("\n\n", "\n").splitlines()
ODD = {
    "one against a thousand": (["وصل الوفد إلى القاهرة."], LINES * 200), "a thousand against one": (SOURCE.split("\n")[:2] * 500, LINES[:1]),
    "all equal": (["نعم."] * 40, ["Yes."] * 37), "mostly empty": (["", "", "نعم.", "", ""], ["", "Yes.", "", "", "", "No."]),
    "numbers alone": (["1", "2", "3"], ["1", "2", "3"]), "marks alone": (["...", "؟"], ["***"]),
    "one long line": (["كلمة " * 3000], ["word " * 3000]),
}


@pytest.mark.parametrize("encoder", [(), ("--no-encoder",)], ids=["encoder", "no encoder"])
@pytest.mark.parametrize("name", ODD)
def test_odd_texts(run, name, encoder):
    for path, lines in zip(("x.ar.txt", "x.en.txt"), ODD[name], strict=True):
        Path(path).write_text("\n".join(lines) + "\n", "utf-8")
    out, err = run("x.ar.txt", "x.en.txt", "--lines", *encoder)
    assert err == ""
    for side, letter, lines in zip(("source", "target"), "st", ODD[name], strict=True):
        assert [i for u in units(out)[1] for i in u[side]] == [f"{letter}{n}" for n, x in enumerate(lines, 1) if x.strip()]
    assert all(0 <= u["score"] <= 1 for u in units(out)[1])
    rungs = [line.split("\t") for line in run("x.ar.txt", "x.en.txt", "--lines", *encoder, "--format", "ladder")[0].splitlines()]
    assert (rungs[0][:2], rungs[-1][:2]) == (["0", "0"], [str(len(lines)) for lines in ODD[name]])


def test_identical_texts(run):
    Path("x.txt").write_text(TARGET, "utf-8")
    out, _ = run("a.en.txt", "x.txt", "--langs", "en", "en", "--lines")
    assert links(out) == [([f"s{n}"], [f"t{n}"]) for n in (1, 2, 3, 4, 6)]


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_side_without_segments(run, side):
    head = {"schema": "bitext/segments", "version": 1, "doc": "e", "lang": "ar" if side == "source" else "en",
            "settings": {}, "source_sha256": "0", "made_by": "x"}
    Path("e.jsonl").write_text(json.dumps(head) + "\n", "utf-8")
    out, err = run(*(("e.jsonl", "a.en.txt") if side == "source" else ("a.ar.txt", "e.jsonl")))
    assert err == ""
    assert {tuple(u["flags"]) for u in units(out)[1]} == {("one-sided",)}
    assert len(units(out)[1]) == (5 if side == "source" else 4)
