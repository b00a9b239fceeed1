"""Rounds a whole model for the graph that ships, by one of the methods that were compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import torch
from transformers import Qwen2ForCausalLM

from distill.export.allocate import (
    best_steps,
    equal_steps,
    loss_per_square,
    narrow_layers,
    scale_to_bits,
)
from distill.export.gptq import Rounded, gptq, nearest
from distill.export.graph import OUTPUT_LAYER
from distill.export.statistics import LayerStatistics, linear_layers, measure
from distill.packs import Pack
from distill.quantise import OUTPUT_BITS, STEP_BITS, Grid, range_grid, search_grid, step_grid


class Method(StrEnum):
    """How weights become levels.

    `steps`: step grids, a step per layer by what its errors cost, GPTQ. `gptq`: int4 block grids
    found by search, GPTQ. `mixed`: the former for the layers whose errors cost most, the latter
    for the others. `nearest`: int4 block grids over each block's range. `builder`: what
    onnxruntime-genai's builder does by itself (k_quant_last).
    """

    MIXED = "mixed"
    STEPS = "steps"
    GPTQ = "gptq"
    NEAREST = "nearest"
    BUILDER = "builder"


@dataclass(frozen=True, slots=True)
class Budget:
    """What decides the size. `blocks`, `output`: the mean entropy in bits of a level on step
    grids, of the decoder's blocks and of the output layer, which is the embedding too. `narrow`:
    with the method `mixed`, the share of weights that have 4 bits."""

    blocks: float = STEP_BITS
    output: float = OUTPUT_BITS
    narrow: float = 0.0


@dataclass(frozen=True, slots=True)
class Rounder:
    """A model's weights by layer, and what was measured of its layers at work; nothing without
    packs. Rounding again for another budget measures nothing again."""

    weights: Mapping[str, torch.Tensor]
    output: torch.Tensor
    statistics: Mapping[str, LayerStatistics]

    @classmethod
    def of(cls, model: Qwen2ForCausalLM, packs: Sequence[Pack]) -> Rounder:
        """Measures the model on `packs`, which are of what it is to be good at."""
        return cls(
            {name: layer.weight.data for name, layer in linear_layers(model).items()},
            model.lm_head.weight.data,
            measure(model, packs) if packs else {},
        )

    def round(self, method: Method, budget: Budget) -> dict[str, Rounded]:
        """All layers by name. Without statistics layers are rounded to nearest, and on step grids
        all steps are the same share of their layers' deviation."""
        grids = self._grids(method, budget)
        grids[OUTPUT_LAYER] = self._output_grid(method, budget)
        return self.round_on(grids, by_outputs=method is not Method.NEAREST)

    def round_on(self, grids: Mapping[str, Grid], *, by_outputs: bool = True) -> dict[str, Rounded]:
        """All layers by name on `grids`; each to nearest without statistics, or where its outputs
        are not to be looked at."""
        rounded = {}
        for name, weight in self.weights.items():
            if self.statistics and by_outputs:
                rounded[name] = gptq(weight, self.statistics[name].hessian, grids[name])
            else:
                rounded[name] = nearest(weight, grids[name])
        rounded[OUTPUT_LAYER] = nearest(self.output, grids[OUTPUT_LAYER])
        return rounded

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each layer has, the output layer too."""
        sizes = {name: len(weight) for name, weight in self.weights.items()}
        return sizes | {OUTPUT_LAYER: len(self.output)}

    def _grids(self, method: Method, budget: Budget) -> dict[str, Grid]:
        if method is Method.NEAREST:
            return {name: range_grid(weight) for name, weight in self.weights.items()}
        narrow = set(self.weights)
        wide: dict[str, torch.Tensor] = {}
        costs = loss_per_square(self.statistics) or dict.fromkeys(self.weights, 1.0)
        if method is not Method.GPTQ:
            share = budget.narrow if method is Method.MIXED else 0.0
            narrow = narrow_layers(self.weights, costs, share)
            wide = {name: w for name, w in self.weights.items() if name not in narrow}
        if not wide:
            return {name: self._searched(name) for name in narrow}
        relative = best_steps(wide, costs) if self.statistics else equal_steps(wide)
        steps = scale_to_bits(wide, relative, budget.blocks)
        return {
            name: self._searched(name) if name in narrow else step_grid(weight, steps[name])
            for name, weight in self.weights.items()
        }

    def _searched(self, name: str) -> Grid:
        known = self.statistics.get(name)
        return search_grid(
            self.weights[name], importance=known.hessian.diagonal() if known else None
        )

    def _output_grid(self, method: Method, budget: Budget) -> Grid:
        if method not in (Method.STEPS, Method.MIXED):
            return range_grid(self.output, 8)
        one = {OUTPUT_LAYER: self.output}
        return step_grid(
            self.output, scale_to_bits(one, equal_steps(one), budget.output)[OUTPUT_LAYER]
        )
