"""Low-rank adapters over a model's linear layers (LoRA, arXiv 2106.09685).

    y = x W' + s (x A') B'

W stays as it is; A and B, of a small rank, are what is trained. Rounding to int4 is of the whole
`W + s B A`: what rounding changes is added to W as a constant, so that the forward pass computes
with rounded weights while gradients reach A and B at a low rank's price.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional

from distill.quantise import BLOCK, round_to_int4

LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class LoraLinear(nn.Module):  # type: ignore[misc]
    """A linear layer with an adapter. `down` is (rank, inputs), `up` is (outputs, rank)."""

    def __init__(self, base: nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.base = base
        base.requires_grad_(False)
        self.exact = base.weight.data
        self.scale = scale
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`x` (..., inputs) to (..., outputs)."""
        low = functional.linear(functional.linear(x, self.down), self.up)
        out: torch.Tensor = self.base(x) + self.scale * low
        return out

    def merged(self) -> torch.Tensor:
        """The layer's weight with the adapter in it."""
        return self.exact + self.scale * (self.up.detach() @ self.down.detach())

    def round(self) -> None:
        """Makes the layer compute with its merged weight rounded, as of now."""
        merged = self.merged()
        self.base.weight.data = self.exact + (round_to_int4(merged) - merged)

    def unround(self) -> None:
        """Goes back to the exact weight."""
        self.base.weight.data = self.exact


def add_adapters(parts: Iterable[nn.Module], rank: int, scale: float = 2.0) -> list[nn.Parameter]:
    """Puts adapters on the attention and feed-forward layers of `parts`, and returns what is to be
    trained; to freeze all else is the caller's."""
    trained: list[nn.Parameter] = []
    for parent in [module for part in parts for module in part.modules()]:
        for name, child in list(parent.named_children()):
            if name in LAYERS and isinstance(child, nn.Linear):
                adapter = LoraLinear(child, rank, scale).to(child.weight.device)
                setattr(parent, name, adapter)
                trained += [adapter.down, adapter.up]
    return trained


def merge_adapters(model: nn.Module) -> None:
    """Takes the adapters out again, their weights merged into the layers."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LoraLinear):
                child.base.weight.data = child.merged()
                setattr(parent, name, child.base)
    model.requires_grad_(True)


@contextmanager
def adapters_rounded(model: nn.Module, *, active: bool) -> Iterator[None]:
    """Within, adapted layers compute with weights rounded as the export will round them."""
    layers = [m for m in model.modules() if isinstance(m, LoraLinear)] if active else []
    for layer in layers:
        if layer.base.in_features % BLOCK == 0:
            layer.round()
    try:
        yield
    finally:
        for layer in layers:
            layer.unround()
