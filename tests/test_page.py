import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitext.checks import REASONS
from bitext.formats import page
from bitext.formats.page import rows, text
from bitext.records import Unit
from bitext.translation.memory import Match
from pages import HEADER, HOSTILE, UNITS

BUDGET = 60_000  # bytes of a page beside half as much again as its text


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "article.html"
    page.write(path, HEADER, UNITS)
    return path


def parsed(path):
    return lxml.html.document_fromstring(path.read_bytes().decode("utf-8"))


def cell(tree, unit_id, side):
    (found,) = tree.xpath(f'//*[@data-row="{unit_id}"]//*[@data-side="{side}"]')
    return found


def test_rows_and_cells(written):
    tree = parsed(written)
    assert tree.xpath("//@data-row") == [u.id for u in UNITS]
    for u in UNITS:
        for side, content, lang, way in (("source", u.source_text, "ar", "rtl"), ("target", u.target_text, "en", "ltr")):
            found = cell(tree, u.id, side)
            assert (found.text_content(), found.get("lang"), found.get("dir")) == (content, lang, way)


def test_title_date_and_paragraphs(written):
    tree = parsed(written)
    assert [r.get("class") for r in tree.xpath("//*[@data-row]")] == \
        ["title", "date", "first", None, "first", None, "first", "first"]
    assert [h.tag for h in (cell(tree, "u1", "source"), cell(tree, "u1", "target"))] == ["h2", "h2"]
    assert tree.xpath("//title")[0].text == "article: Arabic and English"


@pytest.mark.parametrize(("first", "second", "kinds"), [
    (("A heading", 0), ("A sentence.", 1), ["title", "first"]),
    (("A sentence.", 0), ("Another.", 1), ["first", "first"]),      # an end mark
    (("A heading", 0), ("goes on", 0), ["first", ""]),              # not alone in its paragraph
    (("A heading", 0), ("18/07/2024", 1), ["title", "date"]),
])
def test_what_is_a_title(first, second, kinds):
    units = [replace(UNITS[0], source_text=t, paragraph=p) for t, p in (first, second)]
    assert [r.kind for r in rows.rows(units, "ar", "en")] == kinds


def test_score_is_text_and_flags_have_reasons(written):
    tree = parsed(written)
    scores = tree.xpath("//*[@data-row]//data")
    assert [s.text for s in scores] == ["93 %", "100 %", "91 %", "88 %", "90 %", "42 %", "10 %", "98 %"]
    assert {s.get("class") for s in scores} == {"good", "poor"}
    assert [(li.get("data-flag"), li.text) for li in tree.xpath('//*[@data-row="u6"]//li')] == \
        [("brackets", REASONS["brackets"]), ("low-score", REASONS["low-score"])]


def test_unknown_flag_stands_for_itself(tmp_path):
    page.write(tmp_path / "p.html", HEADER, [replace(UNITS[0], flags=("odd<flag>",))])
    assert parsed(tmp_path / "p.html").xpath("//li")[0].text == "odd<flag>"


def test_states_and_comments(tmp_path):
    page.write(tmp_path / "p.html", HEADER, [replace(UNITS[0], status="approved", note="a <note>"), UNITS[2]])
    tree = parsed(tmp_path / "p.html")
    assert tree.xpath("//*[@data-row]/@data-status") == ["approved"]
    assert tree.xpath("//q")[0].text == "a <note>"
    assert tree.xpath('//*[@id="progress"]/span')[0].text == "1 of 2 reviewed"


def test_policy_lets_in_only_the_own_script_and_style(written):
    html = written.read_text("utf-8")
    tree = parsed(written)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert not tree.xpath("//@src | //@href | //@style | //@*[starts-with(name(), 'on')]")
    assert not re.search(r"https?://", html)


@pytest.mark.parametrize("matches", [False, True])
def test_page_script_has_no_door_for_markup(matches):
    script = page.assets.script(matches=matches)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|<!--|</script", script)


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_text_is_only_text(tmp_path, content):
    path = tmp_path / "p.html"
    u = Unit("u1", ("s1",), ("t1",), content, content, 0.5, "mt", (content,), note=content)
    page.write(path, replace(HEADER, doc=content), [u])
    html = path.read_bytes().decode("utf-8")
    assert html.count("<script") == 1
    assert len(re.findall(r"<(?:img|plaintext|style)\b", html)) == 1
    assert html.count("</html>") == 1


@pytest.mark.parametrize("bad", ["\ud800", "a\udfffb", "\0"])
def test_what_html_cannot_hold_is_marked(tmp_path, bad):
    page.write(tmp_path / "p.html", replace(HEADER, doc=f"n{bad}"), [replace(UNITS[0], source_text=bad, note=bad)])
    assert "\ufffd" in cell(parsed(tmp_path / "p.html"), "u1", "source").text_content()


def test_same_units_same_bytes(written, tmp_path):
    page.write(tmp_path / "again.html", HEADER, iter_free(UNITS))
    assert (tmp_path / "again.html").read_bytes() == written.read_bytes()
    assert b"\r" not in written.read_bytes()


def test_suggestions_of_a_memory(tmp_path):
    found = {"u3": [Match(HOSTILE[0], HOSTILE[7], 0.83, True), Match("عام 2020", "year 2021", 0.99, True, numbers=True)]}
    page.write(tmp_path / "p.html", HEADER, UNITS, matches=found)
    tree = parsed(tmp_path / "p.html")
    assert tree.xpath("//*[@data-row][ol]/@data-row") == ["u3"]
    items = tree.xpath('//ol[@class="matches"]/li')
    assert [i.find("data").text for i in items] == ["83 %", "99 %, with its numbers replaced"]
    assert [[p.text_content() for p in i.findall("p")] for i in items] == [[m.source, m.target] for m in found["u3"]]
    assert [p.get("dir") for p in items[0].findall("p")] == ["rtl", "ltr"]
    assert (tmp_path / "p.html").read_text("utf-8").count("<script") == 1


def test_pages_without_suggestions_carry_nothing_for_them(written, tmp_path):
    page.write(tmp_path / "p.html", HEADER, UNITS, matches={})
    assert (tmp_path / "p.html").read_bytes() == written.read_bytes()
    assert not re.search(rb'class="matches|match-|[Ss]uggestion', written.read_bytes())


@pytest.mark.parametrize(("settings", "said"), [({"beam": 1}, True), ({"beam": 4}, False), ({}, False)])
def test_a_fast_translation_is_said_to_be_one(tmp_path, settings, said):
    page.write(tmp_path / "p.html", replace(HEADER, settings=settings), UNITS)
    assert ("translated fast (beam 1)" in (tmp_path / "p.html").read_text("utf-8")) is said


def iter_free(units):
    return [replace(u) for u in units]


def test_hash_is_of_the_units():
    assert rows.units_hash(UNITS) == rows.units_hash(iter_free(UNITS))
    assert rows.units_hash(UNITS) != rows.units_hash([*UNITS[:-1], replace(UNITS[-1], status="approved")])


@pytest.mark.parametrize("n", [15, 1000])
def test_size(tmp_path, n):
    units = [replace(UNITS[2 + i % 3], id=f"u{i}", paragraph=i // 4, source_text=UNITS[2].source_text * 3,
                     target_text=UNITS[2].target_text * 3) for i in range(n)]
    page.write(tmp_path / "p.html", HEADER, units)
    content = sum(len((u.source_text + u.target_text).encode()) for u in units)
    assert (tmp_path / "p.html").stat().st_size <= 1.5 * content + BUDGET


def test_no_units(tmp_path):
    page.write(tmp_path / "p.html", HEADER, [])
    assert parsed(tmp_path / "p.html").xpath("//@data-row") == []


@pytest.mark.parametrize(("content", "way", "markup"), [
    ("قال John Smith إن", "rtl", "قال <bdi>John Smith</bdi> إن"),
    ("by عبد الله and", "ltr", "by <bdi>عبد الله</bdi> and"),
    ("في 2021 عام", "rtl", "في 2021 عام"),
    ("a\u202eb", "ltr", 'a<i data-c="202E">\u202e</i>b'),
    ("<b> & \"q\"", "ltr", "&lt;b&gt; &amp; &#34;q&#34;"),
    ("a\rb", "ltr", "a&#13;b"),
])
def test_isolated(content, way, markup):
    assert text.isolated(content, way) == markup


@given(st.text(), st.sampled_from(["rtl", "ltr"]))
def test_isolation_adds_only_marks(content, way):
    markup = str(text.isolated(content, way))
    bare = re.sub(r"</?bdi>|<i data-c=\"\w+\">|</i>", "", markup)
    assert bare == str(text._escaped(text.writable(content)))


def test_page_files_are_small_modules():
    folder = Path(page.__file__).parent
    for module in [*folder.glob("js/*.js"), *folder.glob("css/*.css")]:
        assert len(module.read_text("utf-8").splitlines()) <= 300, module.name
