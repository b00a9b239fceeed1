"""Makes a student of a tuned teacher by leaving out the layers of least measured influence.

Influence is measured anew after each step, for layers that do the same work look dispensable each
while the other stands. Two measures: `cosine`, the block influence of ShortGPT (arXiv 2403.03853),
one minus the cosine between what goes into a layer and what comes out, in one pass for all layers;
`loss`, how much the loss rises when the layer is left out, in a pass for each.
`python -m distill prune CHECKPOINT PACKS --layers N --out FOLDER`
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click
import torch
from torch import nn
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from distill.donor import load_model, save_model
from distill.fixed_packs import FixedPacks, write_whole
from distill.forward import default_device, half_precision, labelled, labelled_logits
from distill.fusion.errors import FusionError
from distill.packs import IGNORED, Pack

Measure = Literal["cosine", "loss"]


@dataclass(frozen=True, slots=True)
class PruningStep:
    """One step: `influence` of the layers then standing, by their number in the teacher; which
    were `dropped`; the mean loss in nats before and after."""

    influence: dict[int, float]
    dropped: tuple[int, ...]
    loss_before: float
    loss_after: float


def mean_loss(model: Qwen2ForCausalLM, packs: Sequence[Pack]) -> float:
    """Mean cross-entropy in nats over the labelled tokens of `packs`."""
    device = next(model.parameters()).device
    total = count = 0.0
    with torch.no_grad(), half_precision(device):
        for pack in packs:
            asked = labelled(pack, device)
            logits = labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
            total += float(
                functional.cross_entropy(
                    logits, asked.targets, reduction="sum", ignore_index=IGNORED
                )
            )
            count += asked.count
    return total / count


def influence(
    model: Qwen2ForCausalLM, packs: Sequence[Pack], measure: Measure
) -> tuple[list[float], float]:
    """Each layer's influence, and the mean loss of the model as it is."""
    whole = mean_loss(model, packs)
    if measure == "cosine":
        return _cosines(model, packs), whole
    found = []
    for number in range(len(model.model.layers)):
        with _left_out(model, number):
            found.append(mean_loss(model, packs) - whole)
    return found, whole


def keep_layers(model: Qwen2ForCausalLM, kept: Sequence[int]) -> Qwen2ForCausalLM:
    """A model of its own with those layers, in their order, and all else of `model`."""
    config = copy.deepcopy(model.config)
    config.num_hidden_layers = len(kept)
    if getattr(config, "layer_types", None):
        config.layer_types = [config.layer_types[i] for i in kept]
    smaller = Qwen2ForCausalLM(config)
    place = {old: new for new, old in enumerate(kept)}
    state = {}
    for name, value in model.state_dict().items():
        parts = name.split(".")
        if parts[:2] == ["model", "layers"]:
            if int(parts[2]) not in place:
                continue
            parts[2] = str(place[int(parts[2])])
        state[".".join(parts)] = value
    smaller.load_state_dict(state)
    return smaller.to(next(model.parameters()).device)


def prune(
    model: Qwen2ForCausalLM,
    packs: Sequence[Pack],
    layers: int,
    *,
    measure: Measure = "loss",
    at_once: int = 2,
) -> tuple[Qwen2ForCausalLM, list[int], list[PruningStep]]:
    """Drops layers in steps of `at_once`, measuring before each, until `layers` are left.

    Returns the student, the numbers in the teacher of the layers it has, and the steps.
    Raises: FusionError, when the model has not more layers than that.
    """
    standing = list(range(len(model.model.layers)))
    if not 1 <= layers <= len(standing):
        raise FusionError(f"--layers {layers}: the model has {len(standing)}")
    model.eval()
    steps: list[PruningStep] = []
    while len(standing) > layers:
        found, before = influence(model, packs, measure)
        count = min(at_once, len(standing) - layers)
        order = sorted(range(len(standing)), key=found.__getitem__)
        dropped = set(order[:count])
        kept = [i for i in range(len(standing)) if i not in dropped]
        model = keep_layers(model, kept).eval()
        steps.append(
            PruningStep(
                {layer: round(found[i], 5) for i, layer in enumerate(standing)},
                tuple(sorted(standing[i] for i in dropped)),
                before,
                mean_loss(model, packs),
            )
        )
        standing = [standing[i] for i in kept]
    return model, standing, steps


def _cosines(model: Qwen2ForCausalLM, packs: Sequence[Pack]) -> list[float]:
    device = next(model.parameters()).device
    layers = model.model.layers
    sums = [0.0] * len(layers)
    count = 0
    for pack in packs:
        asked = labelled(pack, device)
        where = asked.positions[: asked.count]
        with _watched(layers, where, sums), torch.no_grad(), half_precision(device):
            labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
        count += asked.count
    return [1 - s / count for s in sums]


@contextmanager
def _watched(layers: nn.ModuleList, where: torch.Tensor, sums: list[float]) -> Iterator[None]:
    """Adds each layer's cosines between input and output at `where` to its sum."""

    def watch(number: int) -> object:
        def hook(module: nn.Module, inputs: tuple[torch.Tensor, ...], output: object) -> None:
            after = output[0] if isinstance(output, tuple) else output
            assert isinstance(after, torch.Tensor)
            before = inputs[0][0, where].float()
            sums[number] += float(
                functional.cosine_similarity(
                    before, after.reshape(inputs[0].shape)[0, where].float(), dim=-1
                ).sum()
            )

        return layers[number].register_forward_hook(hook)

    handles = [watch(i) for i in range(len(layers))]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()  # type: ignore[attr-defined]


@contextmanager
def _left_out(model: Qwen2ForCausalLM, number: int) -> Iterator[None]:
    layers = model.model.layers
    model.model.layers = nn.ModuleList([m for i, m in enumerate(layers) if i != number])
    try:
        yield
    finally:
        model.model.layers = layers


@click.command("prune")
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("packs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--layers", required=True, type=click.IntRange(1), help="How many to keep.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--measure", type=click.Choice(["loss", "cosine"]), default="loss")
@click.option("--at-once", default=2, show_default=True, help="Layers dropped between measures.")
@click.option("--measured-on", default=8, show_default=True, help="How many of the packs.")
def command(
    checkpoint: Path,
    packs: Path,
    layers: int,
    out: Path,
    measure: Measure,
    at_once: int,
    measured_on: int,
) -> None:
    """Make a student by leaving out a tuned model's layers of least influence."""
    torch.set_flush_denormal(True)
    fixed = FixedPacks(packs)
    model, tokenizer = load_model(checkpoint)
    chosen = [fixed.pack(i) for i in range(min(measured_on, len(fixed)))]
    student, kept, steps = prune(
        model.to(default_device()), chosen, layers, measure=measure, at_once=at_once
    )
    save_model(student, tokenizer, out)
    about = {"measure": measure, "packs": fixed.manifest.data, "kept": kept}
    document = about | {"steps": [asdict(step) for step in steps]}
    write_whole(out / "influence.json", json.dumps(document, indent=1) + "\n")
    last = steps[-1] if steps else None
    line = about | {"loss_before": steps[0].loss_before, "loss": last.loss_after} if last else about
    click.echo(json.dumps(line))
