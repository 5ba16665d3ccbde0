import choppa
import pytest

from bitext.errors import InputError
from bitext.segmentation import segment
from bitext.segmentation.engine import Cutter
from bitext.segmentation.srx import parse_srx

SRX = """<srx xmlns="http://www.lisa.org/srx20" version="2.0">
<header segmentsubflows="yes" cascade="{cascade}"/>
<body><languagerules>{groups}</languagerules><maprules>{maps}</maprules></body></srx>"""
BREAK = '<rule break="yes"><beforebreak>{}</beforebreak><afterbreak>{}</afterbreak></rule>'
KEEP = '<rule break="no"><beforebreak>{}</beforebreak><afterbreak>{}</afterbreak></rule>'


def srx(*rules, cascade="no", maps=((".*", "A"),), groups=None):
    groups = groups or {"A": rules}
    return SRX.format(
        cascade=cascade,
        groups="".join(f'<languagerule languagerulename="{n}">{"".join(r)}</languagerule>' for n, r in groups.items()),
        maps="".join(f'<languagemap languagepattern="{p}" languagerulename="{n}"/>' for p, n in maps),
    ).encode()


def cut(data, text, lang="xx"):
    ends = list(Cutter(parse_srx(data, "f.srx").rules(lang), "f.srx").ends(text))
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def error(data, lang="xx"):
    with pytest.raises(InputError) as e:
        Cutter(parse_srx(data, "f.srx").rules(lang), "f.srx")
    assert str(e.value).startswith("f.srx: ")
    assert "\n" not in str(e.value)
    return str(e.value)


def test_first_rule_that_matches_decides():
    assert cut(srx(KEEP.format("Mr\\.", "\\s"), BREAK.format("\\.", "\\s")), "A Mr. B. C") == ["A Mr. B.", " C"]
    assert cut(srx(BREAK.format("\\.", "\\s"), KEEP.format("Mr\\.", "\\s")), "A Mr. B. C") == ["A Mr.", " B.", " C"]


def test_user_rules(tmp_path):
    path = tmp_path / "mine.srx"
    path.write_bytes(srx(BREAK.format(";", "")))
    assert [s.text for s in segment("a; b. c", "en", srx=path)] == ["a;", "b. c"]
    assert [s.text for s in segment("a; b. c", "ar", srx=path)] == ["a;", "b. c"]


def test_changed_file_is_read_anew(tmp_path):
    path = tmp_path / "mine.srx"
    path.write_bytes(srx(BREAK.format(";", "")))
    assert len(segment("a; b. c", srx=path)) == 2
    path.write_bytes(srx(BREAK.format("[;.]", "")))
    assert len(segment("a; b. c", srx=path)) == 3


@pytest.mark.parametrize(("cascade", "pieces"), [("no", ["a;", "b.c"]), ("yes", ["a;", "b.", "c"])])
def test_cascade(cascade, pieces):
    data = srx(cascade=cascade, maps=(("x.*", "A"), (".*", "B")),
               groups={"A": [BREAK.format(";", "")], "B": [BREAK.format("\\.", "")]})
    assert cut(data, "a;b.c") == pieces


def test_without_namespace_and_with_comments():
    data = srx(BREAK.format("<!-- a stop -->\\.", "\\s")).replace(b' xmlns="http://www.lisa.org/srx20"', b"")
    assert cut(data, "a. b") == ["a.", " b"]


@pytest.mark.parametrize("lang", ["en", "de", "pl", "ar", "fr"])
def test_rules_of_another_tool(lang):
    """LanguageTool's, read by the engine's own parser and by ours, cut alike."""
    text = "Dr. Smith came. He said: z. B. this, ul. that... And then? No! وصل د. أحمد. ثم عاد؟ نعم. M. Dupont, p. 5.\nEnd"
    rules = choppa.DEFAULT_SRX_RULESET
    own = choppa.SrxTextIterator(choppa.SrxDocument(ruleset=rules), f"{lang}_two", text)
    assert cut(rules.read_bytes(), text, f"{lang}_two") == list(own)


@pytest.mark.parametrize(("data", "found"), [
    (b"", "no well-formed XML"), (b"<srx", "no well-formed XML"), (b"\x00\x01", "no well-formed XML"),
    (b"<tmx/>", "its root is <tmx>, <srx> was expected"), (b"<srx/>", "maps are for nothing"),
    (srx(BREAK.format("a", ""), maps=(("de", "A"),)), "no rule that breaks text of language 'xx'; its maps are for 'de'"),
    (srx(KEEP.format("a", "")), "no rule that breaks"),
    (srx(BREAK.format("a", ""), maps=((".*", "B"),)), "names rules 'B' that are not in the file"),
    (srx(BREAK.format("a", ""), maps=(("(", "A"),)), "language map '('"),
    (srx(BREAK.format("a", ""), BREAK.format("(b", "")), "A, rule 2: broken regular expression"),
    (srx(BREAK.format("a", "[b")), "A, rule 1: broken regular expression"),
    (srx(KEEP.format("c)", ""), BREAK.format("a", "")), "A, rule 1: broken regular expression"),
    (srx(BREAK.format("a", ""), KEEP.format("*", "")), "A, rule 2: broken regular expression"),
])
def test_broken_file(data, found):
    assert found in error(data)


def test_broken_rule_in_a_file_of_the_user(tmp_path):
    path = tmp_path / "mine.srx"
    path.write_bytes(srx(BREAK.format("(", "")))
    with pytest.raises(InputError, match=r"mine\.srx: A, rule 1: broken regular expression .* in '\('; mend it"):
        segment("a", srx=path)


@pytest.mark.parametrize("make", [lambda p: p / "none.srx", lambda p: p])
def test_unreadable(tmp_path, make):
    with pytest.raises(InputError, match="segmentation rules can't be read"):
        segment("a", srx=make(tmp_path))


ENTITIES = '<!DOCTYPE srx [<!ENTITY a "b">{}]>'
BOMB = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize("doctype", [
    ENTITIES.format(""),
    ENTITIES.format('<!ENTITY l0 "lol">' + BOMB),
    '<!DOCTYPE srx [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE srx [<!ENTITY % x SYSTEM "http://localhost:9/x"> %x;]>',
])
@pytest.mark.parametrize("place", ["{}", "x"])
def test_entities_are_refused(doctype, place):
    name = doctype.split("<!ENTITY ")[1].split()[0]
    reference = "&l9;" if "l9" in doctype else f"&{name};" if name != "%" else "a"
    assert "entit" in error(doctype.encode() + srx(BREAK.format(place.format(reference), "")))


def test_external_dtd_is_not_loaded():
    data = b'<!DOCTYPE srx SYSTEM "http://localhost:9/none.dtd">' + srx(BREAK.format("\\.", ""))
    assert cut(data, "a.b") == ["a.", "b"]
