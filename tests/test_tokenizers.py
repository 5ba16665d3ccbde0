import os
import subprocess
import sys

import pytest

from bitext.errors import PackageError
from bitext.translation.packages import open_package
from bitext.translation.tokenizers import load_tokenizer

from package_factory import BPE_CODES, make_folder, make_package, members

SENTENCES = ["كتب الولد الدرس في البيت", "ذهبت البنت إلى المدرسة صباحا،", "", " ", "the and", "x" * 500, "\u200f؟", "_a_"]


def argos(folder, tokenizer):
    """The same tokenizer as argostranslate makes it from a folder."""
    from argostranslate.tokenizer import BPETokenizer, SentencePieceTokenizer

    if tokenizer == "bpe":
        return BPETokenizer(folder / "bpe.model", "ar", "en")
    return SentencePieceTokenizer(folder / "sentencepiece.model")


@pytest.mark.parametrize("tokenizer", ["sentencepiece", "bpe"])
def test_from_memory_as_from_a_folder(tmp_path, tokenizer):
    theirs = argos(make_folder(tmp_path / "p", tokenizer=tokenizer), tokenizer)
    ours = load_tokenizer(open_package(make_package(tmp_path / "p.argosmodel", tokenizer=tokenizer)))
    for sentence in SENTENCES:
        tokens = theirs.encode(sentence)
        assert ours.encode(sentence) == tokens
        assert ours.decode(tokens) == theirs.decode(tokens)


def test_bpe_units_are_joined_and_detokenized(tmp_path):
    tokenizer = load_tokenizer(open_package(make_package(tmp_path / "p.argosmodel", tokenizer="bpe")))
    assert tokenizer.encode("the and al") == ["the", "and", "a@@", "l"]
    assert tokenizer.decode(["Ir@@", "an", "&apos;s", "&quot;", "plan", "&quot;"]) == "Iran's \"plan\""


@pytest.mark.parametrize(("tokenizer", "data"), [
    ("sentencepiece", b""), ("sentencepiece", b"no model"), ("sentencepiece", bytes(1000)),
    ("sentencepiece", members()["sentencepiece.model"][:-50]),
    ("bpe", b"\xff\xfe\x00"), ("bpe", b"#version: 0.2\none two three\n"), ("bpe", b"#version: x\na b\n"),
    ("bpe", BPE_CODES.encode() + b"one\n"), ("bpe", b"#version: 9.9\na b\n"), ("bpe", b""),
])
def test_damaged_models(tmp_path, capfd, tokenizer, data):
    file = {"sentencepiece": "sentencepiece.model", "bpe": "bpe.model"}[tokenizer]
    path = make_package(tmp_path / "p.argosmodel", tokenizer=tokenizer, extra={file: data})
    with pytest.raises(PackageError, match=f"p.argosmodel: {file} is damaged") as e:
        load_tokenizer(open_package(path))
    assert "\n" not in str(e.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("tokenizer", ["sentencepiece", "bpe"])
def test_no_folder_appears_in_the_users_home(tmp_path, tokenizer):
    """Importing argostranslate.settings would make some."""
    path, home = make_package(tmp_path / "p.argosmodel", tokenizer=tokenizer), tmp_path / "home"
    home.mkdir()
    code = ("import sys; from bitext.translation import Translator; Translator.load(sys.argv[1]).translate(['كتب']); "
            "print('sacremoses' in sys.modules, 'argostranslate.settings' in sys.modules)")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ARGOS_"))}
    done = subprocess.run([sys.executable, "-c", code, path], env=env | {"HOME": str(home)}, capture_output=True,
                          text=True, check=True)
    assert list(home.iterdir()) == []
    assert done.stdout.split() == [str(tokenizer == "bpe"), "False"]
