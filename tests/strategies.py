"""What hypothesis draws units from."""

from hypothesis import strategies as st

from bitext.records import Header, Unit

HEADER = Header("units", "article", "ar", "00ff", target_lang="en")
HARD = [
    "]]>", "<!--", "&amp;", "&#0;", "</seg>", " leading and trailing ", "\t", "\r", "\n", "\r\n", "\u0085", "\u2028",
    "e\u0301", "שָׁלוֹם", "\u202eabc\u202c", "\u200f\u061c\u2067\u2069", "👩‍👩‍👧‍👦", "🇱🇧", "\U0010fffd", "\ufeff", "قَالَ",
    "'=1+1", "=1+1", "''@x", "\"quoted\"", "\x7f\x9f", "\u00a0", "\xad",
]
# Every character that XML 1.0 can hold.
texts = st.one_of(
    st.sampled_from(HARD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[
        chr(c) for c in range(32) if chr(c) not in "\t\n\r"] + ["\ufffe", "\uffff"]), max_size=60),
    st.lists(st.sampled_from(HARD), min_size=2, max_size=6).map("".join),
)
filled = texts.filter(lambda t: bool(t.strip()))
words = st.text("abcdefgh-", min_size=1, max_size=8)
id_lists = st.lists(words, max_size=3).map(tuple)


@st.composite
def units(draw, source=texts, target=texts, ids=id_lists):
    """Units of one document, in order; ids are unique and paragraphs rise."""
    paragraph, result = 0, []
    for n in range(1, draw(st.integers(0, 6)) + 1):
        paragraph += draw(st.integers(0, 2))
        result.append(Unit(
            f"u{n}", draw(ids), draw(ids), draw(source), draw(target), draw(st.floats(0, 1)),
            draw(st.sampled_from(["mt", "memory", "copy", "human"])),
            tuple(draw(st.lists(words, max_size=2, unique=True))), draw(st.sampled_from(["new", "approved", "rejected"])),
            paragraph, draw(texts)))
    return result
