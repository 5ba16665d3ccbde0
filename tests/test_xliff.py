import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from bitext import __version__
from bitext.errors import InputError
from bitext.formats import xliff
from bitext.formats.output import Choice
from bitext.records import Unit
from bitext.translation.memory import Match
from strategies import HEADER, filled, units
from test_tmx import UNITS

HERE = Path(__file__).parent
NS = {"2": "urn:oasis:names:tc:xliff:document:2.0", "1": "urn:oasis:names:tc:xliff:document:1.2",
      "mtc": "urn:oasis:names:tc:xliff:matches:2.0"}
VERSIONS = ["2.1", "1.2"]
WITH_SOURCE = [u for u in UNITS if u.source_text]


def file(folder, body, start='<xliff version="1.2"><file original="x" source-language="ar" target-language="en"><body>',
         end="</body></file></xliff>"):
    path = folder / "x.xlf"
    path.write_text(f"{start}{body}{end}", "utf-8")
    return path


TWO = ('<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="ar-SA" trgLang="en-GB"><file id="f">',
       "</file></xliff>")


def texts(path, **options):
    return [(u.id, u.source_text, u.target_text) for u in xliff.read(path, **options).units]


@pytest.mark.parametrize("version", VERSIONS)
def test_golden(tmp_path, version):
    count = xliff.write(tmp_path / "a.xlf", HEADER, UNITS, version=version, date="20240718T101500Z")
    golden = (HERE / "golden" / f"units.{version}.xlf").read_text("utf-8").replace("VERSION", __version__)
    assert (tmp_path / "a.xlf").read_text("utf-8") == golden
    assert (count.written, count.one_sided, count.left_out()) == (6, 1, "1 one-sided")


@pytest.mark.parametrize("version", VERSIONS)
@given(us=units(source=filled))
def test_round_trip(tmp_path_factory, version, us):
    us = [replace(u, status="new", origin="human") if not u.target_text else u for u in us]
    path = tmp_path_factory.mktemp("x") / "a.xlf"
    xliff.write(path, HEADER, us, version=version)
    if us:
        reading = xliff.read(path)
        assert list(reading.units) == us
        assert replace(reading.header, settings={}) == HEADER
        assert xliff.read_changes(path, us)[1] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_suggestions_of_a_memory(tmp_path, version):
    found = {"u1": [Match("س <b>", "t & <b>", 0.8333, True), Match("عام 1", "year 2", 0.99, True, numbers=True)]}
    one = replace(UNITS[0], id="u1", origin="mt")
    xliff.write(tmp_path / "a.xlf", HEADER, [one], version=version, matches=found)
    tree = etree.parse(tmp_path / "a.xlf")
    if version == "2.1":
        own, *ours = tree.iterfind(".//mtc:match", NS)
        assert [m.get("id") for m in (own, *ours)] == ["m1", "m2", "m3"]
        assert [dict(m.attrib) for m in ours] == [
            {"id": "m2", "ref": "#1", "type": "tm", "similarity": "83", "origin": "memory"},
            {"id": "m3", "ref": "#1", "type": "tm", "subType": "bitext:other-numbers", "similarity": "99",
             "origin": "memory"}]
    else:
        _, *ours = tree.iterfind(".//1:alt-trans", NS)
        assert [m.get("match-quality") for m in ours] == ["83%", "99%"]
    assert [[t.text for t in m] for m in ours] == [[m.source, m.target] for m in found["u1"]]
    assert list(xliff.read(tmp_path / "a.xlf").units) == [one]
    with pytest.raises(InputError, match="a suggestion of the memory"):
        xliff.write(tmp_path / "b.xlf", HEADER, [one], version=version, matches={"u1": [Match("\x01", "a", 0.8, True)]})


def test_states_2(tmp_path):
    xliff.write(tmp_path / "a.xlf", HEADER, UNITS)
    root = etree.parse(tmp_path / "a.xlf").getroot()
    assert [(s.get("state"), s.get("subState")) for s in root.iterfind(".//2:segment", NS)] == [
        ("translated", None), ("final", None), ("initial", None), ("initial", "bitext:rejected"), ("translated", None),
        ("translated", None)]
    assert [(m.get("type"), m.get("matchQuality"), m.get("ref")) for m in root.iterfind(".//mtc:match", NS)] == [
        ("mt", "93", "#1"), ("mt", "40", "#1"), ("mt", "40", "#1"), ("tm", "90", "#1")]


def test_states_12(tmp_path):
    xliff.write(tmp_path / "a.xlf", HEADER, [*UNITS, replace(UNITS[1], id="u9", status="new")], version="1.2")
    root = etree.parse(tmp_path / "a.xlf").getroot()
    assert [(t.get("state"), t.get("state-qualifier")) for t in root.iterfind(".//1:trans-unit/1:target", NS)] == [
        ("needs-review-translation", "leveraged-mt"), ("final", None), ("needs-translation", "rejected-inaccurate"),
        ("needs-review-translation", "leveraged-mt"), ("needs-review-translation", "leveraged-tm"), ("translated", None)]
    assert [a.get("match-quality") for a in root.iterfind(".//1:alt-trans", NS)] == ["93%", "40%", "40%", "90%"]
    assert [t.get("id") for t in root.iterfind(".//1:trans-unit[@approved='yes']", NS)] == ["u2"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_belongs_together(tmp_path, version):
    """Segments of a paragraph stand in one group, in order; ids are there once."""
    xliff.write(tmp_path / "a.xlf", HEADER, UNITS, version=version)
    root = etree.parse(tmp_path / "a.xlf").getroot()
    groups = root.findall(".//{*}group")
    assert [[u.get("id") for u in g] for g in groups] == [["u1"], ["u2", "u3"], ["u5", "u6"], ["u7"]]
    ids = [e.get("id") for e in root.iter("{*}group", "{*}unit", "{*}trans-unit")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("version", VERSIONS)
def test_regional_codes_and_choice(tmp_path, version):
    count = xliff.write(tmp_path / "a.xlf.gz", HEADER, UNITS, version=version, lang="ar-SA", target_lang="en-GB",
                        choice=Choice(min_score=0.9))
    assert count.unwanted == 3
    reading = xliff.read(tmp_path / "a.xlf.gz")
    assert (reading.header.lang, reading.header.target_lang) == ("ar", "en")
    assert [u.id for u in reading.units] == ["u1", "u2", "u7"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("unit", "message"), [
    (replace(UNITS[0], target_text="ok\x01"), r"unit 'u1': character U\+0001 after 'ok'"),
    (replace(UNITS[0], note="ok\ud800"), r"unit 'u1': lone surrogate U\+D800 after 'ok'"),
    (replace(UNITS[0], id="u 1"), "unit 'u 1': 'u 1' can't be an id"),
])
def test_what_cannot_be_written(tmp_path, version, unit, message):
    with pytest.raises(InputError, match=message):
        xliff.write(tmp_path / "a.xlf", HEADER, [unit], version=version)
    assert list(tmp_path.iterdir()) == []


def test_unknown_version(tmp_path):
    with pytest.raises(ValueError, match="XLIFF 3"):
        xliff.write(tmp_path / "a.xlf", HEADER, UNITS, version="3")


# --- Edited in a CAT tool --------------------------------------------------------------------------------------------


EDITS = {
    # id: (what a tool did, target, status, note)
    "2.1": {
        "text": ("u6", [("Said he.</target>\n        </segment>", "He spoke.</target>\n        </segment>")], "He spoke.", "approved", ""),
        "reviewed": ("u6", [('state="translated">\n          <source>قال.</source>\n          <target>Said',
                             'state="reviewed">\n          <source>قال.</source>\n          <target>Said')], "Said he.", "approved", ""),
        "taken back": ("u2", [('state="final"', 'state="initial"')], "He said.", "new", "Good & right"),
        "no longer rejected": ("u5", [('state="initial" subState="bitext:rejected"', 'state="final"')], "Nope", "approved", ""),
        "note": ("u2", [("Good &amp; right", "Hm")], "He said.", "approved", "Hm"),
    },
    "1.2": {
        "text": ("u6", [('<target state="needs-review-translation" state-qualifier="leveraged-mt">Said he.',
                         '<target state="translated">He spoke.')], "He spoke.", "approved", ""),
        "reviewed": ("u6", [('<target state="needs-review-translation" state-qualifier="leveraged-mt">Said he.',
                             '<target state="translated">Said he.')], "Said he.", "approved", ""),
        "taken back": ("u2", [(' approved="yes"', ""), ('state="final"', 'state="needs-translation"')], "He said.", "new", "Good & right"),
        "no longer rejected": ("u5", [('state="needs-translation" state-qualifier="rejected-inaccurate"', 'state="signed-off"')],
                               "Nope", "approved", ""),
        "note": ("u2", [("Good &amp; right", "Hm")], "He said.", "approved", "Hm"),
    },
}


@pytest.mark.parametrize(("version", "edit"), [(v, e) for v, edits in EDITS.items() for e in edits])
def test_changes_come_back(tmp_path, version, edit):
    name, replacements, target, status, note = EDITS[version][edit]
    path = tmp_path / "a.xlf"
    xliff.write(path, HEADER, UNITS, version=version)
    text = path.read_text("utf-8")
    for old, new in replacements:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    header, changes = xliff.read_changes(path, UNITS)
    assert (header.doc, header.source_sha256) == (HEADER.doc, HEADER.source_sha256)
    assert [(c.before.id, c.fits) for c in changes] == [(name, True)]
    after = changes[0].after
    assert (after.target_text, after.status, after.note) == (target, status, note)


def test_a_unit_that_changed_here_too_does_not_fit(tmp_path):
    xliff.write(tmp_path / "a.xlf", HEADER, UNITS)
    now = [replace(u, target_text="Something else") if u.id == "u6" else u for u in WITH_SOURCE if u.id != "u7"]
    _, changes = xliff.read_changes(tmp_path / "a.xlf", now)
    assert [(c.before and c.before.id, c.after.id, c.fits) for c in changes] == [("u6", "u6", False), (None, "u7", False)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tool_may_drop_what_it_does_not_know(tmp_path, version):
    path = tmp_path / "a.xlf"
    units = [u for u in WITH_SOURCE if u.origin != "human" and u.status == "new"]
    xliff.write(path, HEADER, units, version=version)
    text = re.sub(r' bitext:[\w-]+="[^"]*"', "", path.read_text("utf-8")).replace(">Said he.", ">He spoke.")
    path.write_text(text, "utf-8")
    changes = xliff.read_changes(path, units)[1]
    assert [(c.before.id, c.fits, c.after.target_text, c.after.status) for c in changes] == [
        ("u6", True, "He spoke.", "approved")]


# --- What other programs write ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "expected"), [
    ('<trans-unit id="a"><source>نعم</source><target>yes</target></trans-unit>', [("a", "نعم", "yes")]),
    ('<trans-unit id="a"><source>نعم</source></trans-unit>', [("a", "نعم", "")]),
    ('<group id="g"><group id="h"><trans-unit id="a"><source>س<g id="1">ص</g><x id="2"/><bpt id="3">code</bpt></source>'
     "<target>a<ph id='1'>{1}</ph>b</target></trans-unit></group></group>", [("a", "سص", "ab")]),
    ('<trans-unit id="a"><source>س. ص.</source><seg-source><mrk mtype="seg" mid="1">س.</mrk> <mrk mtype="seg" mid="2">ص.</mrk>'
     '</seg-source><target><mrk mtype="seg" mid="1">A.</mrk> <mrk mtype="seg" mid="2">B.</mrk></target></trans-unit>',
     [("a.1", "س.", "A."), ("a.2", "ص.", "B.")]),
    ('<trans-unit id="a"><source>س<mrk mtype="term">ص</mrk></source><target>t</target><alt-trans><source>x</source>'
     "<target>wrong</target></alt-trans></trans-unit>", [("a", "سص", "t")]),
    ('<trans-unit id="a"><source>1</source></trans-unit></body></file><file original="y" source-language="ar" '
     'target-language="en"><body><trans-unit id="a"><source>2</source></trans-unit>', [("a", "1", ""), ("2.a", "2", "")]),
])
def test_version_1(tmp_path, body, expected):
    assert texts(file(tmp_path, body)) == expected


@pytest.mark.parametrize(("body", "expected"), [
    ('<unit id="a"><segment><source>نعم</source><target>yes</target></segment></unit>', [("a", "نعم", "yes")]),
    ('<unit id="a"><segment id="s1"><source>س.</source><target>A.</target></segment><ignorable><source> </source></ignorable>'
     "<segment><source>ص.</source></segment></unit>", [("a.s1", "س.", "A."), ("a.2", "ص.", "")]),
    ('<unit id="a"><segment><source><pc id="1">س</pc><ph id="2"/><cp hex="0041"/><cp hex="0001"/><sc id="3"/>ص<mrk id="m">ع</mrk>'
     "</source></segment></unit>", [("a", "سAصع", "")]),
    ('<group id="g"><unit id="a"><mtc:matches xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0"><mtc:match ref="#1"><source>x</source>'
     "<target>wrong</target></mtc:match></mtc:matches><segment><source>س</source></segment></unit></group>", [("a", "س", "")]),
])
def test_version_2(tmp_path, body, expected):
    path = file(tmp_path, body, *TWO)
    assert texts(path) == expected
    assert (xliff.read(path).header.lang, xliff.read(path).header.target_lang) == ("ar", "en")


def test_tags_and_states_of_others(tmp_path):
    path = file(tmp_path, "".join(
        f'<unit id="{s}"><segment state="{s}"><source>س<ph id="1"/></source><target>t</target></segment></unit>'
        for s in ("initial", "translated", "reviewed", "final")), *TWO)
    found = list(xliff.read(path).units)
    assert [u.status for u in found] == ["new", "new", "approved", "approved"]
    assert {(u.flags, u.origin, u.score) for u in found} == {(("tags",), "human", 1.0)}
    assert [u.paragraph for u in found] == [0, 1, 2, 3]


@pytest.mark.parametrize(("text", "message"), [
    ('<!DOCTYPE xliff [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xliff version="1.2"><file source-language="ar" '
     'target-language="en"><body><trans-unit id="1"><source>&b;</source></trans-unit></body></file></xliff>', "declares XML entities"),
    ('<!DOCTYPE xliff [<!ENTITY a SYSTEM "x.dtd">]><xliff version="1.2"><file source-language="ar" target-language="en">'
     '<body><trans-unit id="1"><source>&a;</source></trans-unit></body></file></xliff>', "declares XML entities"),
    ('<xliff version="1.2"><file source-language="ar" target-language="en"><body>' + "<group>" * 100_000, "1: broken XML"),
    ('<xliff version="1.2"><file source-language="ar" target-language="en">\n<body><trans-unit id="1"><source>a &b</source>',
     "2: broken XML"),
    ('<xliff version="1.2"><file source-language="ar" target-language="en"><body><trans-unit id="1"><source>a</source>'
     "</trans-unit>", "1: broken XML"),
    ("", "broken XML"), ("words", "broken XML"), ("<html/>", "no XLIFF"), ('<xliff version="1.2"/>', "holds no <file>"),
    ('<xliff version="1.2"><file source-language="ar"><body/></file></xliff>', "names no target language"),
    ('<xliff version="1.2"><file><body/></file></xliff>', "names no source language"),
])
def test_hostile_and_foreign_files(tmp_path, text, message):
    (tmp_path / "x.xlf").write_text(text, "utf-8")
    with pytest.raises(InputError, match=rf"x\.xlf:.*{message}") as e:
        list(xliff.read(tmp_path / "x.xlf").units)
    assert "\n" not in str(e.value)


def test_a_target_language_can_be_given(tmp_path):
    path = file(tmp_path, '<trans-unit id="a"><source>نعم</source></trans-unit>',
                '<xliff version="1.2"><file original="x" source-language="ar"><body>')
    assert texts(path, target_lang="en") == [("a", "نعم", "")]


def test_reading_is_a_stream(tmp_path, monkeypatch):
    some = (Unit(f"u{n}", (), (), f"س {n}", f"t {n}", 1.0, "mt", paragraph=n // 4) for n in range(9000))
    xliff.write(tmp_path / "a.xlf", HEADER, some)
    from bitext.formats.xliff import reader

    taken, blocks = [], reader.blocks
    monkeypatch.setattr(reader, "blocks", lambda path: (taken.append(1) or b for b in blocks(path)))
    found = xliff.read(tmp_path / "a.xlf").units
    next(found)
    assert len(taken) == 1
    assert sum(1 for _ in found) == 8999
    assert len(taken) > 5
