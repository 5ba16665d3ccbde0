"""Piece lists as SentencePiece models that hold everything, normalisation too: Argos runs no step before them."""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from sentencepiece import SentencePieceProcessor, SentencePieceTrainer
from sentencepiece import sentencepiece_model_pb2 as pb

from bitext.languages import is_written_in

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # their ids are those of bitext.training.model
SPACE = "▁"
# Vowel marks, elongation, and marks of direction: seldom written, and no two writers agree.
MARKS = re.compile("[\u064b-\u0652\u0670\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]")
PLAIN = str.maketrans("\u2019\u2018\u201c\u201d\u2013", "''\"\"-")
# Characters that are kept even if rare: Latin, Arabic, punctuation, currencies.
COMMON = re.compile("[\u0000-\u024f\u0600-\u06ff\u2000-\u206f\u20a0-\u20bf▁]*")
LAST = 0x30000      # code point that normalisation looks at; no script lies beyond


def build(pieces: Sequence[str], scores: Iterable[float]) -> bytes:
    """A unigram model of these pieces, after the special ones."""
    model = pb.ModelProto()
    spec = model.trainer_spec
    spec.model_type, spec.vocab_size = 1, len(SPECIAL) + len(pieces)
    spec.bos_id, spec.pad_id, spec.eos_id, spec.unk_id = range(4)
    spec.bos_piece, spec.pad_piece, spec.eos_piece, spec.unk_piece = SPECIAL
    model.normalizer_spec.name = "bitext"
    model.normalizer_spec.precompiled_charsmap = _normalisation()
    for piece, kind in zip(SPECIAL, (3, 3, 3, 2), strict=True):  # control, control, control, unknown
        model.pieces.add(piece=piece, score=0.0, type=kind)
    for piece, score in zip(pieces, scores, strict=True):
        model.pieces.add(piece=piece, score=float(score), type=1)
    return bytes(model.SerializeToString())


def names(model: bytes) -> list[str]:
    """The pieces of a model, in the order of their ids."""
    tokenizer = SentencePieceProcessor(model_proto=model)
    return [tokenizer.id_to_piece(i) for i in range(tokenizer.vocab_size())]


def subset(model: bytes, rows: Iterable[int]) -> bytes:
    """A model of only these of its pieces, in this order; ids count anew."""
    whole, part = pb.ModelProto(), pb.ModelProto()
    whole.ParseFromString(model)
    part.CopyFrom(whole)
    del part.pieces[:]
    for row in rows:
        part.pieces.add().CopyFrom(whole.pieces[int(row)])
    part.trainer_spec.vocab_size = len(part.pieces)
    return bytes(part.SerializeToString())


def choose(known: dict[str, float], pairs: Sequence[tuple[str, str]], lang: str, *, rare: tuple[int, int]
           ) -> tuple[list[str], list[str]]:
    """Of known pieces with scores: those that the text needs, and those of them that its target side is written with.

    A number is only ever single digits, so that it is copied digit by digit.

    Args:
        known: a large list.
        pairs: text, or a sample of it.
        lang: of the source; its letters can't be written on the target side.
        rare: fewer occurrences than this on source and target side are not enough.
    """
    names = list(known)
    tokenizer = SentencePieceProcessor(model_proto=build(names, known.values()))
    seen = []
    for side, least in enumerate(rare):
        counts = Counter(i for row in tokenizer.encode([p[side] for p in pairs]) for i in row)
        seen.append({names[i - len(SPECIAL)] for i, n in counts.items() if n >= least and i >= len(SPECIAL)})
    single = {p for p in names if len(p.strip(SPACE)) <= 1 and COMMON.fullmatch(p)}
    wanted = seen[0] | seen[1] | single
    kept = [p for p in names if p in wanted and not _long_number(p)]
    return kept, [p for p in kept if (p in seen[1] or p in single) and not is_written_in(p, lang)]


def learn(texts: Iterable[str], size: int) -> dict[str, float]:
    """A list of about `size` pieces with scores, learnt from text (Kudo 2018, unigram language model)."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        SentencePieceTrainer.train(sentence_iterator=iter(texts), model_writer=out, vocab_size=size,
                                   hard_vocab_limit=False, split_digits=True, character_coverage=1.0,
                                   normalization_rule_tsv=_rules_file(Path(folder)), num_threads=1, minloglevel=2)
    model = pb.ModelProto()
    model.ParseFromString(out.getvalue())
    return {p.piece: p.score for p in model.pieces if p.type == 1}


@cache
def _normalisation() -> bytes:
    """SentencePiece's compiled table, which only its trainer can make."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        SentencePieceTrainer.train(sentence_iterator=iter(["a b c d e f"] * 50), model_writer=out, vocab_size=12,
                                   hard_vocab_limit=False, normalization_rule_tsv=_rules_file(Path(folder)),
                                   minloglevel=2)
    model = pb.ModelProto()
    model.ParseFromString(out.getvalue())
    return bytes(model.normalizer_spec.precompiled_charsmap)


def _rules_file(folder: Path) -> str:
    def codes(text: str) -> str:
        return " ".join(f"{ord(c):X}" for c in text)

    file = folder / "rules.tsv"
    file.write_text("".join(f"{codes(k)}\t{codes(v)}\n" for k, v in _rules().items()), encoding="ascii")
    return str(file)


def _rules() -> dict[str, str]:
    """NFKC; digits of any script to 0–9; any white space to a space; no control characters; MARKS and PLAIN."""
    rules = {}
    for c in map(chr, range(0x20, LAST)):
        kind = unicodedata.category(c)
        if kind in ("Cs", "Co", "Cn"):
            continue
        n = unicodedata.normalize("NFKC", c)
        if kind == "Nd":
            n = str(unicodedata.digit(c))
        elif kind == "Cc" or MARKS.match(c):
            n = ""
        elif c != " " and c.isspace():
            n = " "
        n = MARKS.sub("", n.translate(PLAIN))
        if n != c:
            rules[c] = n
    for base in "اويه":
        for mark in "\u0653\u0654\u0655":   # hamza or madda as a character of its own
            n = unicodedata.normalize("NFC", base + mark)
            if len(n) == 1:
                rules[base + mark] = n
    return rules


def _long_number(piece: str) -> bool:
    return bool(re.search(r"\d", piece)) and len(piece.strip(SPACE)) > 1
