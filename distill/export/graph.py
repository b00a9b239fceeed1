"""Writes rounded weights into a graph's MatMulNBits nodes as they are, never rounded twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from distill.export.gptq import Rounded
from distill.quantise import BLOCK, Grid
from sqlcomplete.model.errors import ModelError

OUTPUT_LAYER = "lm_head"
_NODE = re.compile(r"/model/layers\.(\d+)/(attn|mlp)/(\w+)/MatMul")
_PARTS = {"attn": "self_attn", "mlp": "mlp"}
# Projections that the builder merges into one, in the order of their rows.
_MERGED = {"qkv_proj": ("q_proj", "k_proj", "v_proj")}


def layers_of(node_name: str) -> tuple[str, ...]:
    """The names in torch of the linear layers whose rows a MatMulNBits node holds."""
    if node_name.startswith(f"/{OUTPUT_LAYER}/"):
        return (OUTPUT_LAYER,)
    found = _NODE.match(node_name)
    if found is None:
        return ()
    number, part, name = found.groups()
    return tuple(
        f"model.layers.{number}.{_PARTS[part]}.{one}" for one in _MERGED.get(name, (name,))
    )


def write_rounded(graph: onnx.ModelProto, rounded: Mapping[str, Rounded]) -> None:
    """Replaces levels, scales and zero points of the nodes whose layers `rounded` holds.

    Raises: ModelError, when a layer has no node, or a node's shape is not its layers'.
    """
    stored = {i.name: i for i in graph.graph.initializer}
    missing = set(rounded)
    for node in graph.graph.node:
        if node.op_type != "MatMulNBits":
            continue
        names = [n for n in layers_of(node.name) if n in rounded]
        if not names:
            continue
        missing -= set(names)
        whole = stack([rounded[n] for n in names])
        attributes = {a.name: a for a in node.attribute}
        shape = (attributes["N"].i, attributes["K"].i)
        if shape != tuple(whole.levels.shape):
            raise ModelError(f"{node.name}: {shape} in the graph, {tuple(whole.levels.shape)} here")
        bits = 4 if whole.grid.bits <= 4 else 8
        attributes["bits"].i = bits
        values = (packed(whole, bits), _scales(whole), packed_zeros(whole.grid, bits))
        for name, value in zip(node.input[1:4], values, strict=True):
            stored[name].CopyFrom(numpy_helper.from_array(value, name))
    if missing:
        raise ModelError(f"no node of the graph holds {sorted(missing)[0]}")


def read_rounded(graph: onnx.ModelProto) -> dict[tuple[str, ...], Rounded]:
    """What the graph's MatMulNBits nodes hold, by the names of their layers."""
    stored = {i.name: i for i in graph.graph.initializer}
    found = {}
    for node in graph.graph.node:
        if node.op_type != "MatMulNBits" or not layers_of(node.name):
            continue
        attributes = {a.name: a for a in node.attribute}
        bits, rows = attributes["bits"].i, attributes["N"].i
        levels, scale, zero = (numpy_helper.to_array(stored[n]) for n in node.input[1:4])
        blocks = attributes["K"].i // BLOCK
        grid = Grid(
            torch.from_numpy(scale.reshape(rows, blocks).astype(np.float32)),
            torch.from_numpy(
                _unpacked(zero, bits).reshape(rows, -1)[:, :blocks].astype(np.float32)
            ),
            bits,
        )
        values = torch.from_numpy(_unpacked(levels, bits).reshape(rows, -1).copy())
        found[layers_of(node.name)] = Rounded(values, grid)
    return found


def read_grids(graph: onnx.ModelProto, rows: Mapping[str, int]) -> dict[str, Grid]:
    """The grids that the graph's layers are on, by the layers' names in torch.

    Args:
        rows: How many rows each layer has: nodes hold several.

    Raises: ModelError, when the graph lacks a layer or has it in another size.
    """
    found: dict[str, Grid] = {}
    for names, rounded in read_rounded(graph).items():
        sizes = [rows.get(name, 0) for name in names]
        grid = rounded.grid
        if sum(sizes) != len(grid.scale):
            raise ModelError(f"{names[0]}: {len(grid.scale)} rows in the graph, {sum(sizes)} here")
        scales, zeros = grid.scale.split(sizes), grid.zero.split(sizes)
        for name, scale, zero in zip(names, scales, zeros, strict=True):
            found[name] = Grid(scale, zero, grid.bits)
    if missing := sorted(set(rows) - set(found)):
        raise ModelError(f"no node of the graph holds {missing[0]}")
    return found


def stack(parts: list[Rounded]) -> Rounded:
    """The rows of several layers with one input, one below the other."""
    bits = max(p.grid.bits for p in parts)
    return Rounded(
        torch.cat([p.levels for p in parts]),
        Grid(
            torch.cat([p.grid.scale for p in parts]), torch.cat([p.grid.zero for p in parts]), bits
        ),
    )


def packed(rounded: Rounded, bits: int) -> NDArray[np.uint8]:
    """Levels as MatMulNBits stores them: (out, in / 32, bytes of a block), the first of two
    levels in a byte's low half where `bits` is 4."""
    levels = rounded.levels.numpy().reshape(*rounded.grid.scale.shape, BLOCK)
    return _halves(levels) if bits == 4 else np.ascontiguousarray(levels)


def packed_zeros(grid: Grid, bits: int) -> NDArray[np.uint8]:
    """Zero points as MatMulNBits stores them: (out, bytes)."""
    zero = grid.zero.numpy().astype(np.uint8)
    if bits == 8:
        return np.ascontiguousarray(zero)
    return _halves(np.pad(zero, ((0, 0), (0, zero.shape[1] % 2))))


def _scales(rounded: Rounded) -> NDArray[np.float32]:
    return np.ascontiguousarray(rounded.grid.scale.numpy())


def _halves(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(values[..., 0::2] | (values[..., 1::2] << 4))


def _unpacked(values: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    if bits == 8:
        return values
    return np.stack([values & 15, values >> 4], -1).reshape(*values.shape[:-1], -1)
