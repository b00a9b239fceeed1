"""What is written of a tuned model: what is untouched bit for bit, the rest as it was tuned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tiny_company import TOKENIZER

from distill.company.tuning_export import quantise, write_tuned
from distill.from_onnx import load_from_onnx
from distill.quantise import round_to_int4
from sqlcomplete.model.session import Session

TOKENS = [1, *TOKENIZER.encode("sqlite\norders(id, total)\n"), 2, 3, *TOKENIZER.encode("SELECT")]


def exact(folder: Path) -> Path:
    """The graph with activations that are not rounded to 8 bits on the way."""
    graph = onnx.load(str(folder / "model.onnx"))
    for node in graph.graph.node:
        for attribute in node.attribute:
            if attribute.name == "accuracy_level":
                attribute.i = 1
    onnx.save(graph, str(folder / "model.onnx"))
    return folder


def torch_logits(model: torch.nn.Module) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(model(input_ids=torch.tensor([TOKENS])).logits[0].numpy())


def test_a_model_that_was_not_tuned_is_written_as_it_was(base: Path, tmp_path: Path) -> None:
    model, tokenizer = load_from_onnx(base)
    assert tokenizer.tokens == TOKENIZER.tokens
    changed, total = write_tuned(base, model, tmp_path, name="same")
    assert changed == 0
    assert total == 3 * 5 + 1  # query, key and value are one matrix
    old, new = (onnx.load(str(f / "model.onnx")).graph.initializer for f in (base, tmp_path))
    assert [t.SerializeToString() for t in old] == [t.SerializeToString() for t in new]
    found = Session.load(exact(tmp_path)).logits(TOKENS, positions=len(TOKENS))
    assert np.abs(found - torch_logits(model)).max() < 1e-3


@pytest.mark.parametrize("bits", [8, 4])
def test_tuned_weights_come_through_and_the_rest_stays(
    base: Path, tmp_path: Path, bits: int
) -> None:
    model, _ = load_from_onnx(base)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in model.model.layers[2].named_parameters():
            if "bias" in name:
                continue
            parameter += 0.02 * torch.randn(parameter.shape, generator=generator)
            if bits == 4 and "proj.weight" in name:
                parameter.copy_(round_to_int4(parameter))
    assert write_tuned(base, model, tmp_path, name="tuned", bits=bits) == (5, 16)
    again, _ = load_from_onnx(tmp_path)
    for (name, one), (_, other) in zip(
        model.named_parameters(), again.named_parameters(), strict=True
    ):
        if "layers.2." in name:
            torch.testing.assert_close(one, other, rtol=0, atol=2e-3)
        else:
            assert torch.equal(one, other), name
    found = Session.load(exact(tmp_path)).logits(TOKENS, positions=len(TOKENS))
    assert np.abs(found - torch_logits(again)).max() < 1e-3


@pytest.mark.parametrize("bits", [4, 8])
def test_a_grid_holds_every_weight_within_half_a_step(bits: int) -> None:
    weight = np.random.default_rng(bits).normal(size=(7, 96)).astype(np.float32)
    levels, scale, zero = quantise(weight, bits, 32)
    back = (levels - zero[:, :, None]) * scale[:, :, None]
    error = np.abs(back.reshape(7, 96) - weight).reshape(7, 3, 32).max(2)
    assert (error <= scale * 1.01).all()
    assert (error <= scale * 0.51).mean() > 0.8  # the zero point is rounded too
    if bits == 4:
        expected = round_to_int4(torch.from_numpy(weight)).numpy()
        np.testing.assert_allclose(back.reshape(7, 96), expected, atol=1e-6)
