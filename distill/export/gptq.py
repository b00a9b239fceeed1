"""Rounds one layer's weights so that its outputs, not its weights, stay where they were.

GPTQ (Frantar et al., arXiv 2210.17323): columns are rounded one after another, and what each
rounding did to the outputs is made up for by the columns still to come, by the inverse of the
Hessian of the squared output error.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from distill.quantise import BLOCK, Grid

_COLUMNS = 64  # rounded before their errors reach the columns beyond: one product, not many


@dataclass(frozen=True, slots=True)
class Rounded:
    """`levels` (out, in) uint8 on `grid`."""

    levels: torch.Tensor
    grid: Grid

    def weights(self) -> torch.Tensor:
        """What the levels stand for, (out, in) fp32."""
        return self.grid.weights(self.levels.float())


def nearest(weight: torch.Tensor, grid: Grid) -> Rounded:
    """Each weight of (out, in) at the nearest level, without regard to the others."""
    return Rounded(grid.levels(weight).to(torch.uint8), grid)


def gptq(
    weight: torch.Tensor,
    hessian: torch.Tensor,
    grid: Grid,
    *,
    damping: float = 0.01,
    by_importance: bool = True,
) -> Rounded:
    """Levels for `weight` (out, in) whose errors make up for each other.

    Args:
        weight: fp32; `in` is a multiple of 32.
        hessian: (in, in), the mean of x xᵀ over the layer's inputs x.
        grid: Fixed beforehand, so that columns may come in any order.
        damping: Added to the diagonal, as a share of its mean.
        by_importance: Columns of large inputs first, while there is much left to make up for
            them (the paper's activation order).
    """
    order = torch.arange(weight.shape[1])
    if by_importance:
        order = torch.argsort(hessian.diagonal(), descending=True)
    work = weight[:, order]
    factor = _factor(hessian[order][:, order], damping)
    scale = grid.scale.repeat_interleave(BLOCK, 1)[:, order]
    zero = grid.zero.repeat_interleave(BLOCK, 1)[:, order]
    levels = torch.empty_like(work)
    top = 2**grid.bits - 1
    # Columns are contiguous as rows of the transposed.
    work, scale, zero = work.T.contiguous(), scale.T.contiguous(), zero.T.contiguous()
    levels = levels.T.contiguous()
    for start in range(0, len(work), _COLUMNS):
        end = min(start + _COLUMNS, len(work))
        errors = torch.empty(end - start, work.shape[1])
        for i in range(start, end):
            level = torch.round(work[i] / scale[i]).add_(zero[i]).clamp_(0, top)
            levels[i] = level
            error = errors[i - start]
            torch.sub(work[i], level.sub_(zero[i]).mul_(scale[i]), out=error)
            error.div_(factor[i, i])
            work[i + 1 : end].addr_(factor[i, i + 1 : end], error, alpha=-1)
        work[end:].addmm_(factor[start:end, end:].T, errors, alpha=-1)
    found = torch.empty_like(weight)
    found[:, order] = levels.T
    return Rounded(found.to(torch.uint8), grid)


def log_error_per_square_step(hessian: torch.Tensor, *, damping: float = 0.01) -> float:
    """The mean over columns of log d, where d times a column's squared rounding error is what
    `gptq` leaves in the output: errors that cannot be made up for by later columns."""
    return float(-2 * _factor(hessian, damping).diagonal().log().mean())


def _factor(hessian: torch.Tensor, damping: float) -> torch.Tensor:
    """The upper Cholesky factor of the damped Hessian's inverse."""
    hessian = hessian.clone()
    diagonal = hessian.diagonal()
    dead = diagonal <= 0
    diagonal[dead] = 1.0
    diagonal.add_(damping * float(diagonal.mean()))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(hessian))
    return torch.linalg.cholesky(inverse, upper=True)
