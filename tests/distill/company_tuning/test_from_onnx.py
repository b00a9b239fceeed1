"""What ships comes back into torch: the weights exactly, hence the logits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from distill.from_onnx import dequantise, load_from_onnx
from sqlcomplete.model import EMBEDDED, ModelError
from sqlcomplete.model.session import Session


@pytest.mark.parametrize("zeros", ["packed", "float", "none"])
@pytest.mark.parametrize(
    ("inputs", "outputs", "bits", "block"), [(64, 5, 4, 32), (96, 3, 4, 32), (64, 4, 8, 32)]
)
def test_weights_are_those_that_the_operator_computes_with(
    inputs: int, outputs: int, bits: int, block: int, zeros: str
) -> None:
    if (bits, zeros) == (8, "float"):
        pytest.skip("onnxruntime has no such operator")
    chance = np.random.default_rng(inputs + bits)
    blocks = -(-inputs // block)
    levels = chance.integers(0, 256, (outputs, blocks, block * bits // 8), dtype=np.uint8)
    scales = chance.random(outputs * blocks, dtype=np.float32)
    zero = None
    if zeros == "packed":
        width = -(-blocks * bits // 8)
        zero = chance.integers(0, 256, outputs * width, dtype=np.uint8)
    elif zeros == "float":
        zero = chance.random(outputs * blocks, dtype=np.float32) * 15
    tensors = {"levels": levels, "scales": scales} | ({} if zero is None else {"zeros": zero})
    node = helper.make_node(
        "MatMulNBits",
        ["x", *tensors],
        ["y"],
        domain="com.microsoft",
        K=inputs,
        N=outputs,
        bits=bits,
        block_size=block,
    )
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [inputs, inputs])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [inputs, outputs])],
        [numpy_helper.from_array(values, name) for name, values in tensors.items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    # The product with the identity is the matrix.
    expected = session.run(None, {"x": np.eye(inputs, dtype=np.float32)})[0].T
    found = dequantise(levels, scales, zero, K=inputs, N=outputs, bits=bits, block_size=block)
    assert found.shape == (outputs, inputs)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_what_is_no_exported_graph_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a readable model"):
        load_from_onnx(tmp_path)
    for file in ("model.json", "vocabulary.json"):
        (tmp_path / file).write_bytes((EMBEDDED / file).read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        load_from_onnx(tmp_path)
    empty = helper.make_model(helper.make_graph([], "none", [], []))
    onnx.save(empty, str(tmp_path / "model.onnx"))
    with pytest.raises(ModelError, match="not a graph of a Qwen2 model"):
        load_from_onnx(tmp_path)


@pytest.mark.slow
def test_the_embedded_model_says_in_torch_what_it_says_in_its_graph(tmp_path: Path) -> None:
    model, tokenizer = load_from_onnx(EMBEDDED)
    model.eval()
    graph = onnx.load(str(EMBEDDED / "model.onnx"))
    for node in graph.graph.node:
        for attribute in node.attribute:
            if attribute.name == "accuracy_level":
                attribute.i = 1  # as it ships, activations are rounded to 8 bits on the way
    onnx.save(graph, str(tmp_path / "model.onnx"))
    for file in ("model.json", "vocabulary.json"):
        (tmp_path / file).write_bytes((EMBEDDED / file).read_bytes())
    sql = "SELECT name, count(*) FROM users u JOIN orders o ON u.id = o.user_id GROUP BY name"
    tokens = [1, *tokenizer.encode("sqlite\nusers(id, name)\n"), 2, 3, *tokenizer.encode(sql)]
    with torch.no_grad():
        expected = model(input_ids=torch.tensor([tokens])).logits[0].numpy()
    found = Session.load(tmp_path).logits(tokens, positions=len(tokens))
    assert np.abs(found - expected).max() < 1e-3
    as_it_ships = Session.load(EMBEDDED).logits(tokens, positions=len(tokens))
    assert (as_it_ships.argmax(-1) == expected.argmax(-1)).mean() > 0.9
