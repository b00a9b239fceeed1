"""What rounding needs to know of a model at work: the inputs and the gradients of its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional
from torch.utils.hooks import RemovableHandle
from transformers import Qwen2ForCausalLM

from distill.forward import half_precision, labelled, labelled_logits
from distill.packs import IGNORED, Pack

# Layers that read the same input share its Hessian: the first of them measures it.
_SHARED = {"k_proj": "q_proj", "v_proj": "q_proj", "up_proj": "gate_proj"}


@dataclass(frozen=True, slots=True)
class LayerStatistics:
    """Of one linear layer at work on packs.

    `hessian` (in, in): the mean of x xᵀ over inputs x, all tokens. `sensitivity` (out,): the mean
    over tokens of the squared gradient of the summed loss by each output: the diagonal of the
    empirical Fisher information, whose half times a squared output error is the loss it costs.
    """

    hessian: torch.Tensor
    sensitivity: torch.Tensor


def linear_layers(model: Qwen2ForCausalLM) -> dict[str, nn.Linear]:
    """The linear layers of the decoder's blocks by name; the output layer is not one of them."""
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and ".layers." in name
    }


def measure(model: Qwen2ForCausalLM, packs: Sequence[Pack]) -> dict[str, LayerStatistics]:
    """Statistics of each of `linear_layers` over `packs`; computed in bf16, summed in fp32."""
    sums: dict[str, torch.Tensor] = {}
    squares: dict[str, torch.Tensor] = {}
    count = 0
    with _watched(model, sums, squares):
        for pack in packs:
            asked = labelled(pack, model.device)
            with half_precision(model.device):
                logits = labelled_logits(model, torch.from_numpy(pack.tokens), asked)
            loss = functional.cross_entropy(
                logits, asked.targets, ignore_index=IGNORED, reduction="sum"
            )
            loss.backward()
            count += len(pack.tokens)
    return {
        name: LayerStatistics(sums[_measuring(name)] / count, squares[name] / count)
        for name in linear_layers(model)
    }


def _measuring(name: str) -> str:
    parent, _, last = name.rpartition(".")
    return f"{parent}.{_SHARED.get(last, last)}"


@contextmanager
def _watched(
    model: Qwen2ForCausalLM, sums: dict[str, torch.Tensor], squares: dict[str, torch.Tensor]
) -> Iterator[None]:
    """Within, forward passes add to `sums`, backward passes to `squares`; weights get no
    gradient, so that a backward pass costs what a forward pass does."""
    trainable = [p for p in model.parameters() if p.requires_grad]
    handles: list[RemovableHandle] = []

    def before(name: str, inputs: torch.Tensor) -> None:
        rows = inputs.detach().reshape(-1, inputs.shape[-1]).float()
        if name not in sums:
            sums[name] = torch.zeros(rows.shape[1], rows.shape[1])
        sums[name].addmm_(rows.T, rows)

    def behind(name: str, gradient: torch.Tensor) -> None:
        square = gradient.float().square().reshape(-1, gradient.shape[-1]).sum(0)
        squares[name] = squares[name] + square if name in squares else square

    for parameter in trainable:
        parameter.requires_grad_(False)
    try:
        # Gradients have to start somewhere: at what the embedding gives.
        embedding = model.get_input_embeddings()
        handles.append(embedding.register_forward_hook(lambda m, a, out: out.requires_grad_(True)))
        for name, layer in linear_layers(model).items():
            if _measuring(name) == name:
                handles.append(
                    layer.register_forward_pre_hook(lambda m, args, n=name: before(n, args[0]))
                )
            handles.append(
                layer.register_full_backward_hook(
                    lambda m, inputs, outputs, n=name: behind(n, outputs[0])
                )
            )
        yield
    finally:
        for handle in handles:
            handle.remove()
        for parameter in trainable:
            parameter.requires_grad_(True)
