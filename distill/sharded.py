"""A model sharded over several processes by accelerate's FSDP: weights, gradients and Adam's state.

Checkpoints are whole: a run may be begun sharded and gone on with alone, or the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin
from accelerate.utils.fsdp_utils import fsdp2_prepare_model
from torch import distributed, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_optimizer_state_dict,
)

from distill.parallel import Alone, ParallelError, join_processes

_WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


class Sharded(Alone):
    """Processes that torchrun started, each with a part of every layer (FSDP2)."""

    def __init__(self) -> None:
        join_processes()
        self.rank = distributed.get_rank()
        self.world = distributed.get_world_size()
        self._accelerator = Accelerator(cpu=not torch.cuda.is_available(), mixed_precision="no")
        # Accelerate turns FSDP on for accelerators alone; its sharding itself runs on gloo too.
        state = self._accelerator.state
        state.distributed_type = DistributedType.FSDP
        state.fsdp_plugin = FullyShardedDataParallelPlugin(
            fsdp_version=2,
            auto_wrap_policy="transformer_based_wrap",
            transformer_cls_names_to_wrap=["Qwen2DecoderLayer"],
            cpu_ram_efficient_loading=False,
        )

    def check(self, packs_per_step: int, *, rounded: bool) -> None:
        if packs_per_step % self.world:
            raise ParallelError(
                f"{packs_per_step} packs a step for {self.world} processes of FSDP; "
                f"--packs-per-step must be a multiple"
            )
        if rounded:
            raise ParallelError(
                "rounding needs whole matrices, and FSDP holds parts of them; "
                "give --rounded-from 1, and round in a last run without --fsdp"
            )

    def place(self, model: nn.Module) -> nn.Module:
        return fsdp2_prepare_model(self._accelerator, model)

    def add_gradients(self, model: nn.Module) -> None:
        """FSDP has the mean over the processes already; the sum is wanted."""
        for parameter in model.parameters():
            if parameter.grad is not None:
                parameter.grad.mul_(self.world)

    def weights(self, model: nn.Module) -> dict[str, torch.Tensor] | None:
        whole: dict[str, torch.Tensor] = get_model_state_dict(model, options=_WHOLE)
        # The output layer is the embedding: a file holds it once.
        whole.pop("lm_head.weight", None)
        return whole

    def optimiser_state(self, model: nn.Module, optimiser: torch.optim.Optimizer) -> Any:
        return _by_number(get_optimizer_state_dict(model, optimiser, options=_WHOLE))

    def load_optimiser(
        self, model: nn.Module, optimiser: torch.optim.Optimizer, state: Any
    ) -> None:
        names = [name for name, _ in model.named_parameters()]
        set_optimizer_state_dict(model, optimiser, _by_name(state, names), options=_WHOLE)


def _by_number(state: Mapping[str, Any]) -> dict[str, Any]:
    """An optimiser's state keyed by a parameter's number, as one process alone writes it."""
    if not state:  # not the first process
        return {}
    names = [name for group in state["param_groups"] for name in group["params"]]
    number = {name: i for i, name in enumerate(names)}
    return {
        "state": {number[name]: value for name, value in state["state"].items()},
        "param_groups": [
            {**group, "params": [number[name] for name in group["params"]]}
            for group in state["param_groups"]
        ],
    }


def _by_name(state: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """The reverse of `_by_number`."""
    return {
        "state": {names[number]: value for number, value in state["state"].items()},
        "param_groups": [
            {**group, "params": [names[number] for number in group["params"]]}
            for group in state["param_groups"]
        ],
    }
