import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.records import Document
from bitext.segmentation import segment, segment_document
from bitext.segmentation.wrapping import is_wrapped, join_lines

from conftest import ARTICLE

PROSE = [
    "خرج التاجر من بيته قبل شروق الشمس بقليل. كان السوق ما يزال خاليا، ولم يفتح أحد دكانه بعد. جلس على مقعد من خشب قرب "
    "الباب، وأخرج دفترا صغيرا يسجل فيه ما باعه في الأسبوع الماضي وما بقي عنده من القماش.",
    "جاءت امرأة تسأل عن ثوب أزرق لابنتها التي ستتزوج بعد شهر. قال لها إن القافلة تأخرت في الطريق! فعادت إلى بيتها وهي "
    "تفكر في أمر الثوب، وفي ما ستقوله لابنتها حين تسألها عنه في المساء.",
    "لم يكن في الدكان شيء يليق بعرس.",
]
VERSE = "\n".join(["على الدرب نمضي ولا نلتفت", "ونحمل في القلب ما لا يقال", "وكم من صديق هنا قد رحل",
                   "وكم من طريق هناك استطال", "نغني إذا ضاق عنا المدى", "ونبكي إذا مر طيف الخيال"])
LIST = "\n".join(f"• البند رقم {i} من جدول الأعمال" for i in range(9))
SENTENCES = "\n".join(s + "." for p in PROSE for s in p.split(". "))


def wrap(width, paragraphs=PROSE, gap="\n\n"):
    return gap.join("\n".join(textwrap.wrap(p, width)) for p in paragraphs)


def texts(text, **options):
    return [s.text for s in segment(text, **options)]


@pytest.mark.parametrize("width", [45, 60, 72, 80])
@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n", "\n  \n"])
def test_wrapped_text_is_cut_as_if_it_were_not(width, gap):
    wrapped = wrap(width, gap=gap)
    assert is_wrapped(wrapped)
    assert texts(wrapped) == texts("\n".join(PROSE))
    assert [s.paragraph for s in segment(wrapped)] == [s.paragraph for s in segment("\n".join(PROSE))]


def test_offsets_span_the_lines():
    wrapped = wrap(60)
    for s in segment(wrapped):
        assert " ".join(wrapped[s.start:s.end].split()) == s.text


def test_article_wrapped():
    text = ARTICLE.read_text(encoding="utf-8")
    paragraphs = [line for line in text.splitlines() if line]
    assert texts(wrap(70, paragraphs)) == texts(text)


def test_vowel_marks_take_no_column():
    """Lines broken by an editor that counts columns: their lengths in characters differ."""
    marked = [p.replace("ت", "تَّ").replace("خ", "خُ") if i == 0 else p for i, p in enumerate(PROSE)]
    lines = [line.replace("ت", "تَّ").replace("خ", "خُ") for line in textwrap.wrap(PROSE[0], 60)]
    wrapped = "\n\n".join(["\n".join(lines), wrap(60, PROSE[1:])])
    assert texts(wrapped) == texts("\n".join(marked))


@pytest.mark.parametrize("text", [
    VERSE, LIST, SENTENCES, "\n".join(PROSE), "\n\n".join(PROSE), "", "\n\n", PROSE[0],
    "عنوان قصير\n" + "\n".join(PROSE), VERSE.replace("\n", ".\n"),
], ids=range(10))
def test_other_lines_stay(text):
    assert not is_wrapped(text)


def test_choice_can_be_forced_and_is_shown():
    assert texts(VERSE, wrapped=True) == [VERSE.replace("\n", " ")]
    assert len(texts(wrap(60), wrapped=False)) > len(texts(wrap(60)))
    for forced, shown in ((None, True), (True, True), (False, False)):
        header, _ = segment_document(Document("n", "ar", wrap(60), ""), wrapped=forced)
        assert header.settings["wrapped"] is shown


def test_list_items_begin_lines_of_their_own():
    text = "نحتاج إلى:\n- خبز من المخبز القريب\nمن البيت.\n- زيت.\n1. ملح.\n• ماء\n• عسل"
    assert texts(text, wrapped=True) == [
        "نحتاج إلى:", "- خبز من المخبز القريب من البيت.", "- زيت.", "1. ملح.", "• ماء", "• عسل"]


def test_dash_inside_a_sentence_is_no_item():
    assert texts("عاد المسافر\n- كعادته - مساء.", wrapped=True) == ["عاد المسافر - كعادته - مساء."]


def test_white_space_at_joints_is_one_space():
    assert texts("سطر أول  \n   سطر ثان \u00a0\r\nسطر ثالث.", wrapped=True) == ["سطر أول سطر ثان سطر ثالث."]


@given(st.text(st.sampled_from("ab. \n\r\t-•1؟"), max_size=60))
def test_length_is_kept(text):
    assert len(join_lines(text)) == len(text)
    assert join_lines(text).split() == text.split()
