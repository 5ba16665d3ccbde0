"""Tiny valid .argosmodel packages, real enough for CTranslate2: one layer, eight dimensions, made in milliseconds.

What a model says is set by the bias of its output layer: `says="words"` (noise that ends), "nothing" (a space), "loop"
(one word, several times) or "endless" (one word until the decoder's limit).
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

METADATA = {"package_version": "1.0", "argos_version": "1.9", "from_code": "ar", "from_name": "Arabic",
            "to_code": "en", "to_name": "English"}
TOP = "ar_en"
TEXT = ["كتب الولد الدرس في البيت", "ذهبت البنت إلى المدرسة صباحا", "the boy wrote the lesson at home",
        "the girl went to the school, the girl said the word", "a b c d e f g h i j k l m n o p q r s t u v w x y z",
        "ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي ة ى ء آ أ إ ؤ ئ ، ؛ ؟", "0 1 2 3 4 5 6 7 8 9"]
BPE_CODES = "#version: 0.2\nt h\nth e</w>\na n\nan d</w>\nا ل\n"
DIMENSIONS, HIDDEN = 8, 16
BIAS = {"words": {"</s>": 5}, "nothing": {"</s>": 50, "▁": 40}, "loop": {"▁the": 50, "the": 50, "</s>": 25},
        "endless": {"▁the": 50, "the": 50, "</s>": -50}}


def members(*, says: str = "words", tokenizer: str = "sentencepiece", **metadata) -> dict[str, bytes]:
    """What a package holds: name inside of its folder → bytes. `metadata`: keys of metadata.json; None removes one."""
    meta = {k: v for k, v in {**METADATA, **metadata}.items() if v is not None}
    return {"metadata.json": json.dumps(meta).encode(), **_tokenizer(tokenizer), **_model(says, tokenizer)}


def make_package(path: Path, *, top: str = TOP, extra: dict[str, bytes | None] | None = None, **options) -> Path:
    """An .argosmodel file at `path`. `extra`: members to add or replace; None removes one. The rest: as `members`."""
    held = {k: v for k, v in {**members(**options), **(extra or {})}.items() if v is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in held.items():
            z.writestr(zipfile.ZipInfo(f"{top}/{name}"), data, zipfile.ZIP_DEFLATED)
    return path


def make_folder(path: Path, **options) -> Path:
    """The same unpacked: a folder, as Argos installs it."""
    for name, data in members(**options).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


@cache
def _tokenizer(kind: str) -> dict[str, bytes]:
    if kind == "bpe":
        return {"bpe.model": BPE_CODES.encode()}
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(sentence_iterator=iter(TEXT), model_writer=model, vocab_size=120, minloglevel=2,
                               hard_vocab_limit=False, num_threads=1, user_defined_symbols=["▁the"])
    return {"sentencepiece.model": model.getvalue()}


def _pieces(tokenizer: str) -> list[str]:
    if tokenizer == "bpe":
        letters = sorted(set("".join(TEXT)) - {" "})
        return ["<unk>", "<s>", "</s>", *letters, *(f"{c}@@" for c in letters), "the", "and", "ال@@"]
    from sentencepiece import SentencePieceProcessor

    sp = SentencePieceProcessor(model_proto=_tokenizer(tokenizer)["sentencepiece.model"])
    return [sp.id_to_piece(i) for i in range(sp.get_piece_size())]


@cache
def _model(says: str, tokenizer: str) -> dict[str, bytes]:
    from ctranslate2.specs import TransformerSpec

    pieces = _pieces(tokenizer)
    numbers = np.random.default_rng(7)

    def weights(*shape: int) -> np.ndarray:
        return numbers.normal(0, 1, shape).astype(np.float32)

    def linear(layer, inner, outer):
        layer.weight, layer.bias = weights(outer, inner), weights(outer)

    def norm(layer):
        layer.gamma, layer.beta = np.ones(DIMENSIONS, np.float32), np.zeros(DIMENSIONS, np.float32)

    def block(layer):
        attentions = [layer.self_attention] + ([layer.attention] if hasattr(layer, "attention") else [])
        for attention in attentions:
            sizes = {2: [3 * DIMENSIONS, DIMENSIONS], 3: [DIMENSIONS, 2 * DIMENSIONS, DIMENSIONS]}[len(attention.linear)]
            for part, size in zip(attention.linear, sizes, strict=True):
                linear(part, DIMENSIONS, size)
            norm(attention.layer_norm)
        linear(layer.ffn.linear_0, DIMENSIONS, HIDDEN)
        linear(layer.ffn.linear_1, HIDDEN, DIMENSIONS)
        norm(layer.ffn.layer_norm)

    spec = TransformerSpec.from_config((1, 1), 2)
    spec.encoder.embeddings[0].weight = weights(len(pieces), DIMENSIONS)
    spec.decoder.embeddings.weight = weights(len(pieces), DIMENSIONS)
    block(spec.encoder.layer[0])
    block(spec.decoder.layer[0])
    norm(spec.encoder.layer_norm)
    norm(spec.decoder.layer_norm)
    bias = np.zeros(len(pieces), np.float32)
    bias[pieces.index("<unk>")] = bias[pieces.index("<s>")] = -50
    for piece, value in BIAS[says].items():
        if piece in pieces:  # sentencepiece has ▁ before words, BPE has not
            bias[pieces.index(piece)] = value
    spec.decoder.projection.weight, spec.decoder.projection.bias = weights(len(pieces), DIMENSIONS), bias
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.validate()
    spec.optimize(quantization="int8")
    with tempfile.TemporaryDirectory() as folder:
        spec.save(folder)
        return {f"model/{p.name}": p.read_bytes() for p in sorted(Path(folder).iterdir())}
