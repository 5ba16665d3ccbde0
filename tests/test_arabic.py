import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.arabic import comparison_key, key_words

SAME = [
    ("قَالَ الوَزِيرُ", "قال الوزير"),                     # vowel marks
    ("قـــال", "قال"),                                    # elongation
    ("أحمد إلى آخر ٱلبيت", "احمد الي اخر البيت"),          # alef in its forms, alef maqsura
    ("مدرسة", "مدرسه"),                                   # taa marbuta
    ("علی کتاب", "علي كتاب"),                             # Persian yeh and kaf, as some keyboards type them
    ("عام ٢٠٢٤ و۱۴", "عام 2024 و14"),                     # both kinds of Arabic digits
    ("١٬٥٠٠٫٢٥", "1,500.25"),
    ("\ufefbاحد", "لااحد"),                               # presentation forms
    ("قال\u200f  \u00a0ذلك\u061c", "قال ذلك"),            # invisible marks, spaces
    ("Ｅ５ ﬁle", "e5 file"),
    ("هٰذا", "هذا"),                                       # superscript alef
]
DIFFERENT = [("قال", "قالت"), ("علم", "علوم"), ("قال.", "قال؟"), ("5", "6"), ("سؤال", "سوال"), ("", "ا")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_the_same(one, other):
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_stays_different(one, other):
    assert comparison_key(one) != comparison_key(other)


@given(st.text())
def test_nothing_to_drop_is_left_in_a_key(text):
    key = comparison_key(text)
    assert key == " ".join(key.split())
    assert not set(key) & set("أإآٱىة٠۹\u0640\u064b\u200f\u00ad")


def test_words():
    assert key_words(comparison_key("بلغت ١٬٥٠٠٫٢٥ دولار، (في 3-4 أيام)!")) == ["بلغت", "1,500.25", "دولار", "في", "3", "4", "ايام"]
