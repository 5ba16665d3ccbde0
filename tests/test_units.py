import pytest

from bitext.records import Bead, Header, Segment, Translation
from bitext.units import build_units, human_targets, machine_targets

HEADER = Header("segments", "d", "ar", "00", settings={"rules": "ar.srx"})
SOURCE = [Segment("s1", 0, 0, 5, "عنوان"), Segment("s2", 1, 7, 12, "قال."), Segment("s3", 1, 13, 20, "وأضاف.")]


def build(target, beads):
    return build_units(HEADER, SOURCE, target, beads, target_lang="en", settings={"aligner": "x"})


def test_machine_translation_gives_a_unit_a_segment():
    made = [Translation("s1", "Title", -0.1), Translation("s2", "He said.", -0.2, flags=("retried",)),
            Translation("s3", "", -9.0, flags=("empty",))]
    header, units = build(machine_targets(made), [Bead((i,), (i,), 0.9) for i in range(3)])
    assert (header.schema, header.lang, header.target_lang, header.settings) == ("units", "ar", "en", {"aligner": "x"})
    assert [(u.id, u.source, u.target, u.origin) for u in units] == [
        ("u1", ("s1",), ("t1",), "mt"), ("u2", ("s2",), ("t2",), "mt"), ("u3", ("s3",), ("t3",), "mt")]
    assert [u.flags for u in units] == [(), ("retried",), ("empty",)]
    assert [u.paragraph for u in units] == [0, 1, 1]
    assert {u.status for u in units} == {"new"}


def test_merges_are_joined_and_one_sided_beads_flagged():
    target = human_targets([Segment("t1", 0, 0, 5, "Title"), Segment("t2", 1, 6, 9, "He said, and added."),
                            Segment("t3", 1, 9, 12, "More.")])
    _, units = build(target, [Bead((0,), (), 0.5), Bead((), (0,), 0.5), Bead((1, 2), (1,), 0.81234567), Bead((), (2,), 0.4)])
    assert [(u.source_text, u.target_text) for u in units] == [
        ("عنوان", ""), ("", "Title"), ("قال. وأضاف.", "He said, and added."), ("", "More.")]
    assert [u.flags for u in units] == [("one-sided",), ("one-sided",), (), ("one-sided",)]
    assert [u.paragraph for u in units] == [0, 0, 1, 1]
    assert units[2].score == 0.8123
    assert {u.origin for u in units} == {"human"}


@pytest.mark.parametrize(("origin", "score", "flags"), [("mt", 0.2, ("low-score",)), ("mt", 0.6, ()), ("copy", 1.0, ())])
def test_low_scores_and_copies(origin, score, flags):
    _, units = build(machine_targets([Translation("s1", "Title", None, origin)]), [Bead((0,), (0,), score)])
    assert units[0].flags == flags
