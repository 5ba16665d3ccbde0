"""The network: a pretrained encoder (multilingual-e5-small) and a shallow decoder on its states.

The encoder is a BERT (post-norm, GELU, learned positions), the decoder a Transformer (Vaswani et al. 2017) with its
norms first, ReLU and sinusoidal positions; the output layer is tied to the decoder's embeddings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

BOS, PAD, EOS, UNK = 0, 1, 2, 3  # piece ids, the same on both sides
POSITIONS = 512


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a network; the names are those that checkpoints use."""

    vs: int                 # pieces of the source
    vt: int                 # pieces of the target
    d: int = 384            # width
    nd: int = 3             # decoder layers
    h: int = 6              # heads of the decoder
    f: int = 1536           # width of the feed-forward layers
    ne: int = 12            # encoder layers
    he: int = 12            # heads of the encoder

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From a checkpoint's `cfg`; what it does not name has the defaults."""
        return cls(**{k: int(v) for k, v in stored.items()})

    def stored(self) -> dict[str, int]:
        """The opposite."""
        return asdict(self)


class EncoderLayer(nn.Module):
    """One layer of a BERT."""

    def __init__(self, d: int, heads: int, f: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.a, self.b = nn.Linear(d, f), nn.Linear(f, d)
        self.n1, self.n2 = nn.LayerNorm(d, eps=1e-12), nn.LayerNorm(d, eps=1e-12)

    def forward(self, x: Tensor, padding: Tensor, dropout: float) -> Tensor:
        q, k, v = (_split(t, self.heads) for t in self.qkv(x).chunk(3, -1))
        seen = self.o(_merge(attention(q, k, v, padding)))
        x = self.n1(x + functional.dropout(seen, dropout, self.training))
        return self.n2(x + functional.dropout(self.b(functional.gelu(self.a(x))), dropout, self.training))


class Encoder(nn.Module):
    """Pieces → states. Its lower layers can be run apart, so that their states may be kept while they are frozen."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.emb, self.pos = nn.Embedding(shape.vs, shape.d), nn.Embedding(POSITIONS, shape.d)
        self.n0 = nn.LayerNorm(shape.d, eps=1e-12)
        self.layers = nn.ModuleList(EncoderLayer(shape.d, shape.he, shape.f) for _ in range(shape.ne))

    def lower(self, x: Tensor, layers: int, dropout: float = 0.0) -> Tensor:
        """[batch, source] pieces → [batch, source, d] states after so many layers."""
        states = functional.dropout(self.n0(self.emb(x) + self.pos.weight[:x.size(1)]), dropout, self.training)
        padding = x == PAD
        for layer in self.layers[:layers]:
            states = layer(states, padding[:, None, None], dropout)
        return states

    def upper(self, states: Tensor, x: Tensor, layers: int, dropout: float = 0.0) -> Tensor:
        """The rest of the way, from the states after so many layers."""
        padding = x == PAD
        for layer in self.layers[layers:]:
            states = layer(states, padding[:, None, None], dropout)
        return states


class DecoderLayer(nn.Module):
    """Attention to what is written, attention to the source, feed-forward."""

    def __init__(self, d: int, heads: int, f: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.o = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.q, self.kv, self.xo = nn.Linear(d, d), nn.Linear(d, 2 * d), nn.Linear(d, d)
        self.a, self.b = nn.Linear(d, f), nn.Linear(f, d)
        self.n1, self.n2, self.n3 = nn.LayerNorm(d), nn.LayerNorm(d), nn.LayerNorm(d)

    def forward(self, y: Tensor, memory: Tensor, later: Tensor, padding: Tensor, dropout: float) -> Tensor:
        q, k, v = (_split(t, self.heads) for t in self.qkv(self.n1(y)).chunk(3, -1))
        seen = self.o(_merge(attention(q, k, v, later)))
        y = y + functional.dropout(seen, dropout, self.training)
        q = _split(self.q(self.n2(y)), self.heads)
        k, v = (_split(t, self.heads) for t in self.kv(memory).chunk(2, -1))
        seen = self.xo(_merge(attention(q, k, v, padding)))
        y = y + functional.dropout(seen, dropout, self.training)
        seen = self.b(functional.relu(self.a(self.n3(y))))
        return y + functional.dropout(seen, dropout, self.training)


class Translator(nn.Module):
    """Source pieces and target pieces so far → logits of the next target piece."""

    posd: Tensor

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.enc = Encoder(shape)
        self.emb = nn.Embedding(shape.vt, shape.d)
        self.out_b = nn.Parameter(torch.zeros(shape.vt))
        self.dec = nn.ModuleList(DecoderLayer(shape.d, shape.h, shape.f) for _ in range(shape.nd))
        self.dn = nn.LayerNorm(shape.d)
        self.register_buffer("posd", sinusoids(POSITIONS, shape.d), persistent=False)
        nn.init.normal_(self.emb.weight, std=shape.d ** -0.5)
        for module in self.dec.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    @classmethod
    def of(cls, shape: Shape, weights: Mapping[str, Tensor]) -> Self:
        """With weights that are there already."""
        made = cls(shape)
        made.load_state_dict(weights)
        return made

    def start_from(self, encoder: Mapping[str, Any], target_rows: Any) -> None:
        """A pretrained encoder's arrays by name; the target's embeddings begin as its vectors of the same pieces."""
        self.enc.load_state_dict({k: torch.as_tensor(v).float() for k, v in encoder.items()})
        rows = self.enc.emb.weight.detach()[torch.as_tensor(target_rows)]
        rows = rows - rows.mean(0)
        with torch.no_grad():
            self.emb.weight.copy_(rows / rows.std() * self.shape.d ** -0.5)

    def forward(self, x: Tensor, y: Tensor, *, states: Tensor | None = None, frozen: int = 0) -> Tensor:
        """The decoder's last states [batch, target, d], for `logits`.

        Args:
            x: int64 [batch, source].
            y: int64 [batch, target], shifted right.
            states: of x after the encoder's `frozen` lower layers; worked out here where None.
            frozen: so many lower layers are not trained and see no dropout; with 0 all are, embeddings too.
        """
        dropout = self.dropout if self.training else 0.0
        if states is None:
            with torch.set_grad_enabled(torch.is_grad_enabled() and not frozen):
                states = self.enc.lower(x, frozen, 0.0 if frozen else dropout)
        memory = self.enc.upper(states, x, frozen, dropout)
        hidden = self.emb(y) * math.sqrt(self.shape.d) + self.posd[:y.size(1)]
        hidden = functional.dropout(hidden, self.dropout, self.training)
        later = torch.ones(y.size(1), y.size(1), dtype=torch.bool, device=y.device).triu(1)
        padding = (x == PAD)[:, None, None]
        for layer in self.dec:
            hidden = layer(hidden, memory, later, padding, self.dropout)
        return hidden

    def logits(self, hidden: Tensor) -> Tensor:
        """[…, d] → […, vt]; apart, so that it need not be done for padding."""
        return functional.linear(self.dn(hidden), self.emb.weight, self.out_b)


def sinusoids(n: int, d: int) -> Tensor:
    """[n, d] positions: sines, then cosines."""
    angles = torch.arange(n)[:, None] / 10000 ** (torch.arange(d // 2)[None] / (d // 2))
    return torch.cat([angles.sin(), angles.cos()], -1).float()


def attention(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor) -> Tensor:
    """[batch, heads, n, d/heads] of queries, keys and values; `hidden`: True where a key must not be seen.

    Written out for training: the backward pass of torch's fused one takes 5–10 times as long on CPU in bfloat16
    (100 sentences of 30 pieces, 6 heads: 42 ms against 8).
    """
    if not torch.is_grad_enabled():
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=~hidden)
    with torch.autocast(q.device.type, enabled=False):
        weights = (q * q.size(-1) ** -0.5) @ k.transpose(-1, -2)
        return weights.masked_fill(hidden, -torch.inf).softmax(-1) @ v


def _split(t: Tensor, heads: int) -> Tensor:
    return t.view(t.size(0), -1, heads, t.size(2) // heads).transpose(1, 2)


def _merge(t: Tensor) -> Tensor:
    return t.transpose(1, 2).flatten(2)
