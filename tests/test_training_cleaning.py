"""Which pairs are learnt from. Needs nothing but the package itself."""

import lzma

import pytest

from bitext.errors import InputError
from bitext.training.cleaning import Pair, clean, fault, guard_key, guard_keys, read, unlike

LONG = "كتب الولد الدرس في البيت"


@pytest.mark.parametrize(("source", "target", "expected"), [
    (LONG, "The boy wrote the lesson at home.", ""),
    ("مرحبا", "Hello", ""),
    ("القاهرة", "Al-Qahirah, the city that others call Cairo", ""),         # one to three words: lengths say nothing
    (LONG, "Wrote", "length"),
    (LONG, "The boy wrote " + "the lesson and " * 10, "length"),
    ("", "Hello", "empty"),
    (LONG, "", "empty"),
    ("The boy wrote", "The boy wrote", "source's language"),
    ("Windows Server Update Services في", "Windows Server Update Services in", "source's language"),
    ("1234", "1234", "source's language"),
    ("افتح Windows الآن من فضلك", "Open Windows now, please", ""),
    (LONG, "The boy كتب the lesson at home", "target's language"),
    ("قال الرئيس إن الحكومة ستجتمع", "The president said the government would meet", "test set"),
])
def test_fault(source, target, expected):
    guard = {guard_key("قَالَ الرئيسُ: إنّ الحكومة ستجتمع!")}
    assert fault(Pair(source, target, 1.0), "ar", guard) == expected


def test_guard_sees_both_sides_and_other_spellings():
    guard = {guard_key(t) for t in ("The quick brown fox!", "إلى المدرسة")}
    assert fault(Pair("الثعلب البني السريع", "the  quick, brown Fox", 1), "ar", guard) == "test set"
    assert fault(Pair("الى المدرسه", "To school", 1), "ar", guard) == "test set"
    assert fault(Pair("الى المدرسه الكبيره", "To the big school", 1), "ar", guard) == ""


def test_guard_of_nothing_drops_nothing(tmp_path):
    (tmp_path / "dev.en").write_text("Hello world\n\n...\n", encoding="utf-8")
    guard = guard_keys([tmp_path / "dev.en"])
    assert guard == {"helloworld"}
    assert fault(Pair("نعم", "!!!", 1), "ar", guard) == ""


def test_clean_counts_reasons_and_keeps_the_first_of_equal_pairs():
    pairs = [Pair(LONG, "The boy wrote the lesson at home", 1.5), Pair(f" {LONG}", "The boy wrote the lesson at home ", .1),
             Pair("", "x", 1), Pair("abc", "abc", 1)]
    kept, dropped = clean(pairs, "ar")
    assert kept == [pairs[0]]
    assert dropped == {"twice": 1, "empty": 1, "source's language": 1}


def test_clean_joins_hamza_to_its_letter():
    kept, _ = clean([Pair("ا\u0654حمد يكتب", "Ahmad writes", 1)], "ar")
    assert kept[0].source == "أحمد يكتب"


def test_unlike_is_what_the_sentence_encoder_finds_so():
    pairs = [Pair("ذهبت البنت إلى المدرسة صباحا", "The girl went to school in the morning", 1),
             Pair("ذهبت البنت إلى المدرسة صباحا", "Interest rates were raised by the bank", 1)]
    assert unlike(pairs, "ar", "en", 0.4) == [False, True]


def test_unlike_needs_languages_that_the_encoder_knows():
    with pytest.raises(InputError, match="no sentence encoder for ar and ckb"):
        unlike([], "ar", "ckb", 0.4)


@pytest.mark.parametrize("name", ["pairs.tsv", "pairs.tsv.xz"])
def test_read(tmp_path, name):
    path = tmp_path / name
    data = "نعم\tyes\tw1\nلا\tno\r\n".encode()
    path.write_bytes(lzma.compress(data) if name.endswith("xz") else data)
    assert list(read(path, 0.5)) == [Pair("نعم", "yes", 0.5), Pair("لا", "no", 0.5)]


@pytest.mark.parametrize(("name", "data", "message"), [
    ("a.tsv", b"one column\n", r"a\.tsv:1: no tab"),
    ("a.tsv", b"\xff\tx\n", r"a\.tsv: can't be read"),
    ("a.tsv.xz", b"no xz", r"a\.tsv\.xz: can't be read"),
])
def test_read_says_what_is_wrong(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        list(read(tmp_path / name, 1.0))


def test_read_of_nothing(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        list(read(tmp_path / "none.tsv", 1.0))
