import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bitext import __version__
from bitext.errors import InputError, OutputError
from bitext.formats import tmx
from bitext.formats.input import blocks
from bitext.formats.output import Choice
from bitext.formats.tmx import pieces
from bitext.formats.tmx.elements import entry
from bitext.formats.tmx.entries import same_language
from bitext.formats.tmx.quick import read_run
from bitext.records import Unit
from strategies import HEADER, filled, units

HERE = Path(__file__).parent
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UNITS = [
    Unit("u1", ("s1",), ("t1",), "عنوان & <b>", 'Title ]]> "q"', 0.93, "mt", ("numbers", "names")),
    Unit("u2", ("s2",), ("t2",), "قال.", "He said.", 1.0, "human", status="approved", paragraph=1, note="Good & right"),
    Unit("u3", ("s3",), (), "ناقص", "", 0.1, "human", ("one-sided",), paragraph=1),
    Unit("u4", (), ("t4",), "", "Extra", 0.1, "human", ("one-sided",), paragraph=1),
    Unit("u5", ("s5",), ("t5",), "قال.", "Nope", 0.4, "mt", status="rejected", paragraph=2),
    Unit("u6", ("s6",), ("t6",), "قال.", "Said he.", 0.4, "mt", paragraph=2),
    Unit("u7", ("s7",), ("t7",), "قال.", "He said.", 0.9, "memory", paragraph=3),
]
DTD = etree.DTD(str(HERE / "tmx14.dtd"))


def written(folder, units=UNITS, name="a.tmx", **options):
    count = tmx.write(folder / name, HEADER, units, **options)
    return count, (folder / name).read_bytes()


def file(folder, body, head='<header srclang="ar"/>', start='<?xml version="1.0"?>\n', name="x.tmx", encoding="utf-8"):
    path = folder / name
    path.write_bytes(f'{start}<tmx version="1.4">{head}<body>{body}</body></tmx>\n'.encode(encoding))
    return path


def tu(source="ا", target="a", attributes=""):
    return (f'<tu{attributes}><tuv xml:lang="ar"><seg>{source}</seg></tuv>'
            f'<tuv xml:lang="en"><seg>{target}</seg></tuv></tu>\n')


def pairs(path, **options):
    return [(u.source_text, u.target_text) for u in tmx.read_units(path, **options).units]


def test_golden(tmp_path):
    count, data = written(tmp_path)
    assert data.decode() == (HERE / "golden" / "units.tmx").read_text("utf-8").replace("VERSION", __version__)
    assert (count.written, count.one_sided, count.rejected, count.left_out()) == (4, 2, 1, "2 one-sided, 1 rejected")


def test_what_makes_it_open_everywhere(tmp_path):
    _, data = written(tmp_path, date="20240718T000000Z")
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n')
    root = etree.fromstring(data)
    assert DTD.validate(root), DTD.error_log
    header = root.find("header")
    assert set(header.attrib) >= {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang",
                                  "datatype"}
    assert (header.get("segtype"), header.get("datatype")) == ("sentence", "plaintext")
    ids = [t.get("tuid") for t in root.iter("tu")]
    assert len(set(ids)) == len(ids) == 4
    for t in root.iter("tu"):
        assert [c.tag for c in t][-2:] == ["tuv", "tuv"]
        assert [v.get(LANG) for v in t.iterfind("tuv")] == [header.get("srclang"), "en"]
        assert t.get("creationdate") == t.get("changedate") == "20240718T000000Z"
        assert all(p.get("type").startswith("x-") for p in t.iterfind("prop"))


def test_no_date_unless_given(tmp_path):
    assert b"date=" not in written(tmp_path)[1]


def test_a_later_duplicate_says_what_stands_around_it(tmp_path):
    root = etree.fromstring(written(tmp_path)[1])
    contexts = [[p.text for p in t.iterfind("prop") if "context" in p.get("type")] for t in root.iter("tu")]
    assert contexts == [[], [], ["<seg>قال.</seg>", "<seg>قال.</seg>"], ["<seg>قال.</seg>"]]


@pytest.mark.parametrize(("choice", "ids", "left_out"), [
    (Choice(), ["u1", "u2", "u6", "u7"], "2 one-sided, 1 rejected"),
    (Choice(unique=True), ["u1", "u2", "u6"], "2 one-sided, 1 rejected, 1 repeated"),
    (Choice(min_score=0.93), ["u1", "u2"], "2 one-sided, 1 rejected, 2 below the score or not approved"),
    (Choice(approved_only=True), ["u2"], "2 one-sided, 1 rejected, 3 below the score or not approved"),
])
def test_choice(tmp_path, choice, ids, left_out):
    count, data = written(tmp_path, choice=choice)
    assert [t.get("tuid") for t in etree.fromstring(data).iter("tu")] == [f"article:{i}" for i in ids]
    assert count.left_out() == left_out


def test_regional_codes(tmp_path):
    root = etree.fromstring(written(tmp_path, lang="ar-SA", target_lang="en-GB")[1])
    assert root.find("header").get("srclang") == "ar-SA"
    assert {v.get(LANG) for v in root.iter("tuv")} == {"ar-SA", "en-GB"}
    assert len(pairs(tmp_path / "a.tmx", lang="ar", target_lang="en")) == 4


@pytest.mark.parametrize("code", ["ar SA", "a", 'x"', "ar_SA", ""])
def test_no_language(tmp_path, code):
    with pytest.raises(InputError, match="not a code; give one as in"):
        tmx.write(tmp_path / "a.tmx", replace(HEADER, lang=code), UNITS)


def test_gzip_is_the_same_every_time(tmp_path):
    plain = written(tmp_path)[1]
    first, second = (written(tmp_path, name=f"{n}.tmx.gz")[1] for n in "xy")
    assert first == second
    assert gzip.decompress(first) == plain
    assert pairs(tmp_path / "x.tmx.gz") == pairs(tmp_path / "a.tmx")


@pytest.mark.parametrize("bad", ["\0", "\x1f", "\ufffe", "\ud800"])
@pytest.mark.parametrize("field", ["source_text", "target_text", "note", "id"])
def test_what_no_xml_can_hold_is_named_and_nothing_written(tmp_path, bad, field):
    (tmp_path / "a.tmx").write_text("old")
    with pytest.raises(InputError, match=rf"article: unit .*: (character|lone surrogate) U\+{ord(bad):04X} after 'ok'"):
        tmx.write(tmp_path / "a.tmx", HEADER, [*UNITS, replace(UNITS[0], **{field: f"ok{bad}"})])
    assert [p.name for p in tmp_path.iterdir()] == ["a.tmx"]
    assert (tmp_path / "a.tmx").read_text() == "old"


def test_unwritable(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        tmx.write(tmp_path / "file" / "a.tmx", HEADER, UNITS)


@given(units(source=filled, target=filled, ids=st.just(())).map(lambda us: [u for u in us if u.status != "rejected"]))
def test_round_trip(tmp_path_factory, us):
    path = tmp_path_factory.mktemp("t") / "article.tmx"
    tmx.write(path, HEADER, us)
    root = etree.parse(path)
    assert DTD.validate(root), DTD.error_log
    if us:
        reading = tmx.read_units(path)
        assert list(reading.units) == us
        assert (reading.header.doc, reading.header.lang, reading.header.target_lang) == ("article", "ar", "en")
    else:
        with pytest.raises(InputError, match="holds no TU"):
            tmx.read_units(path)


HOSTILE = st.sampled_from([*"<>&;\"'/ \t\n\rx=", "&amp;", "&lt;", "&#65;", "]]>", "<!-- -->", "\0", "\x1f", "\ufffe", "\u00a0",
                           "<note>n</note>", "<tu>", "</tu>", "<hi>", " lang", 'x="y"', "\udcff"])


@given(units(source=filled, target=filled), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), HOSTILE), max_size=3))
def test_the_quick_way_says_what_the_parser_says(tmp_path_factory, us, edits):
    """Whatever is done to a file: either the quick way leaves it to the parser, or both agree."""
    path = tmp_path_factory.mktemp("q") / "a.tmx"
    tmx.write(path, HEADER, us)
    run = path.read_bytes().decode().partition("<body>")[2].rpartition("</tu>")[0] + "</tu>"
    for where, length, new in edits:
        at = int(where * len(run))
        run = run[:at] + new + run[at + length:]
    data = run.encode("utf-8", "surrogateescape")
    found = read_run(data, 1)
    if found is not None:
        assert found == [entry(e, e.sourceline) for e in etree.fromstring(b"<tus>%b</tus>" % data)]


def test_the_quick_way_is_the_usual_one(tmp_path):
    data = written(tmp_path, date="20240718T000000Z")[1]
    run = data.partition(b"<body>")[2].rpartition(b"</tu>")[0] + b"</tu>"
    lines = [n for n, line in enumerate(data.splitlines(), 1) if b"<tu " in line]
    assert [(e.line, e.id) for e in read_run(run, 5)] == [*zip(lines, [f"article:u{n}" for n in (1, 2, 6, 7)], strict=True)]
    assert read_run(run.replace(b"\n", b"\r\n"), 5) == read_run(run, 5)
    assert [e.line for e in tmx.read(tmp_path / "a.tmx")[1]] == lines


@pytest.mark.parametrize("text", ["س" * 2_000_000, "a&<" * 300_000])
def test_very_long_text(tmp_path, text):
    unit = replace(UNITS[0], source=(), target=(), source_text=text, target_text="t")
    tmx.write(tmp_path / "a.tmx", HEADER, [unit] * 2)
    assert [u.source_text == text for u in tmx.read_units(tmp_path / "a.tmx").units] == [True, True]


# --- What other programs write ---------------------------------------------------------------------------------------


TRADOS = """<tmx version="1.1"><header creationtool="TRADOS Translator's Workbench for Windows"
 creationtoolversion="Edition 8 Build 863" segtype="sentence" o-tmf="TW4Win 2.0 Format" adminlang="EN-US"
 srclang="AR-SA" datatype="rtf" creationdate="20070101T000000Z" creationid="USER">
<prop type="RTFFontTable">{\\fonttbl {\\f1 Times;}}</prop></header><body>
<tu creationdate="20070101T000000Z" creationid="USER" usagecount="3"><prop type="Txt::Client">x</prop>
<tuv lang="AR-SA"><seg>قال <ut>{\\b </ut>نعم<ut>}</ut>.</seg></tuv>
<tuv lang="EN-US"><seg>He said <ut>{\\b </ut>yes<ut>}</ut>.</seg></tuv></tu></body></tmx>"""
OMEGAT = """<!DOCTYPE tmx SYSTEM "tmx11.dtd"><tmx version="1.1"><header creationtool="OmegaT" o-tmf="OmegaT TMX"
 adminlang="EN-US" datatype="plaintext" creationtoolversion="3.6.0" segtype="sentence" srclang="AR"/><body>
<!-- Default translations --><tu><tuv lang="AR"><seg>نعم</seg></tuv><tuv lang="EN-GB" changeid="me"
 changedate="20240101T000000Z"><seg>yes</seg></tuv></tu>
<!-- Alternative translations <tu>none</tu> --><tu><prop type="file">a.txt</prop><prop type="prev">نعم</prop>
<tuv lang="AR"><seg>نعم</seg></tuv><tuv lang="EN-GB"><seg>indeed</seg></tuv></tu></body></tmx>"""
MEMOQ = """<tmx version="1.4"><header creationtool="MemoQ" creationtoolversion="9.3.7" segtype="sentence"
 adminlang="en-us" creationid="me" srclang="ar" o-tmf="MemoQTM" datatype="unknown"><prop type="defclient">x</prop></header>
<body><tu changedate="20200101T000000Z" creationdate="20200101T000000Z" creationid="me" changeid="me">
<prop type="client"></prop><prop type="x-context-pre">&lt;seg&gt;a&lt;/seg&gt;</prop>
<tuv xml:lang="ar"><seg><bpt i='1' type='bold'>{}</bpt>نعم<ept i='1'>{}</ept></seg></tuv>
<tuv xml:lang="en-us"><prop type="x">y</prop><seg><bpt i='1' type='bold'>{}</bpt>yes<ept i='1'>{}</ept></seg></tuv></tu>
</body></tmx>"""
MATECAT = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header creationtool="Matecat-Cattool" creationtoolversion="0.1" creationid="" datatype="plaintext"
 o-tmf="Matecat-Cattool" segtype="sentence" adminlang="en-US" srclang="*all*"/><body>
<tu tuid="1-2" creationdate="20200101T000000Z" datatype="plaintext" srclang="ar-LB"><prop type="x-MateCAT-Status">T</prop>
<tuv xml:lang="en-US"><seg>yes</seg></tuv><tuv xml:lang="ar-LB"><seg>نعم</seg></tuv></tu></body></tmx>"""
DEJAVU = """<tmx version="1.4"><header creationtool="Deja Vu" creationtoolversion="9" segtype="sentence" o-encoding="UTF-8"
 o-tmf="Deja Vu X" adminlang="EN-US" srclang="AR" datatype="rtf"><ude name="x"><map unicode="#xE000"/></ude></header>
<body><tu tuid="7"><prop type="x-Domain">0</prop><note>n1</note><tuv xml:lang="AR"><note>n2</note><seg>نعم<ph x="1">{1}</ph></seg></tuv>
<tuv xml:lang="EN_GB"><seg>yes<ph x="1">{1}</ph></seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(("text", "encoding", "expected", "note", "flags"), [
    (TRADOS, "utf-16", [("قال نعم.", "He said yes.")], "", ("tags",)),
    (OMEGAT, "utf-8", [("نعم", "yes"), ("نعم", "indeed")], "", ()),
    (MEMOQ, "utf-8-sig", [("نعم", "yes")], "", ("tags",)),
    (MATECAT, "utf-8", [("نعم", "yes")], "", ()),
    (DEJAVU, "utf-16-be", [("نعم", "yes")], "n1\nn2", ("tags",)),
], ids=["trados", "omegat", "memoq", "matecat", "dejavu"])
def test_exports_of_other_programs(tmp_path, text, encoding, expected, note, flags):
    path = tmp_path / "x.tmx"
    path.write_bytes(text.encode(encoding))
    reading = tmx.read_units(path)
    found = list(reading.units)
    assert [(u.source_text, u.target_text) for u in found] == expected
    assert (reading.header.lang, reading.header.target_lang) == ("ar", "en")
    first = found[0]
    assert (first.id, first.origin, first.score, first.note, first.flags) == ("u1", "memory", 1.0, note, flags)


@pytest.mark.parametrize(("declared", "encoding"), [
    ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("UTF-16", "utf-16-le"), ("UTF-16", "utf-16-be"),
    ("windows-1256", "cp1256"), ("ISO-8859-6", "iso8859-6"), ("UTF-16", "utf-8"), ("UTF-16", "utf-8-sig"),
    ("utf-8", "utf-16"), ("UTF-32", "utf-32"),
])
def test_encodings(tmp_path, declared, encoding):
    path = file(tmp_path, tu("نعم", "yes") * 3, start=f'<?xml version="1.0" encoding="{declared}"?>\n', encoding=encoding)
    assert pairs(path) == [("نعم", "yes")] * 3


def test_characters_across_blocks(tmp_path):
    body = "".join(tu(f"نعم{n}\U0001f600", f"yes{n}") for n in range(9000))
    expected = [(f"نعم{n}\U0001f600", f"yes{n}") for n in range(9000)]
    for encoding in ("utf-8", "utf-16"):
        assert pairs(file(tmp_path, body, start="", encoding=encoding)) == expected


@pytest.mark.parametrize(("seg", "text", "tags"), [
    ("a<bpt i='1'>&lt;b></bpt>b<ept i='1'>&lt;/b></ept>c", "abc", ("bpt <b>", "ept </b>")),
    ("a<ph/>b", "ab", ("ph",)),
    ("a<it pos='begin'>[</it> b", "a b", ("it [",)),
    ("a<hi>b<hi>c</hi></hi>d", "abcd", ("hi", "hi")),
    ("word<ph>\\footnote{<sub>A note.</sub>}</ph>, more", "word A note., more", ("ph \\footnote{", "sub")),
    ("<ph><sub>A <bpt i='1'>x</bpt>note</sub></ph>", "A note", ("ph", "sub", "bpt x")),
    (" a\n b ", " a\n b ", ()),
    ("<![CDATA[<b> & </tu> <tu>]]>", "<b> & </tu> <tu>", ()),
    ("a<!-- x -->b<?pi x?>c", "abc", ()),
])
def test_inline_tags(tmp_path, seg, text, tags):
    _, entries = tmx.read(file(tmp_path, tu(seg)))
    assert [v for v in next(entries).variants if v.lang == "ar"] == [tmx.Variant("ar", text, tags)]


def test_several_variants(tmp_path):
    more = '<tuv xml:lang="en-GB"><seg>grey</seg></tuv><tuv xml:lang="fr"><seg>gris</seg></tuv></tu>'
    path = file(tmp_path, tu("رمادي", "gray").replace("</tu>", more) + '<tu><tuv xml:lang="fr"><seg>oui</seg></tuv></tu>'
                + tu("x", " "))
    reading = tmx.read_units(path)
    assert [(u.id, u.target_text) for u in reading.units] == [("u1", "gray"), ("u2", "grey")]
    assert (reading.count.written, reading.count.one_sided) == (2, 2)
    assert pairs(path, target_lang="EN_gb") == [("رمادي", "gray"), ("رمادي", "grey")]  # "en" stands for all regions
    assert pairs(path, lang="fr", target_lang="ar") == [("gris", "رمادي")]
    with pytest.raises(InputError, match=r"x\.tmx:2: the two languages can't be told .*\(ar, en, en-GB, fr\); name them"):
        tmx.read_units(path, lang="ar", target_lang="ar-SA")


@pytest.mark.parametrize(("first", "second", "same"), [
    ("ar", "AR-SA", True), ("ar_sa", "ar-SA", True), ("ar-SA", "ar-LB", False), ("ar", "arc", False), ("zh-Hant", "zh-Hant-TW", True),
])
def test_languages(first, second, same):
    assert same_language(first, second) is same_language(second, first) is same


# --- Broken and hostile files ----------------------------------------------------------------------------------------


BROKEN = {
    "entity": (tu(target="a&nbsp;b"), r"the TU is broken \(Entity 'nbsp' not defined\)"),
    "ampersand": (tu(target="a & b"), "the TU is broken"),
    "less-than": (tu(target="a < b"), "the TU is broken"),
    "control": (tu(target="&#x1f;"), "the TU is broken"),
    "open seg": (tu().replace("</seg>", "", 1), "the TU is broken"),
    "open tuv": (tu().replace("</tuv>", "", 1), "the TU is broken"),
    "open tu": (tu().replace("</tu>", ""), "the TU has no end"),
    "language": (tu().replace(' xml:lang="en"', ""), "the TU has a tuv without xml:lang"),
    "no seg": (tu().replace("<seg>a</seg>", ""), "the TU has a tuv without seg"),
    "no tuv": ("<tu/>\n", "the TU has no tuv"),
    "nested": (tu().replace("<seg>a</seg>", f"<seg>a</seg>{tu().strip()}"), "the TU has another within"),
    "deep": (f"<tu>{'<a>' * 300}{'</a>' * 300}</tu>\n", "the TU is broken"),
    "text": ("words\n", "text between the TUs"),
    "element": ("<tuv/>\n", "<tuv> between the TUs"),
    "utf-8": (tu(target="\udcff"), "the TU is broken"),
}


@pytest.mark.parametrize(("body", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_tu_is_named_and_left_out_only_on_request(tmp_path, body, message):
    path = file(tmp_path, "")
    around = [tu(str(n), str(n)) for n in range(4)]
    text = f'<tmx version="1.4">\n<header srclang="ar"/><body>\n{"".join(around[:2])}{body}{"".join(around[2:])}</body></tmx>'
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=rf"x\.tmx:[45]: {message}.*--keep-going"):
        list(tmx.read(path)[1])
    faults = []
    _, entries = tmx.read(path, faults.append)
    assert [(e.variants[0].text, e.line) for e in entries] == [("0", 3), ("1", 4), ("2", 6), ("3", 7)]
    assert len(faults) == 1
    assert message.replace("\\", "") in faults[0]


@pytest.mark.parametrize(("text", "message"), [
    ('<!DOCTYPE tmx [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><tmx><body>' + tu(target="&b;") + "</body></tmx>", "declares XML entities"),
    ('<!DOCTYPE tmx [<!ENTITY a SYSTEM "tmx14.dtd">]><tmx><body>' + tu(target="&a;") + "</body></tmx>", "declares XML entities"),
    ('<!DOCTYPE tmx [<!ENTITY % a SYSTEM "tmx14.dtd">%a;]><tmx><body>' + tu() + "</body></tmx>", "declares XML entities"),
    ("", "empty"), ("\n \n", "empty"), ("words", "no TMX"), ("<html><p>x</p></html>", "no TMX"),
    ("<xliff><body>" + tu() + "</body></xliff>", "no TMX"), ("<a>" * 3_000_000, "no TU begins within 8 MB"),
    ("<tmx><body><tu>" + "<a>" * 3_000_000, "no TU ends within 8 MB"),
    ("<tmx><body><tu><tuv xml:lang='ar'><seg>" + "a" * 9_000_000, "no TU ends within 8 MB"),
    ('<?xml version="1.0" encoding="klingon"?><tmx/>', "encoding 'klingon' is unknown"),
    ('<?xml version="1.0" encoding="base64"?><tmx/>', "encoding 'base64' is unknown"),
    ("<tmx><body>" + tu(), r"2: the file is cut off, </tmx> is missing"),
    ("<tmx><body>" + tu() + "<tu><tuv", r"2: the TU has no end"),
])
def test_hostile_and_foreign_files(tmp_path, text, message):
    (tmp_path / "x.tmx").write_text(text, "utf-8")
    with pytest.raises(InputError, match=rf"x\.tmx:.*{message}") as e:
        list(tmx.read(tmp_path / "x.tmx")[1])
    assert "\n" not in str(e.value)


def test_unreadable_files(tmp_path):
    packed = gzip.compress(b"<tmx><body>" + tu().encode() * 1000 + b"</body></tmx>")
    (tmp_path / "cut.gz").write_bytes(packed[:-20])
    for path, message in ((tmp_path, "is a folder"), (tmp_path / "none.tmx", "no such file"),
                          (tmp_path / "cut.gz", "damaged gzip")):
        with pytest.raises(InputError, match=message):
            list(tmx.read(path)[1])


def test_a_cut_file_gives_what_stands_whole_on_request(tmp_path):
    path = tmp_path / "x.tmx"
    path.write_text("<tmx><body>" + tu() * 3 + "<tu><tuv", "utf-8")
    faults = []
    assert len(list(tmx.read(path, faults.append)[1])) == 3
    assert len(faults) == 2


def test_prefixes_of_the_root_hold_in_each_tu(tmp_path):
    path = tmp_path / "x.tmx"
    path.write_text('<tmx xmlns:mq="urn:mq"><body>' + tu(attributes=' mq:x="1"') + tu(target="&bad;") + "</body></tmx>", "utf-8")
    assert len(list(tmx.read(path, lambda _: None)[1])) == 1


def test_no_tu_is_no_fault_of_the_file(tmp_path):
    assert list(tmx.read(file(tmp_path, ""))[1]) == []


def test_writing_is_a_stream(tmp_path):
    def some():
        for n in range(20_000):
            yield Unit(f"u{n}", (), (), f"س {n}", f"t {n}", 1.0, "mt")
        assert sum(p.stat().st_size for p in tmp_path.iterdir()) > 4_000_000

    assert tmx.write(tmp_path / "a.tmx", HEADER, some()).written == 20_000


def test_reading_is_a_stream(tmp_path, monkeypatch):
    tmx.write(tmp_path / "a.tmx", HEADER, (Unit(f"u{n}", (), (), f"س {n}", f"t {n}", 1.0, "mt") for n in range(9000)))
    taken = []
    monkeypatch.setattr(pieces, "blocks", lambda path: (taken.append(1) or b for b in blocks(path)))
    reading = tmx.read_units(tmp_path / "a.tmx")
    next(reading.units)
    assert len(taken) == 1
    assert sum(1 for _ in reading.units) == 8999
    assert len(taken) > 5
