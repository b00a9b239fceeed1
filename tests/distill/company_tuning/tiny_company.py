"""A company in a few lines, and a model small enough to tune in a test."""

from __future__ import annotations

import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.company.kept import KeptStatement
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer
from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)

SCHEMA = Schema(
    "sqlite",
    (
        Table("users", (Column("id"), Column("name"), Column("plan")), primary_key=("id",)),
        Table(
            "orders",
            (Column("id"), Column("user_id"), Column("total"), Column("code")),
            primary_key=("id",),
            foreign_keys=(ForeignKey(("user_id",), "users", ("id",)),),
        ),
    ),
)


def kept(statements: list[str]) -> tuple[KeptStatement, ...]:
    return tuple(KeptStatement(sql, sql, order=i) for i, sql in enumerate(statements))


def tiny_model(seed: int = 0) -> Qwen2ForCausalLM:
    torch.manual_seed(seed)
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(TOKENIZER),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=3,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
            bos_token_id=0,
            eos_token_id=0,
            pad_token_id=0,
        )
    )
