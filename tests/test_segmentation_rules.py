"""The rules, kind by kind: a table of cases for each file, and no rule that could be taken away unnoticed."""

import codecs
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bitext.segmentation import RULES, rules_file, segment
from bitext.segmentation.engine import Cutter
from bitext.segmentation.srx import parse_srx

GOLDEN = Path(__file__).parent / "golden" / "segmentation"
ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|[nr])")


def cases(name):
    """(language or kind, text, the sentences it is to be cut into)."""
    for line in (GOLDEN / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, marked = line.split("\t")
            marked = ESCAPE.sub(lambda m: codecs.decode(m[0], "unicode_escape"), marked)
            yield kind, marked.replace("|", ""), [s.strip() for s in marked.split("|") if s.strip()]


TABLES = {name: list(cases(name)) for name in ("ar", "en", "default")}


@pytest.mark.parametrize(("lang", "kind", "text", "sentences"), [
    (kind if name == "default" else name, kind, text, sentences)
    for name, table in TABLES.items() for kind, text, sentences in table
], ids=lambda v: v if isinstance(v, str) and len(v) < 40 else "")
def test_kind(lang, kind, text, sentences):
    assert [s.text for s in segment(text, lang)] == sentences


@pytest.mark.parametrize("name", TABLES)
def test_no_rule_can_be_taken_away(name):
    srx = parse_srx(rules_file(name).read_bytes(), name)
    table = [text for _, text, _ in TABLES[name]]

    def cut(rules):
        cutter = Cutter(rules, name)
        return [list(cutter.ends(text)) for text in table]

    (whole,) = srx.maps
    expected = cut(whole.rules)
    idle = [rule for i, rule in enumerate(whole.rules) if cut(whole.rules[:i] + whole.rules[i + 1:]) == expected]
    assert idle == []


@pytest.mark.parametrize("name", TABLES)
def test_every_rule_says_what_for(name):
    """A comment with an example stands before each rule, or before the rule it goes with."""
    text = rules_file(name).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines()]
    uncommented = [i for i, line in enumerate(lines) if line.startswith("<rule ") and lines[i - 1] != "</rule>"
                   and not lines[i - 1].endswith("-->")]
    assert uncommented == []


@pytest.mark.parametrize("name", TABLES)
def test_rules_are_written_for_java_too(name):
    """What Python and Java read differently, or Java can't look behind for."""
    (rules,) = (m.rules for m in parse_srx(rules_file(name).read_bytes(), name).maps)
    for rule in rules:
        pattern = rule.before + rule.after
        assert not re.search(r"\\[wWbBdDhv]", pattern), rule
        assert not re.search(r"(?<!\[)\\s(?!\\p\{Z\})", pattern), rule
        if not rule.breaks:
            assert not re.search(r"(?<!\\)[*+]", rule.before), rule  # choppa bounds them, in brackets too


def test_files():
    assert sorted(p.name for p in RULES.iterdir()) == ["ar.srx", "default.srx", "en.srx"]


@pytest.mark.parametrize("code", ["ar", "AR", "ar-EG"])
def test_language_map_of_other_tools(code):
    """OmegaT asks with capitals and countries."""
    assert replace(parse_srx(rules_file("ar").read_bytes(), "ar")).rules(code)
