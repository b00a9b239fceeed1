"""The tests' company as fixtures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tiny_company import SCHEMA, TOKENIZER, kept, tiny_model

from distill.company.log import CompanyLog
from distill.corpus import Corpus, read_corpus
from distill.donor import save_model


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
