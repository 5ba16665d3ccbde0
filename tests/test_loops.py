import pytest

from bitext.translation.loops import loops, repeated


@pytest.mark.parametrize("text", [
    "the head of the head of the head of the state",
    "no no no no",
    "Mr. Mr. Mr. Mr. Smith agreed",
    "the United Nations, the United Nations, the United Nations",
    "He said, he said, he said.",
    "in the city and in the city, where in the city she, in the city",
    "of the gravity of the gravity, OF THE GRAVITY",
    "lalalalalala",
    "北京的北京的北京的",
])
def test_loops(text):
    assert loops(text)
    assert not loops(text, source=text)


@pytest.mark.parametrize("text", [
    "", " ", "One sentence with nothing said twice.", "very, very, very good", "No, no, no.", "ha ha ha",
    "from day to day, from week to week, from year to year", "1,000,000,000", "10000000000", "........", "------- ======",
    "The boy and the girl and the dog and the cat and the bird", "bye bye", "had had that that",
    "the law of the land of the people", "wwww", "5 0 5 0 7",
])
def test_good_text(text):
    assert not loops(text)


def test_a_loop_that_the_source_does_not_have():
    assert loops("no no no no no", "لا أبدا")
    assert not loops("no no no no no", "لا لا لا لا لا")


@pytest.mark.parametrize(("text", "share"), [("", 0), ("one two", 0), ("a b c d", 0), ("a b a b a b", 0.5), ("a " * 50, 47 / 48)])
def test_how_much_is_repeated(text, share):
    assert repeated(text) == pytest.approx(share)
