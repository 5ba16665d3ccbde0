import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import jsonl
from bitext.errors import HandoverError, InputError
from bitext.records import Header, Segment, Translation, Unit

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
COUNT = st.integers(0, 10**9)
HEADERS = st.builds(
    Header, schema=st.just(""), doc=TEXT, lang=TEXT, source_sha256=TEXT, target_lang=st.none() | TEXT,
    settings=st.dictionaries(TEXT, st.none() | st.booleans() | NUMBER | TEXT), made_by=st.just("bitext 0"),
)
SEGMENTS = st.builds(Segment, TEXT, COUNT, COUNT, COUNT, TEXT)
TRANSLATIONS = st.builds(Translation, TEXT, TEXT, st.none() | NUMBER, TEXT, TEXTS)
UNITS = st.builds(Unit, TEXT, TEXTS, TEXTS, TEXT, TEXT, NUMBER, TEXT, TEXTS, TEXT, COUNT, TEXT)
SEGMENT = Segment("s1", 0, 0, 3, "نعم")


@pytest.mark.parametrize(("kind", "records"), [(Segment, SEGMENTS), (Translation, TRANSLATIONS), (Unit, UNITS)])
def test_round_trip_of_several_documents(kind, records, tmp_path_factory):
    schema = jsonl.SCHEMAS[kind][0]
    path = tmp_path_factory.mktemp("jsonl") / "x.jsonl"

    @given(st.lists(st.tuples(HEADERS, st.lists(records, max_size=4)), min_size=1, max_size=3))
    def check(documents):
        documents = [(replace(h, schema=schema), r) for h, r in documents]
        with path.open("w", encoding="utf-8", newline="") as f:
            for header, rs in documents:
                jsonl.write_lines(f, header, rs)
        assert list(jsonl.read(path, kind)) == documents

    check()




def test_keys_stand_in_the_order_of_the_design(tmp_path):
    path = tmp_path / "u.jsonl"
    header = Header("units", "d", "ar", "00", "en", {"beam": 4})
    jsonl.write(path, header, [Unit("u1", ("s1",), ("t1",), "نعم", "Yes", 0.9, "mt", ("numbers",))])
    first, second = (list(json.loads(line)) for line in path.read_text("utf-8").splitlines())
    assert first == ["schema", "version", "doc", "lang", "target_lang", "made_by", "settings", "source_sha256"]
    assert second == ["id", "source", "target", "source_text", "target_text", "score", "origin", "flags", "status",
                      "paragraph"]
    assert "نعم" in path.read_text("utf-8")


GOOD = '{"schema":"bitext/segments","version":1,"doc":"d","lang":"ar","made_by":"x","settings":{},"source_sha256":"0"}\n'
RECORD = '{"id":"s1","paragraph":0,"start":0,"end":3,"text":"نعم"}\n'


@pytest.mark.parametrize(("content", "line", "says"), [
    ("", "", "empty"),
    (RECORD, ":1", "before any header"),
    (GOOD + RECORD[:-9], ":2", "cut off"),
    (GOOD + RECORD[:-1], ":2", "cut off"),
    (GOOD + "{\n", ":2", "no JSON"),
    (GOOD + "[]\n", ":2", "object was expected"),
    (GOOD + "[" * 100_000 + "\n", ":2", "no JSON"),
    (GOOD.replace('"version":1', '"version":2'), ":1", "version 2 is unknown"),
    (GOOD.replace('"version":1', '"version":"1"'), ":1", "version '1' is unknown"),
    (GOOD.replace("bitext/segments", "other/segments"), ":1", "no header"),
    (GOOD.replace("bitext/segments", "bitext/units"), ":1", "holds units, segments are needed"),
    (GOOD.replace('"doc":"d"', '"doc":1'), ":1", "doc is int"),
    (GOOD.replace('"settings":{}', '"settings":[]'), ":1", "settings"),
    (GOOD + RECORD.replace('"end":3', '"end":"3"'), ":2", "end is str"),
    (GOOD + RECORD.replace('"end":3', '"end":true'), ":2", "end is bool"),
    (GOOD + RECORD.replace(',"end":3', ""), ":2", "key 'end' is missing"),
    (GOOD + GOOD, "", "several documents"),
])
def test_broken_files_are_one_clear_error(content, line, says, tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(HandoverError) as e:
        jsonl.read_one(path, Segment)
    assert f"{path}{line}" in str(e.value)
    assert says in str(e.value)


def test_not_utf8(tmp_path):
    path = tmp_path / "s.jsonl"
    path.write_bytes(GOOD.encode() + b'{"id":"\xff"}\n')
    with pytest.raises(HandoverError, match="not UTF-8"):
        jsonl.read_one(path, Segment)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no\.jsonl"):
        jsonl.read_one(tmp_path / "no.jsonl", Segment)


def test_a_lone_surrogate_leaves_the_old_file(tmp_path):
    path, header = tmp_path / "s.jsonl", Header("segments", "d", "ar", "0")
    jsonl.write(path, header, [SEGMENT])
    before = path.read_bytes()
    with pytest.raises(InputError, match="surrogate"):
        jsonl.write(path, header, [SEGMENT, Segment("s2", 0, 4, 5, "\ud800")])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
