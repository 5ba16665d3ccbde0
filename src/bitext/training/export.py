"""Averaged weights → an Argos Translate package with a CTranslate2 model."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import TransformerSpec, common_spec
from ctranslate2.specs.transformer_spec import TransformerDecoderSpec, TransformerEncoderSpec

from bitext.errors import InputError
from bitext.files import replacing
from bitext.languages import check_code
from bitext.training import ctranslate, pieces
from bitext.training.checkpoints import Weights
from bitext.training.model import BOS, EOS, POSITIONS, UNK, Shape, sinusoids

TIME = (2024, 1, 1, 0, 0, 0)    # of all members: the same weights give the same bytes
NAMES = {"ar": "Arabic", "en": "English"}
ARGOS = "1.9"                   # the package format's version


@dataclass(frozen=True, slots=True)
class Card:
    """What a package says of itself."""

    version: str = "0.1"
    text: str = ""              # README.md; the notice on a pretrained encoder is put after it
    int8: bool = True


def export(data: Path, shape: Shape, weights: Weights, out: Path, card: Card) -> None:
    """Write a package.

    Args:
        data: the prepared folder.
        shape: of the network.
        weights: of it, float32.
        out: the .argosmodel.
        card: see there.

    Raises:
        InputError: the folder lacks a file, or belongs to another network.
        OutputError: the package can't be written.
    """
    try:
        tokenizer = (data / "sp.model").read_bytes()
        rows = np.load(data / "rows.npy")
        languages = json.loads((data / "languages.json").read_text(encoding="utf-8")) \
            if (data / "languages.json").exists() else {"from_code": "ar", "to_code": "en"}
    except (OSError, ValueError) as e:
        raise InputError(f"{data}: not prepared ({e}); make it with `bitext train prepare`") from None
    names = pieces.names(tokenizer)
    if (len(names), len(rows)) != (shape.vs, shape.vt):
        raise InputError(f"{data}: {len(names)} and {len(rows)} pieces, the network has {shape.vs} and {shape.vt}; "
                         "give the folder that it was trained on")
    text = card.text.strip() or f"From {languages['from_code']} to {languages['to_code']}, trained with bitext."
    if (data / "encoder.npz").exists():
        text = with_notice(text)
    write_package(out, tokenizer, names, [names[i] for i in rows], shape=shape, weights=weights, languages=languages,
                  card=replace(card, text=text))


def write_package(out: Path, tokenizer: bytes, names: Sequence[str], target: Sequence[str], *, shape: Shape,
                  weights: Weights, languages: Mapping[str, str], card: Card) -> None:
    """The same from what is in memory already; `names` and `target`: the pieces of both sides."""
    spec = specification(shape, weights)
    spec.register_source_vocabulary(list(names))
    spec.register_target_vocabulary(list(target))
    c = spec.config
    c.bos_token, c.eos_token, c.unk_token = (names[i] for i in (BOS, EOS, UNK))
    c.decoder_start_token, c.add_source_bos, c.add_source_eos = names[BOS], True, True
    spec.validate()
    spec.optimize(quantization="int8" if card.int8 else None)
    source, target = check_code(languages["from_code"]), check_code(languages["to_code"])
    about = {"package_version": card.version, "argos_version": ARGOS,
             "from_code": source, "from_name": NAMES.get(source, source),
             "to_code": target, "to_name": NAMES.get(target, target)}
    members = {"metadata.json": json.dumps(about, indent=1, ensure_ascii=False).encode(),
               "README.md": f"{card.text}\n".encode(),
               "sentencepiece.model": tokenizer}
    with tempfile.TemporaryDirectory() as folder:
        spec.save(folder)
        members |= {f"model/{f.name}": f.read_bytes() for f in sorted(Path(folder).iterdir())}
    with replacing(out) as f, zipfile.ZipFile(f, "w") as z:
        for name, content in members.items():
            member = zipfile.ZipInfo(f"{source}_{target}/{name}", TIME)
            z.writestr(member, content, zipfile.ZIP_DEFLATED)


def with_notice(text: str) -> str:
    """A card's text, and the encoder's licences after it, if they are not in it."""
    notice = resources.files(__package__).joinpath("NOTICE.md").read_text(encoding="utf-8").strip()
    return text if notice in text else f"{text}\n\n{notice}"


def specification(shape: Shape, weights: Weights) -> TransformerSpec:
    """The network as CTranslate2 has it."""
    encoder = TransformerEncoderSpec(shape.ne, shape.he, pre_norm=False, activation=common_spec.Activation.GELU,
                                     layernorm_embedding=True)
    decoder = TransformerDecoderSpec(shape.nd, shape.h, pre_norm=True, activation=common_spec.Activation.RELU)
    spec = TransformerSpec(encoder, decoder)
    encoder.scale_embeddings = False
    decoder.position_encodings.encodings = sinusoids(POSITIONS, shape.d).numpy()
    for ours, theirs in ctranslate.names(shape).items():
        *path, last = theirs.split("/")
        there: Any = spec
        for part in path:
            name, _, number = part.rpartition("_")
            there = getattr(there, part) if hasattr(there, part) else getattr(there, name)[int(number)]
        setattr(there, last, weights[ours].float().numpy())
    decoder.projection.weight = decoder.embeddings.weight
    return spec
