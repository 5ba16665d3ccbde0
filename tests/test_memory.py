"""A memory: what it finds, what it keeps through kills and damage."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.errors import InputError, MemoryFileError
from bitext.records import Header, Segment, Unit
from bitext.translation.memory import Memory, Pair, pairs_of, suggestions, translate_with_memory
from bitext.translation.memory.numbers import substitute

from fakes import FakeTranslator


def unit(source, target, *, status="approved", origin="human", n=1):
    return Unit(f"u{n}", (), (), source, target, 1.0, origin, status=status)


@pytest.fixture
def memory(tmp_path):
    with Memory.create(tmp_path / "a.memory", "ar", "en") as m:
        yield m


def document(*rows):
    return pairs_of(unit(s, t) for s, t in rows)


# --- What is found ----------------------------------------------------------------------------------------------------


def test_the_same_text_is_found_in_other_spelling(memory):
    memory.add([Pair("قال الوزير إن المدرسة أُغلقت.", "The minister said the school was closed.", approved=True)])
    found = memory.exact("قال  الوزير ان المدرسه اغلقت.")
    assert (found.target, found.score, found.approved) == ("The minister said the school was closed.", 1.0, True)
    assert found.source == "قال الوزير إن المدرسة أُغلقت."  # what is stored is never changed
    assert memory.exact("قال الوزير إن المدرسة فُتحت.") is None


def test_neighbours_decide_between_translations(memory):
    memory.add(document(("ضرب الوزير مثلا.", "The minister gave an example."), ("نعم.", "Yes."), ("شكرا.", "Thanks.")))
    memory.add(document(("هل سمعتم؟", "Did you hear?"), ("نعم.", "Yes, we did."), ("حسنا.", "Good.")))
    assert memory.exact("نعم.", "ضرب الوزير مثلا.", "شكرا.").target == "Yes."
    assert memory.exact("نعم.", "هل سمعتم؟", "حسنا.").target == "Yes, we did."
    assert memory.exact("نعم.", "", "شكرا.").target == "Yes."      # one neighbour
    assert memory.exact("نعم.").target == "Yes, we did."            # none: the newest


def test_approved_comes_before_newer_and_the_same_spelling_before_another(memory):
    memory.add([Pair("كتاب", "book", approved=True), Pair("كتاب", "a book")])
    assert memory.exact("كتاب").target == "book"
    memory.add([Pair("على", "on", approved=True), Pair("علي", "Ali", approved=True)])
    assert memory.exact("على").target == "on"
    assert memory.exact("علي").target == "Ali"


def test_a_pair_that_comes_again_is_the_newest_and_stays_approved(memory):
    assert memory.add([Pair("بيت", "house", approved=True)]) == (1, 0)
    assert memory.add([Pair("بيت", "home", approved=True)]) == (1, 0)
    assert memory.exact("بيت").target == "home"
    assert memory.add([Pair("بيت", "house")]) == (0, 1)
    found = memory.exact("بيت")
    assert (found.target, found.approved) == ("house", True)
    assert memory.stats().units == 2


NUMBERS = [
    ("المادة 5", "Article 5", "المادة 7", "Article 7"),
    ("المادة 5", "Article 5", "المادة ٧", "Article 7"),
    ("في 3 أيام و3 ليال", "in 3 days and 3 nights", "في 4 أيام و4 ليال", "in 4 days and 4 nights"),
    ("من 1 إلى 2", "from 1 to 2", "من 2 إلى 1", "from 2 to 1"),
    ("بلغ 1,500.25 دولار", "It was $1,500.25.", "بلغ ٩٩٫٥ دولار", "It was $99.5."),
    ("Article 5", "المادة ٥", "Article 12", "المادة ١٢"),
    ("في 3 أيام و3 ليال", "in 3 days and 3 nights", "في 4 أيام و5 ليال", None),  # which 3 is which?
    ("قبل 3 أيام", "three days ago", "قبل 4 أيام", None),
    ("بلغ 1500 دولار", "It was $1,500.", "بلغ 1600 دولار", None),
    ("خلال 2 كلم", "½ or 2 km", "خلال 3 كلم", None),             # ½ is 1⁄2 by its key
    ("في 5", "in 5, or 5", "في 6", None),
]


@pytest.mark.parametrize(("old", "target", "source", "expected"), NUMBERS)
def test_numbers_are_replaced_where_that_is_safe(old, target, source, expected, memory):
    assert substitute(old, target, source) == expected
    memory.add([Pair(old, target, approved=True)])
    found = memory.exact(source)
    assert (found and (found.target, found.numbers, found.score)) == (expected and (expected, True, 0.99))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4, unique=True), st.data())
def test_all_numbers_arrive(old, data):
    new = data.draw(st.lists(st.integers(0, 10**6), min_size=len(old), max_size=len(old)))
    form = " ".join(f"س {n}" for n in old), " ".join(f"x {n}" for n in old)
    assert substitute(*form, " ".join(f"س {n}" for n in new)) == " ".join(f"x {n}" for n in new)


def test_similar_texts_best_first(memory):
    memory.add([
        Pair("أعلن الجيش اليمني إسقاط طائرة مسيرة غربي مأرب", "drone west of Marib"),
        Pair("أعلن الجيش اليمني إسقاط طائرة مسيرة شرقي مأرب أمس", "drone east of Marib"),
        Pair("أعلن الوزير أمس زيارة جديدة إلى مصر", "visit"),
    ])
    found = memory.similar("أعلن الجيش اليمني إسقاط طائرة مسيرة شرقي مأرب")
    assert [(m.target, m.score) for m in found] == [("drone east of Marib", round(8 / 9, 4)), ("drone west of Marib", 7 / 8)]
    assert [m.target for m in memory.similar("أعلن الجيش اليمني إسقاط طائرة مسيرة شرقي مأرب", limit=1)] == ["drone east of Marib"]
    # the same words with another mark are similar, not the same
    assert [m.score for m in memory.similar("أعلن الوزير أمس زيارة جديدة إلى مصر؟")] == [0.99]
    assert memory.similar("كلمات أخرى لا يعرفها أحد هنا") == []
    assert memory.similar("؟!") == memory.similar("") == []


def test_the_index_finds_what_comparing_with_all_finds(memory):
    from rapidfuzz.distance import Levenshtein

    rng = random.Random(7)
    words = [f"ك{chr(0x628 + n % 20)}{chr(0x628 + n // 20)}" for n in range(60)]
    sources = sorted({" ".join(rng.choices(words, weights=range(60, 0, -1), k=rng.randint(1, 9))) for _ in range(400)})
    memory.add(Pair(s, f"T{n}") for n, s in enumerate(sources))
    from bitext.arabic import comparison_key
    hits = 0
    for _ in range(150):
        query = rng.choice(sources).split()
        for _ in range(rng.randint(0, 2)):
            query[rng.randrange(len(query))] = rng.choice(words)
        text = " ".join(query)
        key = comparison_key(text).split()
        scores = {s: Levenshtein.normalized_similarity(key, comparison_key(s).split()) for s in sources}
        expected = {s for s, score in scores.items() if score >= 0.75 and comparison_key(s).split() != key}
        assert {m.source for m in memory.similar(text, limit=1000)} == expected
        hits += len(expected)
    assert hits > 40


def test_units_that_contain_words(memory):
    memory.add([Pair("ذهب الوزير إلى مصر", "1"), Pair("عاد الوزير من مصر", "2"), Pair("ذهب السفير", "3")])
    assert [m.target for m in memory.containing("مصر الوزير")] == ["2", "1"]
    assert memory.containing('"') == []


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), max_size=8))
def test_any_text_goes_in_and_comes_out(rows):
    rows = [(s.encode("utf-8", "replace").decode(), t.encode("utf-8", "replace").decode()) for s, t in rows]
    with Memory(None, memory_db()) as memory:
        memory.add(Pair(s, t) for s, t in rows)
        assert {(p.source, p.target) for p in memory.pairs()} == set(rows)
        for s, _ in rows:
            assert memory.exact(s).score == 1
            memory.similar(s)
            memory.containing(s)


def memory_db():
    from bitext.translation.memory import store

    db = sqlite3.connect(":memory:", isolation_level=None)
    store.make(db, "ar", "en")
    return db


def test_a_sentence_of_boilerplate_stays_quick_to_look_up(memory):
    memory.add(Pair("نعم.", "Yes.", approved=True, before=n + 1, after=n + 2) for n in range(1000))
    memory.add([Pair("نعم.", "Yes!", approved=True)])
    assert memory.stats().units <= 102
    assert memory.exact("نعم.").target == "Yes!"


# --- In the pipeline --------------------------------------------------------------------------------------------------


def test_approved_translations_stand_in_for_the_engine(memory):
    memory.add(document(("نعم.", "Yes."), ("المادة 5", "Article 5")))
    memory.add([Pair("لا.", "No.")])
    texts = ["نعم.", "لا.", "المادة 6", "شيء آخر", "2024"]
    segments = [Segment(f"s{n}", 0, 0, 1, t) for n, t in enumerate(texts, 1)]
    translator = FakeTranslator()
    header, made = translate_with_memory(Header("segments", "d", "ar", "0"), segments, translator, memory, beam_size=2)
    assert [(t.id, t.text, t.origin, t.flags) for t in made] == [
        ("s1", "Yes.", "memory", ()), ("s2", "[ar→en] لا.", "mt", ()), ("s3", "Article 6", "memory", ("other-numbers",)),
        ("s4", "[ar→en] شيء آخر", "mt", ()), ("s5", "2024", "copy", ())]
    assert translator.calls == [(("لا.", "شيء آخر", "2024"), 2)]
    assert header.settings["memory"] == memory.state
    assert (header.schema, header.target_lang) == ("translations", "en")


def test_a_memory_of_other_languages_is_refused(memory, tmp_path):
    with pytest.raises(InputError, match="ar–en"):
        translate_with_memory(Header("segments", "d", "fr", "0"), [], FakeTranslator("fr"), memory)
    with pytest.raises(InputError, match="ar–en, this is fr–en"):
        Memory.create(tmp_path / "a.memory", "fr", "en")


def test_only_what_people_vouch_for_is_kept():
    units = [unit("ا", "approved mt", origin="mt"), unit("ب", "mt", origin="mt", status="new"), unit("ت", "human", status="new"),
             unit("ث", "wrong", status="rejected"), unit("", "one-sided"), unit("ج", "", status="new"), unit("ح", "tm", origin="memory", status="new")]
    kept = list(pairs_of(units))
    assert [(p.target, p.approved) for p in kept] == [("approved mt", True), ("human", False), ("tm", False)]
    assert kept[0].before == 0
    assert kept[0].after  # what isn't kept is a neighbour all the same
    assert [p.target for p in pairs_of(units, approve=True)] == ["approved mt", "mt", "human", "tm"]


def test_suggestions_for_units_that_nobody_decided_on(memory):
    memory.add([Pair("أعلن الجيش اليمني إسقاط طائرة", "the army shot a plane down", approved=True)])
    new = "أعلن الجيش السوري إسقاط طائرة"
    units = [unit(new, "x", origin="mt", status="new", n=1), unit(new, "x", origin="mt", n=2), unit(new, "x", status="new", n=3)]
    found = suggestions(memory, units)
    assert {i: [(m.target, m.score) for m in ms] for i, ms in found.items()} == {"u1": [("the army shot a plane down", 0.8)]}


# --- The file ---------------------------------------------------------------------------------------------------------


def test_the_same_writes_give_the_same_state(tmp_path):
    states = []
    for name in "ab":
        with Memory.create(tmp_path / name, "ar", "en") as m:
            states.append(m.state)
            m.add(document(("نعم.", "Yes."), ("لا.", "No.")))
            states.append(m.state)
    assert states[0] == states[2] != states[1] == states[3]


WRITER = """
import sys
from pathlib import Path
from bitext.translation.memory import Memory, Pair, store
store.BATCH, store.COMMIT = 10, 2
with Memory.create(Path(sys.argv[1]), "ar", "en") as m:
    def pairs():
        for n in range(10**9):
            if n % 20 == 0 and n:
                print(n, flush=True)  # 20 a commit: the ones before the last 20 are committed now
            yield Pair(f"جملة {n} عن شيء", f"sentence {n}", approved=True)
    m.add(pairs())
"""


def test_killed_while_writing(tmp_path):
    path = tmp_path / "k.memory"
    committed = 0
    for seed in range(4):
        process = subprocess.Popen([sys.executable, "-c", WRITER, path], stdout=subprocess.PIPE, text=True)
        seen = 0
        for line in process.stdout:
            seen = int(line)
            if seen >= 100 + 60 * seed:
                break
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")
        process.wait()
        process.stdout.close()
        committed = max(committed, max([seen, *(int(n) for n in rest[:-1] if n)]) - 20)
        with Memory.open(path) as memory:
            stats = memory.stats()  # checks the file
            assert stats.units >= committed
            assert stats.units % 20 == 0  # a commit whole or not at all
            assert [(p.source, p.target) for p in memory.pairs()] == \
                [(f"جملة {n} عن شيء", f"sentence {n}") for n in range(stats.units)]
            assert memory.similar(f"جملة {stats.units - 1} عن كل شيء")
    assert committed >= 200


READER = """
import sys
from pathlib import Path
from bitext.translation.memory import Memory
with Memory.open(Path(sys.argv[1])) as m:
    seen = 0
    while seen < 2000:
        now = sum(1 for _ in m.pairs())
        assert now >= seen and now % 100 == 0, (seen, now)
        assert m.exact("جملة 0").target == "sentence 0"
        seen = now
"""


def test_many_read_while_one_writes(tmp_path, monkeypatch):
    from bitext.translation.memory import store

    monkeypatch.setattr(store, "BATCH", 50)
    monkeypatch.setattr(store, "COMMIT", 2)
    path = tmp_path / "m.memory"
    with Memory.create(path, "ar", "en") as m:
        m.add(Pair(f"جملة {n}", f"sentence {n}") for n in range(100))
        readers = [subprocess.Popen([sys.executable, "-c", READER, path], stderr=subprocess.PIPE, text=True) for _ in range(3)]
        time.sleep(0.2)
        for start in range(100, 2000, 100):
            m.add(Pair(f"جملة {n}", f"sentence {n}") for n in range(start, start + 100))
        for r in readers:
            assert (r.communicate(timeout=50)[1], r.returncode) == ("", 0)


def test_a_second_writer_waits_its_turn_and_then_says_so(tmp_path, monkeypatch):
    from bitext.translation.memory import store

    monkeypatch.setattr(store, "BUSY", 0.05)
    path = tmp_path / "w.memory"
    with Memory.create(path, "ar", "en") as first, Memory.create(path, "ar", "en") as second:
        def pairs():
            yield Pair("ا", "a")
            with pytest.raises(MemoryFileError, match="another process has been writing"):
                second.add([Pair("ب", "b")])
            yield Pair("ت", "c")

        monkeypatch.setattr(store, "BATCH", 1)
        first.add(pairs())
        assert second.add([Pair("ب", "b")]) == (1, 0)
        assert first.stats().units == 3


def filled(path, n=3000):
    with Memory.create(path, "ar", "en") as m:
        m.add(Pair(f"هذه جملة عن الموضوع {chr(0x628 + k % 20)} ورقمها {k}", f"this is sentence {k}", approved=k % 2 == 0) for k in range(n))
    return path


@pytest.mark.parametrize("fault", ["head", "middle", "end", "text", "empty"])
def test_a_damaged_file_is_named_with_what_to_do(fault, tmp_path):
    path = filled(tmp_path / "d.memory")
    data = bytearray(path.read_bytes())
    match fault:
        case "head":
            data[:100] = os.urandom(100)
        case "middle":
            data[8192:len(data) // 2] = bytes(len(data) // 2 - 8192)
        case "end":
            del data[len(data) // 2:]
        case "text":
            data[:] = b"no memory, a text\n" * 100
        case "empty":
            data[:] = b""
    path.write_bytes(data)
    with pytest.raises(MemoryFileError, match=r"d\.memory: ") as e, Memory.open(path) as m:
        m.stats()
    assert "\n" not in str(e.value)
    assert ("bitext memory repair" in str(e.value)) == (fault != "empty")


def test_what_can_be_read_is_saved(tmp_path):
    path = filled(tmp_path / "d.memory")
    with Memory.open(path) as m:
        whole = [(p.source, p.target, p.approved) for p in m.pairs()]
        root, = m._db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'units'").fetchone()
        pages = [n for n, in m._db.execute("SELECT pageno FROM dbstat WHERE name = 'units' AND pagetype = 'leaf'")]
    assert root not in pages
    data = bytearray(path.read_bytes())
    for page in pages[3:5]:
        data[(page - 1) * 4096:page * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with Memory.open(path) as m:
        with pytest.raises(MemoryFileError, match="memory repair"):
            list(m.pairs())
        saved = [(p.source, p.target, p.approved) for p in m.salvage()]
    per_page = len(whole) / len(pages)
    assert len(whole) - 3 * per_page <= len(saved) < len(whole)
    assert set(saved) < set(whole)
    assert saved == sorted(saved, key=whole.index)


def test_foreign_files_are_told_from_memories(tmp_path):
    other = tmp_path / "other.db"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE t (a)")
    db.close()
    before = other.read_bytes()
    with pytest.raises(MemoryFileError, match="no bitext memory"):
        Memory.open(other)
    with pytest.raises(MemoryFileError, match="no bitext memory"):
        Memory.create(other, "ar", "en")
    assert other.read_bytes()[100:] == before[100:]
    newer = filled(tmp_path / "newer.memory", 1)
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(MemoryFileError, match="version 2 is unknown"):
        Memory.open(newer)
    with pytest.raises(InputError, match="no such memory"):
        Memory.open(tmp_path / "none.memory")
