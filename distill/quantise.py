"""The grids that weights are rounded to, in training and in the export.

A grid is MatMulNBits': along the input, blocks of 32 share one scale and one whole zero point; a
weight is `(level - zero) * scale` with `2**bits` levels.

Two kinds are made here. A *block grid* spans each block's range with 16 levels: 4 bits in memory
and on disk. A *step grid* has one step for a whole matrix and as many levels as the weights need,
a byte each in memory; on disk, compression writes the frequent levels near zero in few bits. For
the same bytes in a wheel the step grid is finer, as entropy-coded uniform rounding is known to be
(Gish and Pierce, 1968): no scale and zero point per block are paid for, and no level is wasted on
what seldom occurs.

In training the gradients pass straight through the rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn

BLOCK = 32
BITS = 4
# Mean entropy of a weight's level on step grids: what a wheel has room for.
STEP_BITS = 5.1
OUTPUT_BITS = 6.5  # of the output layer's

# Shares of a block's range that the search tries: a narrower grid clips the farthest weights and
# is finer for all others.
_RANGES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_SMALLEST = 1e-8


@dataclass(frozen=True, slots=True)
class Grid:
    """`scale` and `zero` (out, in / 32), fp32; `zero` holds whole numbers below `2**bits`."""

    scale: torch.Tensor
    zero: torch.Tensor
    bits: int

    def levels(self, weight: torch.Tensor) -> torch.Tensor:
        """The nearest levels (out, in), whole numbers in fp32, of `weight` (out, in)."""
        blocks = weight.reshape(*self.scale.shape, BLOCK)
        level = torch.round(blocks / self.scale[..., None]).add_(self.zero[..., None])
        return level.clamp_(0, 2**self.bits - 1).reshape(weight.shape)

    def weights(self, levels: torch.Tensor) -> torch.Tensor:
        """What `levels` (out, in) stand for, (out, in) fp32."""
        blocks = levels.reshape(*self.scale.shape, BLOCK)
        return ((blocks - self.zero[..., None]) * self.scale[..., None]).reshape(levels.shape)

    def round(self, weight: torch.Tensor) -> torch.Tensor:
        """`weight` (out, in) at the nearest points of the grid."""
        return self.weights(self.levels(weight))


def range_grid(weight: torch.Tensor, bits: int = BITS) -> Grid:
    """The grid that spans each block of `weight` (out, in) from its least to its greatest value
    and holds zero; `in` is a multiple of 32."""
    low, high = _ranges(weight)
    return _grid(low, high, bits)


def search_grid(
    weight: torch.Tensor, bits: int = BITS, importance: torch.Tensor | None = None
) -> Grid:
    """The grid of least squared error, block by block, found by search.

    Args:
        weight: (out, in); `in` is a multiple of 32.
        importance: (in,), how much a squared error of each input's weight counts: the diagonal of
            the layer's Hessian. All alike when not given.
    """
    low, high = _ranges(weight)
    blocks = weight.reshape(*low.shape, BLOCK)
    counts = torch.ones(weight.shape[1]) if importance is None else importance
    counts = (counts / counts.mean()).reshape(1, -1, BLOCK)
    best = _shortened(_grid(low, high, bits))
    least = _error(best, blocks, counts)
    for share in _RANGES:
        base = _grid(low * share, high * share, bits)
        for shift in (-1, 0, 1):
            zero = (base.zero + shift).clamp(0, 2**bits - 1)
            tried = _fitted(Grid(base.scale, zero, bits), blocks, counts)
            error = _error(tried, blocks, counts)
            better = error < least
            least = torch.where(better, error, least)
            best = Grid(
                torch.where(better, tried.scale, best.scale),
                torch.where(better, tried.zero, best.zero),
                bits,
            )
    return best


# The zero point of a step grid. Levels stay under 128 for all but the farthest weights, which suits
# processors that add pairs of products in 16 bits.
_ZERO = 64
_WIDE_ZERO = 128
_ROOM = 0.9  # of the levels: rounding that makes up for errors moves weights outwards


def step_grid(weight: torch.Tensor, step: float) -> Grid:
    """The grid of 8 bits with one step for all of `weight` (out, in), save for blocks whose
    farthest weights lie beyond its 256 levels: those have the step that reaches them."""
    low, high = _ranges(weight)
    scale = torch.full_like(low, step)
    far = torch.maximum(-low, high)
    scale = _short(torch.maximum(scale, far / (_ROOM * (_WIDE_ZERO - 1))))
    zero = torch.where(-low <= _ROOM * _ZERO * scale, float(_ZERO), float(_WIDE_ZERO))
    wide = high > _ROOM * (255 - _ZERO) * scale
    return Grid(scale, torch.where(wide, float(_WIDE_ZERO), zero), 8)


def bits_per_weight(levels: torch.Tensor) -> float:
    """The entropy of whole-number levels, in bits: what compression comes close to."""
    counts = torch.bincount(levels.reshape(-1).int(), minlength=2).double()
    shares = counts[counts > 0] / levels.numel()
    return float(-(shares * shares.log2()).sum())


def _ranges(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    return blocks.amin(-1).clamp(max=0), blocks.amax(-1).clamp(min=0)


def _grid(low: torch.Tensor, high: torch.Tensor, bits: int) -> Grid:
    scale = ((high - low) / (2**bits - 1)).clamp(min=_SMALLEST)
    return Grid(scale, torch.round(-low / scale).clamp(0, 2**bits - 1), bits)


def _shortened(grid: Grid) -> Grid:
    return Grid(_short(grid.scale), grid.zero, grid.bits)


def _short(scale: torch.Tensor) -> torch.Tensor:
    return scale.bfloat16().float()


def _fitted(grid: Grid, blocks: torch.Tensor, counts: torch.Tensor) -> Grid:
    """The grid with each scale at the least squares' for the levels that it gives."""
    steps = torch.round(blocks / grid.scale[..., None]).add_(grid.zero[..., None])
    steps = steps.clamp_(0, 2**grid.bits - 1).sub_(grid.zero[..., None])
    weighted = steps * counts
    scale = (weighted * blocks).sum(-1) / weighted.mul_(steps).sum(-1).clamp(min=1e-12)
    scale = torch.where(scale > _SMALLEST, scale, grid.scale)
    return Grid(_short(scale), grid.zero, grid.bits)


def _error(grid: Grid, blocks: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """The squared error (out, in / 32) of rounding `blocks` (out, in / 32, 32) to the grid."""
    steps = torch.round(blocks / grid.scale[..., None]).add_(grid.zero[..., None])
    steps = steps.clamp_(0, 2**grid.bits - 1).sub_(grid.zero[..., None])
    error = steps.mul_(grid.scale[..., None]).sub_(blocks)
    return error.square_().mul_(counts).sum(-1)


Rounding = Callable[[torch.Tensor], torch.Tensor]


def round_to_int4(weight: torch.Tensor) -> torch.Tensor:
    """`weight` (out, in) on the int4 grid of its blocks' ranges; `in` is a multiple of 32."""
    return range_grid(weight, BITS).round(weight)


def round_to_steps(weight: torch.Tensor, bits: float = STEP_BITS) -> torch.Tensor:
    """`weight` (out, in) on a step grid of about `bits` of entropy per weight, were its values a
    Gaussian's: the export's, save that it has a step of each layer's own by what errors cost."""
    step = float(weight.std()) * math.sqrt(2 * math.pi * math.e) / 2**bits
    return step_grid(weight, step).round(weight)


@contextmanager
def fake_quantised(
    model: nn.Module, *, active: bool, rounding: Rounding = round_to_steps
) -> Iterator[None]:
    """Within, linear layers compute with rounded weights while gradients reach the exact ones.

    `rounding` is for the layers inside the model; the output layer `lm_head`, which is the
    embedding too, is on the export's step grid whatever it is. The exact weights come back on
    leaving; the gradient of a rounded weight is taken for theirs.
    """
    if not active:
        yield
        return
    exact: list[tuple[nn.Parameter, torch.Tensor]] = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear) and module.weight.shape[1] % BLOCK == 0:
            weight = module.weight.data
            exact.append((module.weight, weight))
            last = name.rpartition(".")[2] == "lm_head"
            module.weight.data = round_to_steps(weight, OUTPUT_BITS) if last else rounding(weight)
    try:
        yield
    finally:
        for parameter, data in exact:
            parameter.data = data
