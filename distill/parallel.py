"""Where a training step runs: one process, or several that torchrun starts and that share a step.

Every process draws the same packs and works on its part of each step; gradients are sums, so that
the result does not depend on how many processes there are.
"""

from __future__ import annotations

import os
from typing import Any

import torch
from torch import distributed, nn

from sqlcomplete.errors import SqlcompleteError


class ParallelError(SqlcompleteError):
    """A way of running that this machine or these settings do not allow."""


class Alone:
    """One process."""

    rank = 0
    world = 1

    def check(self, packs_per_step: int, *, rounded: bool) -> None:
        """Raises: ParallelError, when a step of so many packs, with weights rounded or not, cannot
        be shared among the processes."""
        if packs_per_step < self.world:
            raise ParallelError(
                f"{packs_per_step} packs a step for {self.world} processes; "
                f"--packs-per-step must give each at least one"
            )

    def place(self, model: nn.Module) -> nn.Module:
        """The model, ready for its optimiser to be made."""
        return model

    def add_gradients(self, model: nn.Module) -> None:
        """Makes every process's gradient the sum of all processes'."""

    def clip(self, model: nn.Module, norm: float) -> None:
        """Scales the gradient down to the norm."""
        nn.utils.clip_grad_norm_(model.parameters(), norm)

    def sums(self, values: list[float]) -> list[float]:
        """The values, each summed over the processes."""
        return values

    def weights(self, model: nn.Module) -> dict[str, torch.Tensor] | None:
        """All weights, where they are not the module's own; None where they are."""
        return None

    def optimiser_state(self, model: nn.Module, optimiser: torch.optim.Optimizer) -> Any:
        """The whole optimiser's state, as one process alone would have it."""
        return optimiser.state_dict()

    def load_optimiser(
        self, model: nn.Module, optimiser: torch.optim.Optimizer, state: Any
    ) -> None:
        """Takes up a state that `optimiser_state` gave."""
        optimiser.load_state_dict(state)


class DataParallel(Alone):
    """Processes that each hold the whole model (gloo on CPU, NCCL on CUDA)."""

    def __init__(self) -> None:
        join_processes()
        self.rank = distributed.get_rank()
        self.world = distributed.get_world_size()

    def place(self, model: nn.Module) -> nn.Module:
        for parameter in model.parameters():
            distributed.broadcast(parameter.data, 0)
        return model

    def add_gradients(self, model: nn.Module) -> None:
        parameters = list(model.parameters())
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        # One long message instead of hundreds of short ones.
        flat = torch.cat([p.grad.reshape(-1) for p in parameters])
        distributed.all_reduce(flat)
        for parameter, part in zip(
            parameters, flat.split([p.numel() for p in parameters]), strict=True
        ):
            parameter.grad.copy_(part.view_as(parameter))

    def sums(self, values: list[float]) -> list[float]:
        total = torch.tensor(values, dtype=torch.float64)
        if torch.cuda.is_available():
            total = total.cuda()
        distributed.all_reduce(total)
        return [float(v) for v in total.tolist()]


def join_processes() -> None:
    """Joins the processes that torchrun started. Raises: ParallelError, when none did."""
    if not distributed.is_initialized():
        if "RANK" not in os.environ:
            raise ParallelError("no RANK in the environment; start this with torchrun")
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))


def placement(*, sharded: bool = False) -> Alone:
    """As the environment has it: torchrun's processes or one alone; `sharded` for FSDP.

    Raises: ParallelError, when FSDP is wanted and torchrun did not start this.
    """
    if sharded:
        from distill.sharded import Sharded

        return Sharded()
    return DataParallel() if int(os.environ.get("WORLD_SIZE", "1")) > 1 else Alone()
