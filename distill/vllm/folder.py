"""Writes the folder that vLLM loads: Qwen2 weights, configuration and an equal tokenizer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch

from distill.donor import VOCABULARY_FILE, load_model
from distill.vllm.tokenizer_json import write_tokenizer


def write_vllm_folder(checkpoint: Path, out: Path, *, dtype: torch.dtype = torch.float32) -> None:
    """Writes `out` from a checkpoint of `distill.donor.save_model`.

    It holds `model.safetensors` in `dtype`, `config.json`, `generation_config.json`,
    `tokenizer.json`, and our own `vocabulary.json` for clients that build prompts of token ids.
    """
    out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = load_model(checkpoint)
    model.to(dtype)
    model.save_pretrained(out)
    write_tokenizer(tokenizer, out, longest=model.config.max_position_embeddings)
    # The end token ends a completion unless the request says otherwise.
    (out / "generation_config.json").write_text(
        json.dumps({"eos_token_id": model.config.eos_token_id, "do_sample": False}, indent=1)
        + "\n",
        encoding="utf-8",
    )
    shutil.copy(checkpoint / VOCABULARY_FILE, out / VOCABULARY_FILE)
