"""Reads the model that ships back into torch: a company's machine has the graph and no hub.

MatMulNBits stores each block of 32 inputs as integers with a scale and a zero point, so its weights
come back exactly, `(level - zero) * scale`; the tuned model is rounded to such a grid again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import Qwen2Config, Qwen2ForCausalLM
from transformers.modeling_utils import no_init_weights

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.tokenizer import Tokenizer

Array = NDArray[np.float32]

_POSITIONS = 2048


def load_from_onnx(folder: Path) -> tuple[Qwen2ForCausalLM, Tokenizer]:
    """The exported model in `folder` as a Qwen2 model in fp32, its weights those that the graph
    computes with.

    Raises: ModelError, when the graph is not one that `distill.export` writes.
    """
    path = folder / "model.onnx"
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        graph = onnx.load(str(path))
        layers, key_value_heads = int(about["layers"]), int(about["key_value_heads"])
        head_size = int(about["head_size"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder}: not a readable model ({error})") from error
    except Exception as error:  # protobuf's errors have no common base
        raise ModelError(f"{path}: the graph cannot be read ({error})") from error
    tokenizer = Tokenizer.load(folder / "vocabulary.json")
    try:
        state, config = _read(graph, layers, key_value_heads, head_size, len(tokenizer))
    except (KeyError, ValueError, IndexError, StopIteration) as error:
        raise ModelError(f"{path}: not a graph of a Qwen2 model as exported ({error})") from error
    with no_init_weights():  # all of them are about to be read
        model = Qwen2ForCausalLM(config)
    missing, unexpected = model.load_state_dict(
        {name: torch.from_numpy(values) for name, values in state.items()}, strict=False
    )
    if unexpected or set(missing) - {"lm_head.weight"}:
        raise ModelError(f"{path}: the graph's layers do not fit: {[*missing, *unexpected][:3]}")
    model.tie_weights()
    return model, tokenizer


def _read(
    model: onnx.ModelProto, layers: int, key_value_heads: int, head_size: int, vocabulary: int
) -> tuple[dict[str, Array], Qwen2Config]:
    tensors = {t.name: t for t in model.graph.initializer}
    weights = {
        node_layer(node): matmul_weight(node, tensors)
        for node in model.graph.node
        if node.op_type in ("MatMulNBits", "MatMul")
    }
    attention = next(n for n in model.graph.node if n.op_type == "GroupQueryAttention")
    heads = int(_attributes(attention)["num_heads"])
    width = weights["model.layers.0.attn.o_proj"].shape[0]
    query, key = heads * head_size, key_value_heads * head_size
    state: dict[str, Array] = {}
    for i in range(layers):
        here, there = f"model.layers.{i}", f"model.layers.{i}"
        for name, weight, bias in _attention_inputs(here, weights, tensors, query, key):
            state[f"{there}.self_attn.{name}.weight"] = weight
            state[f"{there}.self_attn.{name}.bias"] = bias
        state[f"{there}.self_attn.o_proj.weight"] = weights[f"{here}.attn.o_proj"]
        for name in ("gate_proj", "up_proj", "down_proj"):
            state[f"{there}.mlp.{name}.weight"] = weights[f"{here}.mlp.{name}"]
        for name in ("input_layernorm", "post_attention_layernorm"):
            state[f"{there}.{name}.weight"] = _plain(tensors[f"{here}.{name}.weight"])
    final = f"model.layers.{layers}.final_norm_layernorm.weight"
    state["model.norm.weight"] = _plain(tensors[final])
    head = weights["lm_head"]
    if head.shape != (vocabulary, width):
        raise ValueError(f"an output layer of {head.shape}, not {(vocabulary, width)}")
    # One matrix reads and writes tokens.
    state["model.embed_tokens.weight"] = head
    config = Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=weights["model.layers.0.mlp.gate_proj"].shape[0],
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=key_value_heads,
        head_dim=head_size,
        max_position_embeddings=_POSITIONS,
        rms_norm_eps=_epsilon(model),
        rope_theta=_rope_theta(tensors),
        tie_word_embeddings=True,
        use_sliding_window=False,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    return state, config


def _attention_inputs(
    layer: str,
    weights: Mapping[str, Array],
    tensors: Mapping[str, onnx.TensorProto],
    query: int,
    key: int,
) -> list[tuple[str, Array, Array]]:
    """Query, key and value projections with biases, from one matrix of all or from three."""
    names = ("q_proj", "k_proj", "v_proj")
    sizes = (query, key, key)
    whole = weights.get(f"{layer}.attn.qkv_proj")
    if whole is None:
        return [
            (n, weights[f"{layer}.attn.{n}"], _bias(tensors, f"{layer}.attn.{n}", size))
            for n, size in zip(names, sizes, strict=True)
        ]
    if whole.shape[0] != sum(sizes):
        raise ValueError(f"{layer}: attention of {whole.shape[0]} rows, not {sum(sizes)}")
    bias = _bias(tensors, f"{layer}.attn.qkv_proj", sum(sizes))
    cuts = [query, query + key]
    return list(zip(names, np.split(whole, cuts), np.split(bias, cuts), strict=True))


def _bias(tensors: Mapping[str, onnx.TensorProto], name: str, size: int) -> Array:
    found = tensors.get(f"{name}.Add.bias")
    return np.zeros(size, np.float32) if found is None else _plain(found)


def node_layer(node: onnx.NodeProto) -> str:
    """The layer that a product of the graph belongs to, such as `model.layers.0.attn.o_proj`."""
    name: str = node.name
    return name.removeprefix("/").partition("/MatMul")[0].replace("/", ".")


def matmul_weight(node: onnx.NodeProto, tensors: Mapping[str, onnx.TensorProto]) -> Array:
    """The weights (outputs, inputs) that the node multiplies with."""
    if node.op_type == "MatMul":
        return np.ascontiguousarray(_plain(tensors[node.input[1]]).T)
    has_zero = len(node.input) > 3 and node.input[3] in tensors
    return dequantise(
        numpy_helper.to_array(tensors[node.input[1]]),
        _plain(tensors[node.input[2]]),
        numpy_helper.to_array(tensors[node.input[3]]) if has_zero else None,
        **{k: int(_attributes(node)[k]) for k in ("K", "N", "bits", "block_size")},
    )


def dequantise(
    levels: NDArray[np.uint8],
    scales: Array,
    zeros: NDArray[Any] | None,
    *,
    K: int,  # noqa: N803 - the operator's own names
    N: int,  # noqa: N803
    bits: int,
    block_size: int,
) -> Array:
    """The weights (N, K) of a MatMulNBits node, exactly as it computes with them.

    Args:
        levels: (N, blocks, bytes of a block), the first of two 4-bit levels in the low half.
        scales: (N * blocks,).
        zeros: packed as the levels are, row by row; None for the middle of the range.

    Raises: ValueError, for other than 4 or 8 bits, or sizes that do not fit.
    """
    blocks = -(-K // block_size)
    found = _unpacked(levels.reshape(N, -1), bits)[:, : blocks * block_size]
    found = found.reshape(N, blocks, block_size)
    if zeros is None:
        zero = np.full((N, blocks), 1 << (bits - 1), np.float32)
    elif zeros.dtype == np.uint8:
        zero = _unpacked(zeros.reshape(N, -1), bits)[:, :blocks]
    else:
        zero = zeros.reshape(N, blocks).astype(np.float32)
    values = (found - zero[:, :, None]) * scales.reshape(N, blocks)[:, :, None]
    return np.ascontiguousarray(values.reshape(N, -1)[:, :K], dtype=np.float32)


def _unpacked(packed: NDArray[np.uint8], bits: int) -> Array:
    """Rows of levels as numbers."""
    if bits == 8:
        return packed.astype(np.float32)
    if bits != 4:
        raise ValueError(f"weights of {bits} bits")
    both = np.stack([packed & 15, packed >> 4], axis=-1)
    return both.reshape(packed.shape[0], -1).astype(np.float32)


def _plain(tensor: onnx.TensorProto) -> Array:
    return np.array(numpy_helper.to_array(tensor), dtype=np.float32)


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def _epsilon(model: onnx.ModelProto) -> float:
    norm = next(n for n in model.graph.node if n.op_type == "SimplifiedLayerNormalization")
    # Written as a 32-bit number: 9.99999974e-06 is meant as 1e-05.
    return float(f"{_attributes(norm)['epsilon']:.4g}")


def _rope_theta(tensors: Mapping[str, onnx.TensorProto]) -> float:
    """The rotary base, from the angles at position 1: `theta ** (-2 * i / head_size)`."""
    cosine, sine = _plain(tensors["cos_cache"])[1], _plain(tensors["sin_cache"])[1]
    last = len(cosine) - 1
    angle = math.atan2(float(sine[last]), float(cosine[last]))
    theta = angle ** (-len(cosine) / last)
    # Bases are round numbers; the tables are of 32 bits.
    return float(f"{theta:.4g}")
