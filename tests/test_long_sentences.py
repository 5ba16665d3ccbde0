import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.translation.long_sentences import cut


def up_to(n):
    return lambda text: len(text) <= n


@pytest.mark.parametrize(("text", "longest", "pieces"), [
    ("short", 10, ["short"]),
    ("", 1, [""]),
    ("كتب الولد، ثم نام؛ ثم قام، ثم خرج", 20, ["كتب الولد، ثم نام؛ ", "ثم قام، ثم خرج"]),
    ("كتب الولد الدرس، ونام البيت", 20, ["كتب الولد الدرس، ", "ونام البيت"]),
    ("كتب الولد الدرس ونام البيت", 20, ["كتب الولد الدرس ", "ونام البيت"]),
    ("قال \"كتب الولد،\" ثم نام", 18, ["قال \"كتب الولد،\" ", "ثم نام"]),
    ("he went home and she stayed", 20, ["he went home ", "and she stayed"]),
    ("عام 1,000 2,000", 12, ["عام ", "1,000 2,000"]),
    ("one two three four", 12, ["one two ", "three four"]),
    ("aaaaaaaaaa", 5, ["aaaaa", "aaaaa"]),
    ("،،،،،", 2, ["،،", "،", "،،"]),
])
def test_cases(text, longest, pieces):
    assert cut(text, up_to(longest)) == pieces


@given(st.text(st.sampled_from("كتب والثم 12،؛,;:–\n\"»a"), max_size=300), st.integers(1, 40))
def test_pieces_joined_are_the_sentence_and_all_fit(text, longest):
    pieces = cut(text, up_to(longest))
    assert "".join(pieces) == text
    assert all(len(p) <= longest for p in pieces)
    assert all(pieces) or pieces == [""]


@given(st.text(max_size=200))
def test_any_text(text):
    assert "".join(cut(text, up_to(7))) == text


def test_what_fits_is_not_touched():
    asked = []

    def fits(text):
        asked.append(text)
        return True
    assert cut("a; b", fits) == ["a; b"]
    assert asked == ["a; b"]


def test_a_line_of_a_million_letters():
    text = "كتب الولد الدرس، " * 60_000
    assert len(cut(text, up_to(10_000))) >= 100
    assert len(cut("ا" * 1_000_000, up_to(10_000))) == 128
