"""A company in a few lines, and a model small enough to tune in a test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.company.kept import KeptStatement
from distill.company.log import CompanyLog
from distill.corpus import Corpus, read_corpus
from distill.donor import save_model
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


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """A model this small computes faster on one core than two can agree on its parts."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def log() -> CompanyLog:
    columns = ("id", "total", "code", "user_id")
    train = [
        f"SELECT {a}, {b} FROM orders WHERE {c} = :text ORDER BY {b}"
        for a in columns
        for b in columns
        for c in columns
        if a != b
    ]
    held_out = [f"SELECT name FROM users WHERE {c} = :text" for c in ("id", "plan")]
    return CompanyLog("acme", SCHEMA, kept(train), kept(held_out))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model as it ships: exported to int4."""
    from distill.export import export_int4

    folder = tmp_path_factory.mktemp("base")
    save_model(tiny_model(), TOKENIZER, folder / "checkpoint")
    export_int4(folder / "checkpoint", folder / "graph", name="tiny-1")
    return folder / "graph"


@pytest.fixture
def general(tmp_path: Path) -> Corpus:
    """A corpus of two statements, one to replay and one for the gate."""
    folder = tmp_path / "general"
    folder.mkdir()
    table = {"name": "cities", "columns": [{"name": "id"}, {"name": "country"}]}
    schema = {"db_id": "world", "dialect": "sqlite", "tables": [table]}
    (folder / "schemas.jsonl").write_text(json.dumps(schema))
    with (folder / "queries.jsonl").open("w") as file:
        for split in ("train", "dev"):
            record = {
                "id": split,
                "db_id": "world",
                "source": "test",
                "dialect": "sqlite",
                "sql": "SELECT country FROM cities",
                "split": split,
            }
            file.write(json.dumps(record) + "\n")
    return read_corpus(folder)
