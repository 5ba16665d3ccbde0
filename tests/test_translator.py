from dataclasses import replace

import pytest

import bitext
from bitext.errors import InputError, PackageError
from bitext.records import Header, Segment
from bitext.translation import Translator, translate_document, translator
from bitext.translation.engine import MAX_OUTPUT, Output

from fakes import FakeTranslator
from package_factory import make_folder, make_package

HEADER = Header("segments", "article", "ar", "0" * 64, settings={"srx": "own"}, made_by="bitext 0")
SENTENCES = ["كتب الولد الدرس", "Thursday, 07/18/2024", "", " \n", "١٢٣ %", "كتب الولد الدرس", "ا"]


@pytest.fixture(scope="module")
def real(package):
    return Translator.load(package)


@pytest.fixture
def tiny(tmp_path):
    def load(**options):
        return Translator.load(make_package(tmp_path / "p.argosmodel", **options))
    return load


class Played:
    """An engine that says what it is told: by sentence, first with a beam, then without."""

    def __init__(self, engine, answers):
        self.package, self.length = engine.package, engine.length
        self.answers, self.calls = answers, []

    def decode(self, sentences, *, beam_size=4, no_repeat_ngram=0, progress=None):
        self.calls.append((list(sentences), beam_size, no_repeat_ngram))
        return [self.answers[s][beam_size == 1] for s in sentences]


def played(tiny, answers, **options):
    t = tiny(**options)
    t._engines = (Played(t._engines[0], answers),)
    return t


def out(text, score=-1.0, cut=False):
    return Output(text, score, len(text.split()), cut)


def test_same_order_same_number_same_for_the_fake(tiny):
    for t in (tiny(), FakeTranslator()):
        results = t.translate(SENTENCES)
        assert [r.id for r in results] == [f"s{n}" for n in range(1, len(SENTENCES) + 1)]
        assert [r.origin for r in results] == ["mt", "copy", "copy", "copy", "copy", "mt", "mt"]
        for sentence, r in zip(SENTENCES, results, strict=True):
            assert (r.text, r.score) == (sentence, None) if r.origin == "copy" else r.score <= 0
        assert results[0].text == results[5].text
        assert (t.from_code, t.to_code) == ("ar", "en")
        assert set(t.settings) == {"package", "package_version", "package_sha256"}
        assert t.translate([]) == []


def test_the_public_name():
    assert bitext.Translator is Translator


def test_settings_name_the_package(tiny):
    t = tiny(package_version="1.3")
    assert t.settings["package"] == ["p"]
    assert t.settings["package_version"] == ["1.3"]
    assert len(t.settings["package_sha256"][0]) == 64


def test_a_repeated_sentence_is_decoded_once(tiny):
    t = played(tiny, {"كتب": (out("wrote"), None)})
    assert [r.text for r in t.translate(["كتب", "كتب", "x", "كتب"])] == ["wrote", "wrote", "x", "wrote"]
    assert t._engines[0].calls[0][0] == ["كتب"]


LOOP = "the head of the head of the head of the"


@pytest.mark.parametrize(("first", "second", "text", "flags"), [
    (out("Fine."), None, "Fine.", ()),
    (out(""), out("Now."), "Now.", ("retried",)),
    (out(" "), out(""), "", ("retried", "empty")),
    (out(LOOP), out("the head"), "the head", ("retried",)),
    (out(LOOP), out(LOOP), LOOP, ("retried", "loop")),
    (out(LOOP), out(""), LOOP, ("retried", "loop")),
    (out(LOOP, cut=True), out(LOOP), LOOP, ("retried", "loop")),
    (out("long", cut=True), out("longer", cut=True), "long", ("retried", "cut")),
])
def test_failures_are_asked_again_once_without_beam(tiny, first, second, text, flags):
    t = played(tiny, {"كتب": (first, second)})
    (r,) = t.translate(["كتب"], beam_size=4)
    assert (r.text, r.flags) == (text, flags)
    assert t._engines[0].calls == [(["كتب"], 4, 0), (["كتب"] if flags else [], 1, translator.RETRY_NGRAM)]


def test_a_source_that_repeats_itself_is_no_loop(tiny):
    source = "لا لا لا لا لا"
    t = played(tiny, {source: (out("No no no no no"), None)})
    assert t.translate([source])[0].flags == ()


def test_the_decoder_that_never_ends(tiny):
    (r,) = tiny(says="endless").translate(["كتب الولد"])
    assert r.flags[0] == "retried"
    assert "cut" in r.flags


def test_the_model_that_says_nothing(tiny):
    (r,) = tiny(says="nothing").translate(["كتب الولد"])
    assert (r.text, r.flags) == ("", ("retried", "empty"))


def test_output_is_repaired(tiny):
    t = played(tiny, {"كتب": (out("the boy &apos; s book ."), None), "كتب &quot;": (out("a &quot;"), None)})
    assert [r.text for r in t.translate(["كتب", "كتب &quot;"])] == ["the boy's book.", "a &quot;"]


def test_what_is_too_long_is_cut_and_joined(tiny, monkeypatch):
    monkeypatch.setattr(translator, "MAX_INPUT", 20)
    one, two = "كتب الولد الدرس،", "ذهبت البنت صباحا."
    t = played(tiny, {one: (out("The boy wrote,", -1.0), None), two: (out("the girl went.", -2.0), None)})
    (r,) = t.translate([f"{one} {two}"])
    assert r.text == "The boy wrote, the girl went."
    assert r.flags == ("split",)
    assert r.score == -1.5
    assert t._engines[0].calls[0][0] == [one, two]


def test_nothing_longer_than_the_bound_reaches_the_model(tiny):
    t = tiny()
    long = "كتب الولد الدرس في البيت، " * 200
    seen = []

    def decode(sentences, **options):
        seen.extend(sentences)
        return [out("x") for _ in sentences]
    t._engines[0].decode = decode
    (r,) = t.translate([long])
    assert max(t._engines[0].length(s) for s in seen) <= translator.MAX_INPUT
    assert "".join(seen).replace(" ", "") == long.replace(" ", "")
    assert "split" in r.flags


def test_the_real_package_translates_a_long_sentence_whole(real):
    """More tokens than its 512 positions: handed over whole, as Argos does, the model fails."""
    parts = ["وقال الوزير إن الاجتماع سيعقد في العاصمة يوم الأحد", "وأضاف أن البلدين سيوقعان على اتفاق جديد"] * 30
    with pytest.raises(PackageError, match="No position encodings"):
        real._engines[0].decode(["، ".join(parts)])
    (r,) = real.translate(["، ".join(parts)])
    assert "split" in r.flags
    assert "cut" not in r.flags
    assert len(r.text.split()) > 100


def test_line_ends_within_a_sentence_are_spaces(tiny):
    t = played(tiny, {"كتب الولد": (out("wrote"), None)})
    assert [r.text for r in t.translate(["كتب\nالولد", "كتب\u2028الولد", " كتب\r\nالولد "])] == ["wrote"] * 3


def test_beam_reaches_the_decoder_and_changes_no_other_thing(real):
    one, four = (real.translate(["اجتمع الوزيران في العاصمة يوم الأحد."], beam_size=b)[0] for b in (1, 4))
    assert one.text
    assert four.score > one.score


@pytest.mark.parametrize(("sentences", "options", "match"), [
    (["ا", "ب\ud800"], {}, "sentence 2: lone surrogate"),
    (["ا"], {"beam_size": 0}, "beam size 0"),
])
def test_input_that_is_refused(tiny, sentences, options, match):
    with pytest.raises(InputError, match=match):
        tiny().translate(sentences, **options)


@pytest.mark.parametrize("sentence", [
    "ا\x00ب", "ا\u202eب", "\u200f\u200e", "<script>ا</script>", "]]> & ا", "<unk> </s> ا", "▁ا @@ ا", "ا" * 3000, "😀ا",
    "\ufeffا", "a\u0301 ا", "ا\u064b\u064c\u0651",
])
def test_odd_input_gives_a_translation(tiny, sentence):
    for tokenizer in ("sentencepiece", "bpe"):
        (r,) = tiny(tokenizer=tokenizer).translate([sentence])
        assert r.origin in ("mt", "copy")


def test_a_folder_and_a_file_translate_alike(tmp_path):
    file, folder = make_package(tmp_path / "p.argosmodel"), make_folder(tmp_path / "folder")
    assert Translator.load(str(file)).translate(SENTENCES) == Translator.load(folder, threads=1).translate(SENTENCES)


def test_two_packages_meet_in_english(tmp_path):
    first = make_package(tmp_path / "ar_en.argosmodel")
    second = make_package(tmp_path / "en_de.argosmodel", from_code="en", to_code="de")
    t = Translator.load([first, second])
    assert (t.from_code, t.to_code) == ("ar", "de")
    assert t.settings["package"] == ["ar_en", "en_de"]
    one, two = Played(t._engines[0], {"كتب": (out(LOOP, -1.0), out("he wrote", -3.0)), "ا": (out("7"), None)}), Played(
        t._engines[1], {"he wrote": (out("er schrieb", -2.0), None)})
    t._engines = (one, two)
    results = t.translate(["كتب", "x 7", "ا"])
    assert [(r.text, r.score, r.flags, r.origin) for r in results] == [
        ("er schrieb", -3.0, ("retried",), "mt"), ("x 7", None, (), "copy"), ("7", -1.0, (), "mt")]


@pytest.mark.parametrize(("codes", "match"), [
    ([("ar", "en"), ("de", "en")], "translates de→en, which can't follow ar→en"),
    ([], "0 packages were given"),
    ([("ar", "en"), ("en", "de"), ("de", "fr")], "3 packages were given"),
])
def test_packages_that_do_not_meet(tmp_path, codes, match):
    paths = [make_package(tmp_path / f"{a}_{b}.argosmodel", from_code=a, to_code=b) for a, b in codes]
    with pytest.raises(PackageError, match=match):
        Translator.load(paths)


def test_threads_below_one(tmp_path):
    with pytest.raises(InputError, match="threads 0"):
        Translator.load(make_package(tmp_path / "p.argosmodel"), threads=0)


def test_a_document(tiny):
    segments = [Segment("s1", 0, 0, 3, "كتب"), Segment("s7", 1, 5, 9, "2024")]
    for t in (tiny(), FakeTranslator()):
        header, translations = translate_document(HEADER, segments, t, beam_size=2)
        assert (header.schema, header.doc, header.lang, header.target_lang) == ("translations", "article", "ar", "en")
        assert (header.source_sha256, header.made_by) == (HEADER.source_sha256, "")
        assert header.settings == t.settings | {"beam": 2}
        assert [(t.id, t.origin) for t in translations] == [("s1", "mt"), ("s7", "copy")]


def test_a_document_in_another_language(tiny):
    with pytest.raises(InputError, match="its language is ar, the package translates from fa"):
        translate_document(HEADER, [], tiny(from_code="fa"))


def test_the_article(real):
    from conftest import ARTICLE

    lines = [line for line in ARTICLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    results = real.translate(lines)
    assert [r.origin for r in results] == ["copy" if "2024" in line else "mt" for line in lines]
    assert all(r.text and not set(r.flags) - {"retried"} for r in results)
    assert real.translate(lines[2:5]) == [replace(r, id=f"s{n}") for n, r in enumerate(results[2:5], 1)]


def test_the_decoder_has_room_for_what_the_bound_lets_in():
    assert 2 * translator.MAX_INPUT < MAX_OUTPUT
