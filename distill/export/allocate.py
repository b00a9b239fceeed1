"""Spends a wheel's bytes where they save most of the loss: a rounding step for each layer, and
which layers are narrow (4 bits in memory) and which wide (a byte)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from statistics import median

import torch

from distill.export.gptq import log_error_per_square_step
from distill.export.statistics import LayerStatistics
from distill.quantise import bits_per_weight, step_grid

_APART = 1.5
# Projections that share a node of the graph, hence its width.
_TOGETHER = {"q_proj": "qkv_proj", "k_proj": "qkv_proj", "v_proj": "qkv_proj"}


def loss_per_square(statistics: Mapping[str, LayerStatistics]) -> dict[str, float]:
    """For each layer, up to a common factor, the loss that a unit of mean squared rounding error
    of its weights costs: the outputs' mean sensitivity times the error that `gptq` leaves."""
    return {
        name: max(float(layer.sensitivity.mean()), 1e-20)
        * math.exp(log_error_per_square_step(layer.hessian))
        for name, layer in statistics.items()
    }


def best_steps(weights: Mapping[str, torch.Tensor], costs: Mapping[str, float]) -> dict[str, float]:
    """Each layer's step up to a common factor, by its `loss_per_square`.

    Loss grows by cost times squared step; a weight's bits fall by the step's logarithm. A bit
    saves the same anywhere where the steps are as the costs' inverse roots. That is true of small
    errors, and costs are estimates: no layer gets more or fewer than `_APART` bits per weight
    beside the middle one.
    """
    equal = equal_steps(weights)
    shares = {name: math.log(costs[name] ** -0.5 / equal[name]) for name in weights}
    middle, most = median(shares.values()), _APART * math.log(2)
    return {
        name: equal[name] * math.exp(min(max(share, middle - most), middle + most))
        for name, share in shares.items()
    }


def equal_steps(weights: Mapping[str, torch.Tensor]) -> dict[str, float]:
    """Steps that are the same share of each layer's standard deviation."""
    return {name: float(weight.std()) for name, weight in weights.items()}


def scale_to_bits(
    weights: Mapping[str, torch.Tensor], relative: Mapping[str, float], bits: float
) -> dict[str, float]:
    """The steps, in the proportions of `relative`, whose nearest rounding of `weights` has a mean
    entropy of `bits` per weight."""
    total = sum(w.numel() for w in weights.values())
    logarithm = -bits * math.log(2)
    for name, weight in weights.items():  # a start: where a Gaussian's entropy would be right
        deviation = float(weight.std()) * math.sqrt(2 * math.pi * math.e)
        logarithm += math.log(deviation / relative[name]) * weight.numel() / total
    factor = math.exp(logarithm)
    for _ in range(2):
        found = 0.0
        for name, weight in weights.items():
            levels = step_grid(weight, factor * relative[name]).levels(weight)
            found += bits_per_weight(levels) * weight.numel() / total
        factor *= 2 ** (found - bits)
    return {name: factor * relative[name] for name in weights}


def narrow_layers(
    weights: Mapping[str, torch.Tensor], costs: Mapping[str, float], share: float
) -> set[str]:
    """The layers that lose least by coarse rounding, which hold about `share` of all weights.
    Layers of one node come together."""
    nodes: dict[str, list[str]] = defaultdict(list)
    for name in weights:
        parent, _, last = name.rpartition(".")
        nodes[f"{parent}.{_TOGETHER.get(last, last)}"].append(name)

    def size(node: str) -> int:
        return sum(weights[n].numel() for n in nodes[node])

    def loss_per_weight(node: str) -> float:
        # A block grid's squared error is a share of the weights' variance.
        losses = (costs[n] * float(weights[n].square().sum()) for n in nodes[node])
        return sum(losses) / size(node)

    left = share * sum(w.numel() for w in weights.values())
    narrow: set[str] = set()
    for node in sorted(nodes, key=loss_per_weight):
        left -= size(node)
        if left < 0:
            break
        narrow.update(nodes[node])
    return narrow
