"""A tuned model leaves for a team's server: transformers says there what the graph says here."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tiny_company import TOKENIZER
from transformers import AutoModelForCausalLM, AutoTokenizer

from distill.company.tuning_vllm import write_vllm
from distill.from_onnx import load_from_onnx
from sqlcomplete.model import ModelError


def test_the_checkpoint_says_what_the_graph_says(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "vllm"
    write_vllm(base, out)
    assert [p.name for p in out.parent.iterdir()] == ["vllm"]
    tokens = TOKENIZER.encode("SELECT id FROM orders")
    assert AutoTokenizer.from_pretrained(out)("SELECT id FROM orders")["input_ids"] == tokens
    with torch.no_grad():
        expected = load_from_onnx(base)[0].eval()(input_ids=torch.tensor([tokens])).logits
        found = AutoModelForCausalLM.from_pretrained(out)(input_ids=torch.tensor([tokens])).logits
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    with pytest.raises(ModelError, match="is there already"):
        write_vllm(base, out)
