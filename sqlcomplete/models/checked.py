"""Loads a model's weights only after its files, and then its graph, are what the engine expects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.session import Weights
from sqlcomplete.models.manifest import Architecture, Manifest, verify_files


def load_checked(folder: Path, manifest: Manifest) -> Weights:
    """The weights in `folder`, held to the manifest's sizes, hashes and architecture.

    Raises: ModelError, with the file and what is wrong with it; nothing is loaded then.
    """
    verify_files(folder, manifest)
    if _declared(folder, manifest.architecture.vocabulary) != manifest.architecture:
        raise ModelError(f"{folder}: model.json and the manifest tell of different architectures")
    weights = Weights(folder)
    check_architecture(weights, folder)
    if len(weights.tokenizer) != manifest.architecture.vocabulary:
        raise ModelError(
            f"{folder}: a vocabulary of {len(weights.tokenizer)} tokens, the manifest says "
            f"{manifest.architecture.vocabulary}"
        )
    return weights


def check_architecture(weights: Weights, folder: Path) -> None:
    """Holds the loaded graph to what a session feeds it and reads from it.

    Raises: ModelError, with the first input, output or token that is not as expected.
    """
    specials = tuple(weights.tokenizer.specials)
    if specials != SPECIALS:
        raise ModelError(
            f"{folder}: made for prompts with {', '.join(specials) or 'no special tokens'}; "
            f"this engine writes {', '.join(SPECIALS)}"
        )
    inputs = {i.name: tuple(i.shape) for i in weights.graph.get_inputs()}
    outputs = {o.name: tuple(o.shape) for o in weights.graph.get_outputs()}
    _need(folder, inputs, "input_ids", {})
    _need(folder, inputs, "attention_mask", {})
    # A graph may keep fewer logits than tokens, never another vocabulary.
    _need(folder, outputs, "logits", {2: len(weights.tokenizer)})
    heads = {1: weights.key_value_heads, 3: weights.head_size}
    for layer in range(weights.layers):
        for part in ("key", "value"):
            _need(folder, inputs, f"past_key_values.{layer}.{part}", heads)
            _need(folder, outputs, f"present.{layer}.{part}", heads)
    more = f"past_key_values.{weights.layers}.key"
    if more in inputs:
        raise ModelError(f"{folder}: the graph has more than {weights.layers} layers")


def architecture_of(folder: Path) -> Architecture:
    """What `model.json` and the vocabulary in `folder` tell of a model.

    Raises: ModelError, when they cannot be read.
    """
    path = folder / "vocabulary.json"
    try:
        tokens = json.loads(path.read_text(encoding="utf-8"))["tokens"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: not a readable vocabulary ({error})") from error
    return _declared(folder, len(tokens))


def _declared(folder: Path, vocabulary: int) -> Architecture:
    path = folder / "model.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return Architecture(
            layers=int(about["layers"]),
            key_value_heads=int(about["key_value_heads"]),
            head_size=int(about["head_size"]),
            vocabulary=vocabulary,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: does not tell a model's architecture ({error})") from error


def _need(
    folder: Path,
    found: Mapping[str, tuple[object, ...]],
    name: str,
    sizes: Mapping[int, int],
) -> None:
    shape = found.get(name)
    if shape is None:
        raise ModelError(f"{folder}: the graph has no {name}: not a model for this engine")
    for axis, size in sizes.items():
        # A dimension left open is a name.
        if axis >= len(shape) or (isinstance(shape[axis], int) and shape[axis] != size):
            raise ModelError(
                f"{folder}: the graph's {name} has shape {shape}, not {size} at {axis}"
            )
