import json
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext import review
from bitext.errors import BitextError, HandoverError, InputError
from bitext.review.verdicts import Decision, State, Verdict, format_verdict, parse_verdict
from pages import HEADER, UNITS

U = {u.id: u for u in UNITS}


def state(u):
    return State(u.source_text, u.target_text, u.status, u.note)


def verdict(unit_id, *, base=None, **changes):
    """A verdict on one unit."""
    u = base or U[unit_id]
    given = {"source_text": u.source_text, "target_text": u.target_text, "status": u.status, "note": u.note}
    return Verdict((unit_id,), (state(u),), (Decision((unit_id,), **{**given, **changes}),))


def reshaped(unit_ids, *decisions):
    return Verdict(tuple(unit_ids), tuple(state(U[i]) for i in unit_ids), tuple(decisions))


def save(path, *verdicts, **changes):
    header = {"schema": "bitext/review", "version": 1, "doc": "article", "lang": "ar", "target_lang": "en",
              "made_by": "bitext 0", "source_sha256": "0" * 64, "units_sha256": "1" * 64, "reviewer": "",
              "verdicts": len(verdicts)} | changes
    lines = [header, *map(format_verdict, verdicts)]
    path.write_text("".join(json.dumps(o, ensure_ascii=False) + "\n" for o in lines), "utf-8", newline="\n")
    return path


APPROVE_3 = verdict("u3", status="approved")
EDIT_4 = verdict("u4", target_text="And 2021 was the end.", status="approved", note="better")
MERGE_56 = reshaped(["u5", "u6"], Decision(("u5", "u6"), "واحد اثنان. ثلاثة أربعة. واحد اثنان.", "One two. Three four. One two."))
SPLIT_5 = reshaped(["u5"], Decision(("u5",), "واحد اثنان.", "One two."),
                   Decision(("u5",), "ثلاثة أربعة.", "Three four.", "approved"))
MOVE_56 = reshaped(["u5", "u6"], Decision(("u5",), U["u5"].source_text, "One two."),
                   Decision(("u5", "u6"), U["u6"].source_text, "Three four. One two (three."))
DISMISS_6 = verdict("u6", dismissed=("brackets",))
EVERY_KIND = [APPROVE_3, EDIT_4, SPLIT_5, DISMISS_6]


def test_round_trip(tmp_path):
    for v in (*EVERY_KIND, MERGE_56, MOVE_56):
        assert parse_verdict(format_verdict(v)) == v
    header, verdicts = review.read_verdicts(save(tmp_path / "r", *EVERY_KIND, reviewer="Ann"))
    assert (header.reviewer, header.doc, verdicts) == ("Ann", "article", EVERY_KIND)


def test_approval_changes_nothing_else(tmp_path):
    units, conflicts = review.apply(HEADER, UNITS, [save(tmp_path / "r", APPROVE_3)])
    assert units == [replace(u, status="approved") if u.id == "u3" else u for u in UNITS]
    assert conflicts == []


def test_correction(tmp_path):
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", EDIT_4)])
    u = units[3]
    assert (u.target_text, u.status, u.note, u.origin, u.flags) == \
        ("And 2021 was the end.", "approved", "better", "human", ())
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", verdict("u4", target_text="The the end"))])
    assert units[3].flags == ("numbers", "repeated", "end-mark")


def test_dismissed_flags_go(tmp_path):
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", DISMISS_6)])
    assert units[5].flags == ("low-score",)


def test_merge_split_move(tmp_path):
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", MERGE_56)])
    assert [u.id for u in units] == ["u1", "u2", "u3", "u4", "u5", "u7", "u8"]
    assert (units[4].source, units[4].target, units[4].score, units[4].origin) == (("s5", "s6"), ("t5", "t6"), 0.42, "human")
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", SPLIT_5)])
    assert [(u.id, u.target_text, u.paragraph) for u in units[4:6]] == [("u5", "One two.", 4), ("u5.2", "Three four.", 4)]
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "r", MOVE_56)])
    assert [(u.id, u.source, u.target) for u in units[4:6]] == [("u5", ("s5",), ("t5",)), ("u6", ("s5", "s6"), ("t5", "t6"))]


@pytest.mark.parametrize("verdicts", [EVERY_KIND, [MERGE_56], [MOVE_56], [SPLIT_5]])
def test_twice_changes_nothing(tmp_path, verdicts):
    file = save(tmp_path / "r", *verdicts)
    once, _ = review.apply(HEADER, UNITS, [file])
    assert once != UNITS
    assert review.apply(HEADER, once, [file]) == (once, [])
    assert review.apply(HEADER, UNITS, [file, file]) == (once, [])


def test_files_in_any_order(tmp_path):
    files = [save(tmp_path / "a", APPROVE_3), save(tmp_path / "b", EDIT_4, SPLIT_5), save(tmp_path / "c", DISMISS_6, APPROVE_3)]
    results = [review.apply(HEADER, UNITS, order) for order in permutations(files)]
    assert results.count(results[0]) == len(results)
    assert results[0][1] == []
    assert results[0][0][2].status == "approved"


def test_reviewers_who_disagree(tmp_path):
    a = save(tmp_path / "a", APPROVE_3, EDIT_4, reviewer="Ann")
    b = save(tmp_path / "b", verdict("u3", status="rejected"), reviewer="Bob")
    for files in ([a, b], [b, a]):
        units, conflicts = review.apply(HEADER, UNITS, files)
        assert units[2] == UNITS[2]
        assert units[3].status == "approved"
        assert [str(c) for c in conflicts] == [f"{a} (Ann): u3: {b} says otherwise", f"{b} (Bob): u3: {a} says otherwise"]


def test_overlapping_shapes_disagree(tmp_path):
    files = [save(tmp_path / "a", MERGE_56), save(tmp_path / "b", DISMISS_6)]
    units, conflicts = review.apply(HEADER, UNITS, files)
    assert units == UNITS
    assert len(conflicts) == 2


def test_one_after_the_other_overwrites_nothing(tmp_path):
    units, _ = review.apply(HEADER, UNITS, [save(tmp_path / "a", APPROVE_3)])
    again, conflicts = review.apply(HEADER, units, [save(tmp_path / "b", verdict("u3", status="rejected"))])
    assert again == units
    assert [c.reason for c in conflicts] == ["the unit has changed since"]


@pytest.mark.parametrize("changes", [{"target_text": "Other."}, {"status": "approved"}, {"note": "x"}])
def test_changed_since(tmp_path, changes):
    units = [replace(u, **changes) if u.id == "u3" else u for u in UNITS]
    result, conflicts = review.apply(HEADER, units, [save(tmp_path / "r", verdict("u3", status="rejected"), EDIT_4)])
    assert result[2] == units[2]
    assert result[3].status == "approved"
    assert [(c.verdict.units, c.reason) for c in conflicts] == [(("u3",), "the unit has changed since")]


def test_ids_that_moved_are_found_by_text(tmp_path):
    moved = [replace(UNITS[0], id="u1"), *(replace(u, id=f"u{n}") for n, u in enumerate(UNITS, 2))]
    file = save(tmp_path / "r", APPROVE_3, SPLIT_5, source_sha256="9" * 64)
    units, conflicts = review.apply(replace(HEADER, source_sha256="8" * 64), moved, [file])
    assert conflicts == []
    assert [u.id for u in units if u.status == "approved"] == ["u4", "u6.2"]
    assert review.apply(HEADER, units, [file]) == (units, [])


def test_gone(tmp_path):
    units, conflicts = review.apply(HEADER, UNITS[:2], [save(tmp_path / "r", APPROVE_3)])
    assert units == UNITS[:2]
    assert [c.reason for c in conflicts] == ["the unit is gone"]


GOOD = json.dumps(format_verdict(APPROVE_3), ensure_ascii=False)


@pytest.mark.parametrize(("old", "new", "message"), [
    ("", None, "last line is cut off"),
    ('"version": 1', '"version": 2', "version 2 is unknown"),
    ("bitext/review", "bitext/units", "a review file is needed"),
    ("bitext/review", "other/review", "no header of a bitext"),
    ('"verdicts": 1', '"verdicts": 2', "2 verdicts are announced, 1 found"),
    ('"verdicts": 1', '"verdicts": true', "verdicts is bool"),
    ('"doc": "article"', '"doc": "x"', None),           # same source: goes on
    ('"target_lang": "en"', '"target_lang": "fr"', "ar–fr"),
    ('"target_lang": "en", ', "", "'target_lang' is missing"),
    ('"approved"', '"perfect"', "status 'perfect'"),
    ('"was": [', '"was": [1, ', "no list of objects"),
    ('"was": [', '"was": [{}, ', "is missing"),
    ('"dismissed": []', '"dismissed": 1', "no list of strings"),
    ('"dismissed": []', '"dismissed": [1]', "no list of strings"),
    ('"units": ["u3"], "source', '"units": ["u4"], "source', "takes text from other units"),
    ('"units": ["u3"], "was', '"units": ["u3", "u3"], "was', "2 units with 1 former"),
    ('"units": ["u3"], "source_text": "قال', '"units": ["u3"], "source_text": "غير', "changes the source text"),
    ('"target_text": "The leader', '"target_text": "\\u0000The', None),  # in `was`: only does not fit
    ('"note": "", "dismissed"', '"note": "\\ud800", "dismissed"', "U+D800"),
    ('"note": "", "dismissed"', '"note": "\\u0007", "dismissed"', "U+0007"),
    ('"note": "", "dismissed"', '"note": 5, "dismissed"', "note is int"),
    ('"reviewer": ""', '"reviewer": ["x"]', "reviewer is list"),
    ('{"units"', '["units"', "no JSON"),
    ('{"units"', "[" * 100_000 + '{"units"', "no JSON"),
    ('{"units": ["u3"], "was"', '{"was"', "'units' is missing"),
])
def test_damaged_files_apply_nothing(tmp_path, old, new, message):
    good = save(tmp_path / "good", APPROVE_3).read_text("utf-8")
    bad = tmp_path / "bad.review.jsonl"
    assert old in good
    bad.write_text(good[:-10] if new is None else good.replace(old, new, 1), "utf-8", newline="\n")
    other = save(tmp_path / "other", EDIT_4)
    if message is None:
        review.apply(HEADER, UNITS, [bad, other])
        return
    with pytest.raises(HandoverError, match=r"bad\.review\.jsonl") as e:
        review.apply(HEADER, UNITS, [other, bad])
    assert message in str(e.value)
    assert "\n" not in str(e.value)


def test_two_verdicts_on_one_unit(tmp_path):
    with pytest.raises(HandoverError, match="two verdicts on u3"):
        review.read_verdicts(save(tmp_path / "r", APPROVE_3, verdict("u3", status="rejected")))


def test_another_document(tmp_path):
    with pytest.raises(HandoverError, match="reviews 'x', these are the units of 'article'"):
        review.apply(HEADER, UNITS, [save(tmp_path / "r", APPROVE_3, doc="x", source_sha256="2" * 64)])


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"\xef\xbb\xbf{}\n", b"%PDF-1.7\n"])
def test_foreign_bytes(tmp_path, content):
    (tmp_path / "r").write_bytes(content)
    with pytest.raises(HandoverError):
        review.read_verdicts(tmp_path / "r")
    with pytest.raises(InputError):
        review.read_verdicts(tmp_path / "missing")


@given(st.data())
def test_any_damage_is_one_error(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("damage") / "r"
    good = save(file, *EVERY_KIND).read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + data.draw(st.binary(max_size=3)) + good[at + data.draw(st.integers(0, 3)):]
    file.write_bytes(bad)
    try:
        units, conflicts = review.apply(HEADER, UNITS, [file])
    except BitextError as e:
        assert "\n" not in str(e).replace(str(file), "")  # noqa: PT017
    else:
        squashed = "".join("".join(u.source_text for u in units).split())
        assert squashed == "".join("".join(u.source_text for u in UNITS).split())
        assert all(str(c) for c in conflicts)
