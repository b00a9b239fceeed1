"""Small models and packs for the tests of the export."""

from __future__ import annotations

import numpy as np
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.packs import IGNORED, Pack
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)


def tiny_model(*, layers: int = 2) -> Qwen2ForCausalLM:
    """Random weights, two heads of 32, biases that are not zero."""
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(TOKENIZER),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=layers,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=256,
            tie_word_embeddings=True,
            bos_token_id=0,
            eos_token_id=0,
            pad_token_id=0,
        )
    )
    for name, parameter in model.named_parameters():
        if name.endswith("bias") or "norm" not in name:
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def random_packs(count: int, *, length: int = 64, seed: int = 1) -> list[Pack]:
    """Packs whose second half is labelled."""
    chance = np.random.default_rng(seed)
    packs = []
    for _ in range(count):
        tokens = chance.integers(4, len(TOKENIZER), length)
        labels = np.where(np.arange(length) >= length // 2, tokens, IGNORED)
        packs.append(Pack(tokens.astype(np.int64), labels.astype(np.int64)))
    return packs
