import ctranslate2
import pytest

from bitext.errors import PackageError
from bitext.translation.engine import MAX_OUTPUT, Engine
from bitext.translation.packages import open_package

from package_factory import make_package

SENTENCES = ["كتب الولد الدرس في البيت", "ذهبت البنت إلى المدرسة صباحا", "كتب", "ا", "ب ب ب ب", "قالت البنت، كتب الولد"]
ARABIC = [
    "اجتمع الوزيران في العاصمة يوم الأحد لبحث التعاون بين البلدين.",
    "قال المدير إن المشروع سيبدأ في الشهر المقبل.",
    "لم تعلن الشركة عن أي تفاصيل أخرى، لكنها أكدت أن العمل مستمر.",
    "وصلت الطائرة في الساعة الثامنة مساء.",
    "تم فتح تحقيق من أجل التقصي.",  # comes out otherwise in a batch of mixed lengths
    "ما اسمك؟",
    "نعم",
]


@pytest.fixture(scope="module")
def real(package):
    return Engine(open_package(package))


@pytest.fixture(scope="module")
def article():
    from conftest import ARTICLE

    return [line for line in ARTICLE.read_text(encoding="utf-8").splitlines() if line.strip()]


def argos_raw(package, model, tokenizer, sentence):
    """What argostranslate 1.11 does with one sentence, call for call (its translate.py, apply_packaged_translation)."""
    tokenized = [tokenizer.encode(sentence)]
    target_prefix = [[package.target_prefix]] * len(tokenized) if package.target_prefix else None
    translated = model.translate_batch(
        tokenized, target_prefix=target_prefix, replace_unknowns=True, max_batch_size=32, batch_type="tokens",
        beam_size=max(1, 4), num_hypotheses=1, length_penalty=0.2, return_scores=True)
    tokens = []
    for batch in translated:
        tokens.extend(batch.hypotheses[0])
    value = tokenizer.decode(tokens)
    if package.target_prefix and value.startswith(package.target_prefix):
        value = value[len(package.target_prefix):]
    if len(value) > 0 and value[0] == " ":
        value = value[1:]
    return value


def argos_parts(package, folder):
    """Model and tokenizer as argostranslate 1.11 loads them from an installed package.

    But for intra_threads, 0 with Argos: four threads that spin, seven times as slow beside other work, same text
    (bench/argos_equality.py runs Argos as it is).
    """
    import zipfile

    from argostranslate.tokenizer import BPETokenizer, SentencePieceTokenizer

    with zipfile.ZipFile(package.path) as z:
        z.extractall(folder)
    (installed,) = folder.iterdir()
    model = ctranslate2.Translator(str(installed / "model"), device="cpu", inter_threads=1, intra_threads=1,
                                   compute_type="auto")
    if package.tokenizer == "bpe":
        return model, BPETokenizer(installed / "bpe.model", package.from_code, package.to_code)
    return model, SentencePieceTokenizer(installed / "sentencepiece.model")


def test_the_text_is_argoss_own(real, article, tmp_path):
    """On the real package: the raw text of a sentence among others is what Argos gives for it alone."""
    model, tokenizer = argos_parts(real.package, tmp_path)
    sentences = [*article, *ARABIC]
    assert [o.text for o in real.decode(sentences)] == [argos_raw(real.package, model, tokenizer, s) for s in sentences]


@pytest.mark.parametrize("options", [
    {}, {"tokenizer": "bpe"}, {"target_prefix": "▁the"}, {"tokenizer": "bpe", "target_prefix": "the"}, {"says": "loop"}, {"says": "endless"}])
def test_the_text_is_argoss_own_with_any_kind_of_package(tmp_path, options):
    engine = Engine(open_package(make_package(tmp_path / "p.argosmodel", **options)))
    model, tokenizer = argos_parts(engine.package, tmp_path / "installed")
    expected = [argos_raw(engine.package, model, tokenizer, s) for s in SENTENCES]
    assert [o.text for o in engine.decode(SENTENCES)] == expected
    assert any(expected)


def test_neither_neighbours_nor_order_nor_threads_change_anything(real, package):
    together = real.decode(ARABIC)
    assert [real.decode([s])[0] for s in ARABIC] == together
    assert real.decode(ARABIC[::-1]) == together[::-1]
    assert Engine(open_package(package), threads=3).decode(ARABIC) == together


def test_the_score_is_the_mean_log_probability_a_token(tmp_path):
    engine = Engine(open_package(make_package(tmp_path / "p.argosmodel")))
    model, tokenizer = argos_parts(engine.package, tmp_path / "installed")
    for beam_size in (1, 4):
        for sentence, output in zip(SENTENCES, engine.decode(SENTENCES, beam_size=beam_size), strict=True):
            source = tokenizer.encode(sentence)
            (result,) = model.translate_batch([source], beam_size=beam_size, length_penalty=0.2)
            assert output.tokens == len(result.hypotheses[0])
            (scored,) = model.score_batch([source], [result.hypotheses[0]])
            counted = scored.log_probs[:MAX_OUTPUT]  # where the decoder was stopped, the end token was never said
            assert output.score == pytest.approx(sum(counted) / len(counted), abs=2e-2)
            assert output.score == round(output.score, 4)


def test_output_at_the_limit_is_told(tmp_path):
    engine = Engine(open_package(make_package(tmp_path / "p.argosmodel", says="endless")))
    (output,) = engine.decode(["كتب"])
    assert output.cut
    assert output.tokens == MAX_OUTPUT
    assert output.text == " ".join(["the"] * MAX_OUTPUT)


def test_no_ngram_is_said_twice_where_that_is_asked(tmp_path):
    engine = Engine(open_package(make_package(tmp_path / "p.argosmodel", says="endless")))
    (output,) = engine.decode(["كتب"], beam_size=1, no_repeat_ngram=4)
    assert output.text.startswith("the the the the")
    assert "the the the the the" not in output.text


def test_nothing_at_all(tmp_path):
    engine = Engine(open_package(make_package(tmp_path / "p.argosmodel")))
    assert engine.decode([]) == []
    assert [o.text for o in engine.decode([""])] == [""]


def test_progress_counts_to_the_end(tmp_path):
    calls = []
    Engine(open_package(make_package(tmp_path / "p.argosmodel"))).decode(SENTENCES, progress=lambda *x: calls.append(x))
    assert calls[-1] == (len(SENTENCES), len(SENTENCES))
    assert calls == sorted(calls)


@pytest.mark.parametrize(("extra", "match"), [
    ({"model/model.bin": b""}, "can't be loaded"),
    ({"model/model.bin": b"garbage" * 1000}, "can't be loaded"),
    ({"model/config.json": b"{"}, "can't be loaded"),
    ({"model/config.json": None}, "can't be loaded"),
    ({"model/shared_vocabulary.json": b"[]"}, "the model fails"),
    ({"model/shared_vocabulary.json": b'["a", "b", "c"]'}, "the model fails"),
    ({"sentencepiece.model": b"garbage"}, "sentencepiece.model is damaged"),
])
def test_models_that_are_broken(tmp_path, extra, match):
    path = make_package(tmp_path / "p.argosmodel", extra=extra)
    with pytest.raises(PackageError, match=match) as e:
        Engine(open_package(path)).decode(SENTENCES)
    assert str(path) in str(e.value)
    assert "\n" not in str(e.value)


def test_a_cut_model_inside_a_sound_zip(tmp_path):
    from package_factory import members

    whole = members()["model/model.bin"]
    for size in (10, len(whole) // 2, len(whole) - 1):
        path = make_package(tmp_path / "p.argosmodel", extra={"model/model.bin": whole[:size]})
        with pytest.raises(PackageError, match="can't be loaded"):
            Engine(open_package(path))


def test_a_model_of_no_numbers(tmp_path):
    """NaN in the weights must not end up as a score in a JSON file."""
    from package_factory import members

    whole = members()["model/model.bin"]
    at = whole.index(b"decoder/projection/bias")
    broken = whole[:at + 60] + b"\xff" * 100 + whole[at + 160:]
    path = make_package(tmp_path / "p.argosmodel", extra={"model/model.bin": broken})
    with pytest.raises(PackageError, match="the model fails"):
        Engine(open_package(path)).decode(SENTENCES)
