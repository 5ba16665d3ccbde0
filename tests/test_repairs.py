import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.translation.repairs import repair

CASES = {
    "apostrophes": [
        ("the boy &apos; s book", "the boy's book"),
        ("the boy&apos;s book", "the boy's book"),
        ("the boy &apos;s book", "the boy's book"),
        ("I don &apos; t know, I &apos; ll ask", "I don't know, I'll ask"),
        ("it &#39; s, it &#x27; s, it ' s", "it's, it's, it's"),
        ("ten years &apos; work", "ten years' work"),
        ("the guests &apos; and the hosts &apos; rooms", "the guests' and the hosts' rooms"),
        ("a so-called &apos; plan &apos; of theirs", "a so-called 'plan' of theirs"),
        ("uses a &apos; plan &apos; and James &apos; car", "uses a 'plan' and James' car"),
        ("THE BOY &apos; S BOOK", "THE BOY'S BOOK"),
        ("an end &apos;", "an end'"),
    ],
    "quotes": [
        ("He said &quot; yes &quot; .", 'He said "yes".'),
        ("&quot; Yes &quot; , he said.", '"Yes", he said.'),
        ("&quot;Yes&quot;", '"Yes"'),
        ("one &quot; a &quot; and &quot; b &quot;", 'one "a" and "b"'),
        ("He said: &quot; Never came back.", 'He said: "Never came back.'),
        ("and never came back &quot; .", 'and never came back".'),
        ('a "b" &quot; c &quot;', 'a "b" "c"'),
        ("&#34; a &#34;", '"a"'),
        ("&amp;quot; a &amp;quot;", '"a"'),
    ],
    "other entities": [
        ("salt &amp; pepper", "salt & pepper"),
        ("a &lt; b &gt; c", "a < b > c"),
        ("&#91; 1 &#93;", "[1]"),
        ("a&nbsp;b", "a b"),
        ("caf&eacute;", "café"),
        ("a&#0;b&#8;c&#x200f;d", "a\ufffdbcd"),
        ("R &amp;amp; D", "R & D"),
    ],
    "unknown tokens": [
        ("the <unk> minister", "the minister"),
        ("⁇ said ⁇ .", "said."),
        (" ⁇ ", ""),
        ("half a wor@@", "half a wor"),
    ],
    "spaces": [
        ("yes , no ; well : so ! why ? end .", "yes, no; well: so! why? end."),
        ('he said "yes" .', 'he said "yes".'),
        ("a word ( in brackets ) and [ more ]", "a word (in brackets) and [more]"),
        ("too  many   spaces ", "too many spaces"),
        ("in 2024 .", "in 2024."),
        ("نعم ، لا ؟", "نعم، لا؟"),
    ],
}


@pytest.mark.parametrize(("text", "good"), [case for cases in CASES.values() for case in cases])
def test_repairs(text, good):
    assert repair(text) == good


@pytest.mark.parametrize("text", [
    "", "Good text, with: all marks; it's \"quoted\" (twice)!", "the boys' books and the '90s", "a - b", "10 : 30", "1 , 5",
    "Wait ...", "and so on . . .", ".NET and .5", "www.example.org/?q=1&x=2;y", "AT&T", "R&D; more", "&c.", "&unknown;",
    "&notit;", "a & b", "me@@home", "C:\\dir", "1) first", ":-)", "( )", "5 % of", "‘quoted’ “twice”", "3 < 4", "3 > 2",
    "the file a_b.txt", "<b>", "it 's", "O 'Neill",
])
def test_good_text_stays(text):
    assert repair(text) == text


@pytest.mark.parametrize(("text", "source", "good"), [
    ("Write &quot; for a quote .", "اكتب &quot; للاقتباس", "Write &quot; for a quote."),
    ("&amp; is written &amp;amp;", "تكتب &amp; هكذا", "&amp; is written &amp;amp;"),
    ("The mark ⁇ is odd", "العلامة ⁇ غريبة", "The mark ⁇ is odd"),
    ("The tag <unk> says so", "الوسم <unk> يعني ذلك", "The tag <unk> says so"),
])
def test_what_the_source_has_itself_stays(text, source, good):
    assert repair(text, source) == good


@pytest.mark.parametrize(("lang", "text", "good"), [
    ("fr", "Qui ? Moi : oui ! Non ; si .", "Qui ? Moi : oui ! Non ; si."),
    ("fr", "l &apos; homme d &apos; abord, aujourd &apos; hui qu &apos; il", "l'homme d'abord, aujourd'hui qu'il"),
    ("it", "dell &apos; aria e un &apos; ora", "dell'aria e un'ora"),
    ("ca", "l &apos; home", "l'home"),
    ("de", "das &apos; s Haus &apos; dort", "das 's Haus' dort"),
    ("en", "l &apos; homme", "l 'homme"),
])
def test_languages_join_otherwise(lang, text, good):
    assert repair(text, lang=lang) == good


PARTS = ["&apos;", "&quot;", "&amp;", "amp;", "quot;", "&#39;", "&lt;", "unk>", "<unk>", "⁇", "@@", '"', "'", " ", "  ", "s", "t",
         "boys", "l", ".", ",", "...", ":", "?", "(", ")", "5", "\u00a0", "ا", "،", "&", ";", "&#38;"]


@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join), st.sampled_from(["en", "fr", "it", "de"]))
def test_twice_is_once(text, lang):
    once = repair(text, lang=lang)
    assert repair(once, lang=lang) == once
    assert len(once) <= len(text)


@given(st.text(max_size=80))
def test_any_text_ends(text):
    once = repair(text)
    assert repair(once) == once
