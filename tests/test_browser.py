"""The page in a real browser, its script's own tests and types, and what Python and JavaScript must do alike.

Needs Node, tests/browser/node_modules (`npm ci` there), Chromium, and Firefox for its own test. Without them these
tests are skipped, and fail where CI is set.
"""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bitext import __version__, checks, review
from bitext.formats import page, tmx
from bitext.records import Unit
from bitext.translation.memory import Match
from pages import HEADER, HOSTILE, UNITS

HERE = Path(__file__).parent / "browser"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)


def need(**things):
    missing = ", ".join(name for name, there in things.items() if not there)
    if missing and os.environ.get("CI"):
        pytest.fail(f"missing: {missing}")
    if missing:
        pytest.skip(f"missing: {missing}")


def node(*args, text=None, **env):
    need(node=shutil.which("node"), node_modules=(HERE / "node_modules").is_dir())
    done = subprocess.run(["node", *args], cwd=HERE, input=text, capture_output=True, text=True, encoding="utf-8",
                          env={**os.environ, **env}, timeout=300, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
    return done.stdout


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder with the pages, after all browser tests have been run on them."""
    need(chromium=CHROMIUM)
    folder = tmp_path_factory.mktemp("pages")
    page.write(folder / "article.html", HEADER, UNITS, date="20240718T000000Z")
    page.write(folder / "other.html", replace(HEADER, doc="other"), [replace(u, note="other") for u in UNITS])
    page.write(folder / "matches.html", replace(HEADER, doc="matches"), UNITS, matches={
        "u3": [Match("قال زعيم القاعدة إنّ الاجتماع عُقد في صنعاء عام 2021.", "Said in <b>Sanaa</b> in 2021.", 0.89, True),
               Match("قال عام 2020.", "Said in 2021.", 0.75, True, numbers=True)],
        "u5": [Match("واحد اثنان.", "One two.", 0.8, True)]})
    texts = [t for t in HOSTILE if "\r" not in t]  # a text field gives line feeds for carriage returns
    page.write(folder / "hostile.html", replace(HEADER, doc='"><script>window.pwned=1</script>'),
               [Unit(f"u{n}", (), (), t, t, 0.5, "mt", paragraph=n) for n, t in enumerate(texts, 1)])
    (folder / "hostile.json").write_text(json.dumps(texts), "utf-8")
    node("--test", "--test-concurrency=2", "pages/", BITEXT_PAGES=str(folder), BITEXT_CHROMIUM=CHROMIUM)
    return folder


def test_as_a_user_does(pages):
    assert (pages / "article.review.jsonl").stat().st_size


def test_tmx_of_the_page_is_that_of_the_way_back(pages):
    units, conflicts = review.apply(HEADER, UNITS, [pages / "article.review.jsonl"])
    assert conflicts == []
    tmx.write(pages / "applied.tmx", HEADER, units, date="20240718T000000Z")
    assert (pages / "applied.tmx").read_bytes() == (pages / "article.tmx").read_bytes()


def test_core_path_in_firefox(pages, tmp_path):
    need(firefox=FIREFOX)
    node("--test", "firefox/", BITEXT_PAGES=str(pages), BITEXT_FIREFOX=FIREFOX, HOME=str(tmp_path))


def test_script_units():
    node("--test", "unit/")


def test_script_types():
    node("node_modules/typescript/bin/tsc", "-p", "tsconfig.json")


def test_bundle_is_made_of_the_modules():
    node("build.mjs", "--check")


def facts(header):
    return {"doc": header.doc, "lang": header.lang, "targetLang": header.target_lang, "tmxDate": "",
            "madeBy": f"bitext {__version__}", "sourceSha256": header.source_sha256, "unitsSha256": "1" * 64,
            "pair": page.pair(header.lang, header.target_lang), "reasons": checks.REASONS}


def as_in_page(units):
    return [{"id": u.id, "source": u.source_text, "target": u.target_text, "score": u.score, "scoreText": repr(u.score),
             "origin": u.origin, "flags": u.flags, "status": u.status, "note": u.note, "paragraph": u.paragraph}
            for u in units]


def test_tmx_agrees(tmp_path):
    """The page's TMX of any units is that of bitext.formats.tmx."""
    texts = [t for t in HOSTILE if t.isprintable() or "\u202e" in t or "\r" in t or "\n" in t]
    units = [*UNITS, *(Unit(f"h{n}", (), (), t, t[::-1], n / 100, "human", ("numbers", "names"), status, 9 + n, t)
                       for n, t in enumerate(texts) for status in ("new", "approved", "rejected"))]
    header = replace(HEADER, doc='a "b" & <c>')
    told = node("tmx.mjs", text=json.dumps({"facts": facts(header), "units": as_in_page(units)}))
    tmx.write(tmp_path / "a.tmx", header, units)
    assert told.encode() == (tmp_path / "a.tmx").read_bytes()


def test_ways_back_agree(tmp_path):
    """After any steps the page's TMX is that of its review, applied; applying it again changes nothing."""
    told = node("random.mjs", text=json.dumps({"facts": facts(HEADER), "units": as_in_page(UNITS), "seeds": list(range(1, 201))}))
    for n, result in enumerate(json.loads(told), 1):
        (tmp_path / "r").write_text(result["review"], "utf-8", newline="\n")
        units, conflicts = review.apply(HEADER, UNITS, [tmp_path / "r"])
        assert conflicts == [], n
        tmx.write(tmp_path / "a.tmx", HEADER, units)
        assert (tmp_path / "a.tmx").read_text("utf-8") == result["tmx"], n
        assert review.apply(HEADER, units, [tmp_path / "r"]) == (units, []), n


PAIRS = [
    *((u.source_text, u.target_text) for u in UNITS), *((t, t) for t in HOSTILE), *pairwise(HOSTILE),
    ("في ١٢٫٥ و٢٠٢١", "In 12.5 and 2021"), ("في ٣ أيام", "In three days"), ("في 1", "In January"), ("قال ۱۲", "Said 12"),
    ("أ", "in 5000"), ("عدد 1,000", "number 1000"), ("मूल्य १२", "12"), ("من Google", "from google"), ("من F-16", "the F16"),
    ("نص", "نص"), ("نص طويل جدا " * 30, "short"), ("قال قال", "he said said"), ("قال", "that that no no 5 5 a a"),
    ("قال", "to be or not to be or not"), ("(a) [b]", "(a) b)"), ('قال: "واحد اثنان ثلاثة أربعة خمسة"', "He said one two"),
    ('"أ" ب', '"a b'), ("هل؟", "Is it."), ("هل؟", 'Is it?"'), ("نعم!", "Yes…"), ("", "x"), ("x", " "), ("x \u202e", ""),
    ("İstanbul", "istanbul"), ("한국 x", "x"), ("𝟏𝟐", "12"), ("A&T بيت", "a&t"), ("ـنص_نص", "a_a a_a"), ("", ""),
]


@pytest.mark.parametrize(("lang", "target_lang"), [("ar", "en"), ("en", "ar"), ("ar", "fa"), ("zh", "en"), ("fr", "de")])
def test_checks_agree(lang, target_lang):
    """The live flags are those of bitext.checks."""
    pair = page.pair(lang, target_lang)
    told = node("checks.mjs", text=json.dumps({"pairs": PAIRS, "pair": pair, "order": list(checks.REASONS)}))
    for (source, target), flags in zip(PAIRS, json.loads(told), strict=True):
        assert tuple(flags) == checks.flag(source, target, lang, target_lang), (source, target)
