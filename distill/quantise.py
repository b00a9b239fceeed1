"""Rounds weights in training as the int4 export will, so that the student learns to live with it.

The grid is MatMulNBits': asymmetric, blocks of 32 along the input, 16 levels. Gradients pass
straight through the rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

BLOCK = 32


def round_to_int4(weight: torch.Tensor) -> torch.Tensor:
    """`weight` (out, in) on the int4 grid of its blocks; `in` is a multiple of 32."""
    blocks = weight.reshape(-1, BLOCK)
    low = blocks.amin(1, keepdim=True).clamp(max=0)
    high = blocks.amax(1, keepdim=True).clamp(min=0)
    scale = ((high - low) / 15).clamp(min=1e-8)
    zero = torch.round(-low / scale).clamp(0, 15)
    level = torch.round(blocks / scale + zero).clamp(0, 15)
    return ((level - zero) * scale).reshape(weight.shape)


@contextmanager
def fake_quantised(model: nn.Module, *, active: bool) -> Iterator[None]:
    """Within, linear layers compute with rounded weights while gradients reach the exact ones.

    The exact weights come back on leaving; the gradient of a rounded weight is taken for theirs.
    """
    if not active:
        yield
        return
    exact: list[tuple[nn.Parameter, torch.Tensor]] = []
    for module in model.modules():
        if isinstance(module, nn.Linear) and module.weight.shape[1] % BLOCK == 0:
            exact.append((module.weight, module.weight.data))
            module.weight.data = round_to_int4(module.weight.data)
    try:
        yield
    finally:
        for parameter, data in exact:
            parameter.data = data
