"""Muon (Jordan et al. 2024) for matrices: momentum, made orthogonal by five Newton–Schulz steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

A, B, C = 3.4445, -4.7750, 2.0315  # of the quintic iteration; singular values end between 0.7 and 1.2
MOMENTUM = 0.95
RMS = 0.2  # of an update's entries: about AdamW's, so that both take the same rate (Liu et al. 2025, arXiv 2502.16982)


class Muon(torch.optim.Optimizer):
    """For weights of linear layers. Stacked projections (qkv, kv) count as the squares that they are made of."""

    def __init__(self, params: Iterable[nn.Parameter], lr: float, weight_decay: float = 0.01) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:
        """One update; matrices of one shape go through the iteration together."""
        for group in self.param_groups:
            same: dict[torch.Size, list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for p in group["params"]:
                if p.grad is None:
                    continue
                momentum = self.state[p].setdefault("momentum", torch.zeros_like(p))
                momentum.lerp_(p.grad, 1 - MOMENTUM)
                p.mul_(1 - group["lr"] * group["weight_decay"])
                nesterov = p.grad.lerp(momentum, MOMENTUM)
                for part, whole in zip(_squares(nesterov), _squares(p), strict=True):
                    same[part.shape].append((part, whole))
            for shape, pairs in same.items():
                updates = orthogonal(torch.stack([part for part, _ in pairs]))
                rate = group["lr"] * RMS * max(shape) ** 0.5
                for (_, whole), update in zip(pairs, updates, strict=True):
                    whole.sub_(update, alpha=rate)


def orthogonal(matrices: Tensor) -> Tensor:
    """[n, rows, columns] → the nearest (semi-)orthogonal matrices, nearly; in bfloat16 inside."""
    x = matrices.bfloat16()
    if tall := x.size(-2) > x.size(-1):
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = A * x + (B * square + C * square @ square) @ x
    return (x.mT if tall else x).to(matrices.dtype)


def _squares(t: Tensor) -> tuple[Tensor, ...]:
    rows, columns = t.shape
    return t.split(columns) if rows in (2 * columns, 3 * columns) else (t,)
