"""Writes a tuned model as a graph: the one it was tuned from, with the matrices that changed.

What tuning did not touch stays as it was, bit for bit. What it did is stored in 8 bits: a tuned
weight has moved by less than a step of a 4-bit grid, on whose points it began, so that rounding to
4 bits again would take most of what was learned away.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import Qwen2ForCausalLM

from distill.from_onnx import Array, matmul_weight, node_layer
from sqlcomplete.model.errors import ModelError

_NORMS = ("input_layernorm", "post_attention_layernorm")


def write_tuned(
    base: Path, model: Qwen2ForCausalLM, out: Path, *, name: str, bits: int = 8
) -> tuple[int, int]:
    """Writes `model`, which `distill.from_onnx` read from `base`, to the folder `out`.

    Returns:
        How many matrices changed, and how many there are.

    Raises: ModelError, when the graph's layers are not the model's; OSError.
    """
    graph = onnx.load(str(base / "model.onnx"))
    tensors = {t.name: t for t in graph.graph.initializer}
    state = {k: v.detach().float().cpu().numpy() for k, v in model.state_dict().items()}
    layers = model.config.num_hidden_layers
    changed = total = 0
    for node in graph.graph.node:
        if node.op_type not in ("MatMulNBits", "MatMul"):
            continue
        total += 1
        wanted = _wanted(node_layer(node), state)
        if np.array_equal(wanted, matmul_weight(node, tensors)):
            continue
        if node.op_type == "MatMul":
            _put(tensors[node.input[1]], np.ascontiguousarray(wanted.T))
        else:
            _requantise(node, tensors, wanted, bits)
        changed += 1
    for tensor_name, values in _plain_tensors(state, layers).items():
        found = tensors.get(tensor_name)
        if found is None:
            if np.any(values):
                raise ModelError(f"{base}: the graph has no {tensor_name}, which tuning changed")
        elif not np.array_equal(numpy_helper.to_array(found), values):
            _put(found, values)
    out.mkdir(parents=True, exist_ok=True)
    onnx.save_model(graph, str(out / "model.onnx"), save_as_external_data=False)
    shutil.copy(base / "vocabulary.json", out / "vocabulary.json")
    about = json.loads((base / "model.json").read_text(encoding="utf-8"))
    about["name"] = name
    (out / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return changed, total


def quantise(weight: Array, bits: int, block: int) -> tuple[NDArray[np.uint8], Array, Array]:
    """The weight (N, K) in blocks of `block` inputs, on the grid between each block's least and
    greatest value, zero among them: levels (N, blocks, block), scales and zeros (N, blocks)."""
    rows, inputs = weight.shape
    blocks = -(-inputs // block)
    padded = np.zeros((rows, blocks * block), np.float32)
    padded[:, :inputs] = weight
    parts = padded.reshape(rows, blocks, block)
    most = (1 << bits) - 1
    low = np.minimum(parts.min(2), 0)
    high = np.maximum(parts.max(2), 0)
    scale = np.maximum((high - low) / most, 1e-8).astype(np.float32)
    zero = np.clip(np.round(-low / scale), 0, most)
    levels = np.clip(np.round(parts / scale[:, :, None] + zero[:, :, None]), 0, most)
    return levels.astype(np.uint8), scale, zero.astype(np.float32)


def _requantise(
    node: onnx.NodeProto, tensors: Mapping[str, onnx.TensorProto], weight: Array, bits: int
) -> None:
    attributes = {a.name: a for a in node.attribute}
    shared = node_layer(node) == "lm_head"  # its levels are read as the embedding too
    bits = int(attributes["bits"].i) if shared else bits
    levels, scale, zero = quantise(weight, bits, int(attributes["block_size"].i))
    if len(node.input) < 4 or node.input[3] not in tensors:
        raise ModelError(f"{node.name}: a graph without zero points cannot take tuned weights")
    _put(tensors[node.input[1]], _packed(levels, bits))
    _put(tensors[node.input[2]], scale.reshape(_like(tensors[node.input[2]], scale.shape)))
    packed = _packed(zero.astype(np.uint8)[:, None], bits)
    flat = len(tensors[node.input[3]].dims) == 1
    _put(tensors[node.input[3]], packed.reshape(-1 if flat else (len(packed), -1)))
    attributes["bits"].i = bits


def _packed(levels: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """Levels as bytes: at 4 bits two in one, the first in the low half."""
    if bits == 8:
        return levels
    if levels.shape[-1] % 2:
        levels = np.concatenate([levels, np.zeros_like(levels[..., :1])], -1)
    return np.asarray(levels[..., ::2] | (levels[..., 1::2] << 4), dtype=np.uint8)


def _like(tensor: onnx.TensorProto, shape: tuple[int, ...]) -> tuple[int, ...]:
    return (-1,) if len(tensor.dims) == 1 else shape


def _put(tensor: onnx.TensorProto, values: NDArray[np.generic]) -> None:
    tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), tensor.name))


def _wanted(layer: str, state: Mapping[str, Array]) -> Array:
    """The tuned weight of a node by its layer's name in the graph."""
    if layer == "lm_head":
        return state["model.embed_tokens.weight"]
    head, _, last = layer.rpartition(".")
    if last == "qkv_proj":
        own = head.replace(".attn", ".self_attn")
        return np.concatenate([state[f"{own}.{n}_proj.weight"] for n in "qkv"])
    found = state.get(f"{layer.replace('.attn.', '.self_attn.')}.weight")
    if found is None:
        raise ModelError(f"the graph's layer {layer} is not one of the model's")
    return found


def _plain_tensors(state: Mapping[str, Array], layers: int) -> dict[str, Array]:
    """Norms and biases by their names in the graph."""
    plain = {f"model.layers.{layers}.final_norm_layernorm.weight": state["model.norm.weight"]}
    for i in range(layers):
        here = f"model.layers.{i}"
        for norm in _NORMS:
            plain[f"{here}.{norm}.weight"] = state[f"{here}.{norm}.weight"]
        plain[f"{here}.attn.qkv_proj.Add.bias"] = np.concatenate(
            [state[f"{here}.self_attn.{n}_proj.bias"] for n in "qkv"]
        )
    return plain
