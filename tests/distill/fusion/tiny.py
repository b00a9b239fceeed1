"""Tiny models, corpora and packs that the tests of fusion make."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.corpus import read_corpora
from distill.fixed_packs import FixedPacks, fix_packs
from distill.packs import Packer, training_sources
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)
LENGTH = 192


def tiny_model(
    seed: int = 0, *, layers: int = 2, vocabulary: int = len(TOKENIZER)
) -> Qwen2ForCausalLM:
    torch.manual_seed(seed)
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=vocabulary,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=layers,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            initializer_range=0.2,
            bos_token_id=0,
            eos_token_id=0,
        )
    )


def write_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    schema = {
        "db_id": "shop",
        "dialect": "sqlite",
        "tables": [{"name": "orders", "columns": [{"name": "id"}, {"name": "total"}]}],
    }
    (folder / "schemas.jsonl").write_text(json.dumps(schema) + "\n")
    with (folder / "queries.jsonl").open("w") as file:
        for i in range(20):
            record = {
                "id": f"q{i}",
                "db_id": "shop",
                "source": "test",
                "dialect": "sqlite",
                "question": None,
                "sql": f"SELECT total FROM orders WHERE id > {i} AND total < 'é{i}'",
                "split": "train",
            }
            file.write(json.dumps(record) + "\n")
    return folder


def make_packs(corpus: Path, out: Path, *, count: int = 6, seed: int = 1) -> FixedPacks:
    packer = Packer(training_sources(read_corpora([corpus])), TOKENIZER, length=LENGTH, seed=seed)
    fix_packs(packer, out, packs=count, packs_per_shard=2)
    return FixedPacks(out)
