"""CTranslate2's files and this network: the names of the same weights, and a reader of model.bin.

The format (version 6, ctranslate2.specs.model_spec): version, name and revision; then each variable with name, shape,
type and bytes; int8 matrices have a scale a row beside them: weight = int8 / scale.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitext.training.model import Shape

VERSION = 6
TYPES = ("<f4", "<i1", "<i2", "<i4", "<f2")  # of variables, by number; the sixth, bfloat16, numpy has not
Arrays = dict[str, NDArray[Any]]

_ENCODER = {"qkv": "self_attention/linear_0", "o": "self_attention/linear_1", "n1": "self_attention/layer_norm",
            "a": "ffn/linear_0", "b": "ffn/linear_1", "n2": "ffn/layer_norm"}
_DECODER = {"qkv": "self_attention/linear_0", "o": "self_attention/linear_1", "n1": "self_attention/layer_norm",
            "q": "attention/linear_0", "kv": "attention/linear_1", "xo": "attention/linear_2",
            "n2": "attention/layer_norm", "a": "ffn/linear_0", "b": "ffn/linear_1", "n3": "ffn/layer_norm"}


def names(shape: Shape) -> dict[str, str]:
    """Every weight's name: ours → CTranslate2's."""
    out = {"enc.emb.weight": "encoder/embeddings_0/weight", "enc.pos.weight": "encoder/position_encodings/encodings",
           "emb.weight": "decoder/embeddings/weight", "out_b": "decoder/projection/bias"}
    modules = {"enc.n0": "encoder/layernorm_embedding", "dn": "decoder/layer_norm"}
    modules |= {f"enc.layers.{i}.{k}": f"encoder/layer_{i}/{v}" for i in range(shape.ne) for k, v in _ENCODER.items()}
    modules |= {f"dec.{i}.{k}": f"decoder/layer_{i}/{v}" for i in range(shape.nd) for k, v in _DECODER.items()}
    for ours, theirs in modules.items():
        norm = theirs.rsplit("/", 1)[1].startswith(("layer_norm", "layernorm"))
        out[f"{ours}.weight"] = f"{theirs}/{'gamma' if norm else 'weight'}"
        out[f"{ours}.bias"] = f"{theirs}/{'beta' if norm else 'bias'}"
    return out


def read(data: bytes) -> Arrays:
    """All variables of a model.bin, int8 and half precision as float32.

    Raises:
        ValueError: another version, a type that is unknown, or cut.
    """
    at = 0

    def take(form: str) -> int:
        nonlocal at
        value: int
        value, = struct.unpack_from(f"<{form}", data, at)
        at += struct.calcsize(f"<{form}")
        return value

    def text() -> str:
        nonlocal at
        n = take("H")
        at += n
        return data[at - n:at - 1].decode()

    try:
        if (version := take("I")) != VERSION:
            raise ValueError(f"version {version}, {VERSION} is known")
        text()
        take("I")
        out: Arrays = {}
        for _ in range(take("I")):
            name = text()
            shape = [take("I") for _ in range(take("B"))]
            kind, size = take("B"), take("I")
            if kind >= len(TYPES):
                raise ValueError(f"{name} has type {kind}")
            out[name] = np.frombuffer(data, TYPES[kind], size // np.dtype(TYPES[kind]).itemsize, at).reshape(shape)
            at += size
        aliases = [(text(), text()) for _ in range(take("I"))]
    except struct.error:
        raise ValueError("cut") from None
    for name in [n for n in out if n.endswith("_scale")]:
        whole = name.removesuffix("_scale")
        out[whole] = out[whole].astype(np.float32) / out.pop(name)[:, None]
    out.update({there: out[here] for there, here in aliases if here in out})
    return {k: v.astype(np.float32) if v.dtype == np.float16 else v for k, v in out.items()}


def shape_of(arrays: Arrays) -> Shape | None:
    """The network's sizes; None where it is not of this architecture."""
    def number(name: str) -> int:
        return int(arrays.get(name, np.array(-1)))

    def layers(side: str) -> int:
        return len({name.split("/")[1] for name in arrays if name.startswith(f"{side}/layer_") and
                    name.split("/")[1] != "layer_norm"})

    gelu, relu = 3, 0
    try:
        (vs, d), (vt, _) = arrays["encoder/embeddings_0/weight"].shape, arrays["decoder/embeddings/weight"].shape
        shape = Shape(vs, vt, d, layers("decoder"), number("decoder/num_heads"),
                      len(arrays["decoder/layer_0/ffn/linear_0/bias"]), layers("encoder"), number("encoder/num_heads"))
    except (KeyError, ValueError):
        return None
    kinds = [number(f"{side}/{what}") for side in ("encoder", "decoder") for what in ("pre_norm", "activation")]
    weights = {name for name in arrays if arrays[name].ndim}
    expected = {*names(shape).values(), "decoder/position_encodings/encodings", "decoder/projection/weight"}
    return shape if weights == expected and kinds == [0, gelu, 1, relu] else None
