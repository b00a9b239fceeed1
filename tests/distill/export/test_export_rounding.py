"""Grids, GPTQ and the packing of what they give into the graph."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from export_models import random_packs, tiny_model
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from distill.export.allocate import best_steps, loss_per_square, narrow_layers, scale_to_bits
from distill.export.gptq import Rounded, gptq, nearest
from distill.export.graph import packed, packed_zeros, read_rounded, write_rounded
from distill.export.statistics import LayerStatistics, linear_layers, measure
from distill.quantise import (
    bits_per_weight,
    range_grid,
    search_grid,
    step_grid,
)
from sqlcomplete.model.errors import ModelError


def correlated_inputs(width: int, rows: int = 600) -> torch.Tensor:
    """Inputs whose columns go together, and are of very different sizes."""
    torch.manual_seed(3)
    mixed = torch.randn(rows, width) @ torch.randn(width, width) / width**0.5
    return mixed * torch.logspace(-1, 1, width)


@given(st.integers(0, 2**31 - 1), st.sampled_from([4, 5]), st.floats(0.01, 100))
@settings(max_examples=60, deadline=None)
def test_a_block_grid_reaches_every_weight_within_half_a_step(
    seed: int, bits: int, size: float
) -> None:
    weight = torch.randn(3, 64, generator=torch.Generator().manual_seed(seed)) * size
    grid = range_grid(weight, bits)
    wrong = (grid.round(weight) - weight).abs().reshape(3, 2, 32)
    # The zero point is whole and the scale short: the ends may lie a little more than half off.
    assert (wrong <= 1.1 * grid.scale[..., None]).all()
    assert (grid.levels(weight) == grid.levels(grid.round(weight))).all()


def test_searching_lowers_the_weighted_error() -> None:
    torch.manual_seed(0)
    weight, counts = torch.randn(20, 96) ** 3, torch.rand(96) ** 2

    def error(rounded: torch.Tensor) -> float:
        return float(((rounded - weight).square() * counts).sum())

    plain = error(range_grid(weight).round(weight))
    assert error(search_grid(weight, importance=counts).round(weight)) < 0.9 * plain


def test_a_step_grid_has_one_step_but_where_weights_lie_beyond_it() -> None:
    torch.manual_seed(0)
    weight = torch.randn(8, 64)
    weight[3, 40] = 90.0
    grid = step_grid(weight, 0.25)
    assert (grid.scale == 0.25).sum() == 15
    assert (grid.round(weight) - weight)[:3].abs().max() <= 0.1251
    assert abs(float(grid.round(weight)[3, 40]) - 90) <= float(grid.scale[3, 1])


def test_gptq_leaves_less_error_in_the_outputs_than_rounding_to_nearest() -> None:
    inputs = correlated_inputs(96)
    weight = torch.randn(40, 96)
    hessian = inputs.T @ inputs / len(inputs)
    for grid in (search_grid(weight, importance=hessian.diagonal()), step_grid(weight, 0.3)):
        for by_importance in (False, True):
            ours = gptq(weight, hessian, grid, by_importance=by_importance)
            near = nearest(weight, grid)
            errors = [(inputs @ (r.weights() - weight).T).square().mean() for r in (ours, near)]
            assert errors[0] < (0.6 if by_importance else 1) * errors[1]
            assert int(ours.levels.max()) < 2**grid.bits


def test_gptq_without_correlation_is_rounding_to_nearest() -> None:
    weight = torch.randn(10, 64)
    grid = range_grid(weight)
    assert torch.equal(gptq(weight, torch.eye(64), grid).levels, nearest(weight, grid).levels)


def test_gptq_takes_an_input_that_is_always_zero() -> None:
    inputs = correlated_inputs(64)
    inputs[:, 5] = 0
    weight = torch.randn(10, 64)
    found = gptq(weight, inputs.T @ inputs, range_grid(weight)).weights()
    assert torch.isfinite(found).all()
    assert torch.equal(found[:, 5], range_grid(weight).round(weight)[:, 5])


def test_statistics_are_those_of_the_inputs_and_the_gradients() -> None:
    model, packs = tiny_model(), random_packs(2)
    found = measure(model, packs)
    assert set(found) == set(linear_layers(model))
    seen: list[torch.Tensor] = []
    layer = model.model.layers[1].mlp.down_proj
    handle = layer.register_forward_pre_hook(lambda m, args: seen.append(args[0].detach()[0]))
    with torch.no_grad():
        for pack in packs:
            model(input_ids=torch.from_numpy(pack.tokens)[None])
    handle.remove()
    inputs = torch.cat(seen)
    expected = inputs.T @ inputs / len(inputs)
    hessian = found["model.layers.1.mlp.down_proj"].hessian
    assert (hessian - expected).norm() < 0.02 * expected.norm()  # bf16 against fp32
    assert all(p.requires_grad for p in model.parameters())
    assert all(p.grad is None for p in model.parameters())
    assert all(float(s.sensitivity.min()) >= 0 for s in found.values())
    assert float(found["model.layers.0.self_attn.o_proj"].sensitivity.sum()) > 0


def test_steps_are_finer_where_errors_cost_more_and_meet_the_bits() -> None:
    torch.manual_seed(0)
    weights = {"a": torch.randn(64, 64), "b": torch.randn(64, 64)}
    statistics = {
        "a": LayerStatistics(torch.eye(64), torch.ones(64)),
        "b": LayerStatistics(torch.eye(64) * 4, torch.ones(64) * 4),
    }
    costs = loss_per_square(statistics)
    relative = best_steps(weights, costs)
    extreme = best_steps(weights, {"a": 1e-9, "b": 1e9})
    assert extreme["a"] == pytest.approx(8 * extreme["b"], rel=0.05)
    assert relative["a"] == pytest.approx(4 * relative["b"], rel=0.01)
    steps = scale_to_bits(weights, relative, 4.5)
    levels = [step_grid(w, steps[n]).levels(w) for n, w in weights.items()]
    assert np.mean([bits_per_weight(x) for x in levels]) == pytest.approx(4.5, abs=0.05)


def test_the_layers_that_cost_least_are_narrow_with_all_of_their_node() -> None:
    names = ("q_proj", "k_proj", "v_proj", "o_proj")
    weights = {f"model.layers.0.self_attn.{n}": torch.ones(32, 32) for n in names}
    costs = dict(zip(weights, (1.0, 2.0, 3.0, 9.0), strict=True))
    assert narrow_layers(weights, costs, 0.75) == set(list(weights)[:3])
    assert narrow_layers(weights, costs, 0.5) == set()  # the three do not fit, and come first
    assert narrow_layers(weights, costs, 1.0) == set(weights)


def one_node_graph(rows: int, width: int) -> onnx.ModelProto:
    """A graph of one 4-bit MatMulNBits node that holds a layer's output projection."""
    names = [f"model.layers.0.attn.o_proj.MatMul.{n}" for n in ("levels", "scale", "zp")]
    blocks = width // 32
    values = (
        np.zeros((rows, blocks, 16), np.uint8),
        np.zeros((rows, blocks), np.float32),
        np.zeros((rows, -(-blocks // 2)), np.uint8),
    )
    node = helper.make_node(
        "MatMulNBits",
        ["x", *names],
        ["y"],
        name="/model/layers.0/attn/o_proj/MatMul_Q4",
        domain="com.microsoft",
        K=width,
        N=rows,
        bits=4,
        block_size=32,
    )
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, width])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, rows])],
        [numpy_helper.from_array(v, n) for v, n in zip(values, names, strict=True)],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


@pytest.mark.parametrize("kind", ["block", "step"])
@pytest.mark.parametrize("width", [64, 96])
def test_the_runtime_multiplies_with_exactly_what_was_rounded(kind: str, width: int) -> None:
    import onnxruntime

    torch.manual_seed(0)
    weight = torch.randn(6, width)
    grid = search_grid(weight) if kind == "block" else step_grid(weight, 0.1)
    rounded = nearest(weight, grid)
    graph = one_node_graph(6, width)
    write_rounded(graph, {"model.layers.0.self_attn.o_proj": rounded})
    session = onnxruntime.InferenceSession(
        graph.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found = session.run(None, {"x": np.eye(width, dtype=np.float32)})[0].T
    np.testing.assert_allclose(found, rounded.weights().numpy(), atol=1e-6)
    (names, again), *_ = read_rounded(graph).items()
    assert names == ("model.layers.0.self_attn.o_proj",)
    assert torch.equal(again.weights(), rounded.weights())


def test_a_layer_that_no_node_holds_is_refused() -> None:
    rounded = nearest(torch.randn(6, 64), range_grid(torch.randn(6, 64)))
    with pytest.raises(ModelError, match="up_proj"):
        write_rounded(one_node_graph(6, 64), {"model.layers.0.mlp.up_proj": rounded})
    with pytest.raises(ModelError, match="in the graph"):
        write_rounded(one_node_graph(7, 64), {"model.layers.0.self_attn.o_proj": rounded})


def test_packing_is_onnxruntimes_own() -> None:
    from onnxruntime.quantization.matmul_nbits_quantizer import (
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    torch.manual_seed(0)
    weight = torch.randn(6, 128)
    plain = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="/model/layers.0/attn/o_proj/MatMul")],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 128])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 6])],
        [numpy_helper.from_array(weight.T.contiguous().numpy(), "w")],
    )
    model = helper.make_model(plain, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    config = DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=False)
    quantiser = MatMulNBitsQuantizer(model, algo_config=config)
    quantiser.process()
    (theirs,) = read_rounded(quantiser.model.model).values()
    # Their levels with their scales are the weights: hence the order of levels is theirs.
    assert float((theirs.weights() - weight).abs().max()) < 0.6 * float(theirs.grid.scale.max())
    stored = {i.name: numpy_helper.to_array(i) for i in quantiser.model.model.graph.initializer}
    node = next(n for n in quantiser.model.model.graph.node if n.op_type == "MatMulNBits")
    np.testing.assert_array_equal(packed(theirs, 4), stored[node.input[1]])
    np.testing.assert_array_equal(
        packed_zeros(theirs.grid, 4).reshape(-1), stored[node.input[3]].reshape(-1)
    )


def test_rounding_keeps_what_it_was_given() -> None:
    weight = torch.randn(4, 64)
    grid = step_grid(weight, 0.1)
    levels = grid.levels(weight)
    assert torch.equal(grid.levels(grid.weights(levels)), levels)
    assert Rounded(levels.to(torch.uint8), grid).weights().shape == weight.shape
