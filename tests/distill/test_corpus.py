"""A corpus is read whole or refused in one line that says where it is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from distill.corpus import CorpusError, read_corpora, read_corpus

SCHEMA: dict[str, Any] = {
    "db_id": "shop",
    "dialect": "sqlite",
    "tables": [
        {
            "name": "orders",
            "columns": [{"name": "id", "type": "INT"}, {"name": "total", "type": "REAL"}],
            "primary_key": ["id"],
            "foreign_keys": [],
        }
    ],
}
QUERY: dict[str, Any] = {
    "id": "q1",
    "db_id": "shop",
    "source": "hand",
    "dialect": "sqlite",
    "question": None,
    "sql": "SELECT id FROM orders",
    "split": "dev",
}


def write(folder: Path, queries: list[Any], schemas: list[Any]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, records in (("queries.jsonl", queries), ("schemas.jsonl", schemas)):
        lines = (r if isinstance(r, str) else json.dumps(r) for r in records)
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def test_reads_statements_with_their_schema(tmp_path: Path) -> None:
    corpus = read_corpus(
        write(tmp_path / "shop", [QUERY, QUERY | {"id": "q2", "split": "train"}], [SCHEMA])
    )
    assert corpus.name == "shop"
    (statement,) = corpus.of_split("dev")
    assert (statement.id, statement.sql) == ("q1", "SELECT id FROM orders")
    assert len(corpus.of_split(None)) == 2
    schema = corpus.schema(statement)
    assert [c.name for c in schema.tables[0].columns] == ["id", "total"]


def test_reads_several_folders_and_names_them(tmp_path: Path) -> None:
    first = write(tmp_path / "a", [QUERY], [SCHEMA])
    second = write(tmp_path / "b", [QUERY], [SCHEMA])
    assert [c.name for c in read_corpora([first, second], names={second: "apps"})] == ["a", "apps"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{not json", "queries.jsonl:2: not JSON"),
        ("[1]", "queries.jsonl:2: a line must be a JSON object"),
        ({k: v for k, v in QUERY.items() if k != "sql"}, "queries.jsonl:2: field 'sql' is missing"),
        (QUERY | {"dialect": 3}, "queries.jsonl:2: field 'dialect' must be text"),
        (QUERY | {"question": 3}, "queries.jsonl:2: field 'question' must be text or null"),
        (QUERY | {"sql": " "}, "queries.jsonl:2: field 'sql' is empty"),
        (QUERY | {"db_id": "lost"}, "queries.jsonl:2: db_id 'lost' is not in schemas.jsonl"),
    ],
)
def test_names_the_line_that_is_wrong(tmp_path: Path, query: Any, message: str) -> None:
    folder = write(tmp_path / "shop", [QUERY, query], [SCHEMA])
    with pytest.raises(CorpusError, match=message) as caught:
        read_corpus(folder)
    assert "\n" not in str(caught.value)


def test_a_schema_that_does_not_hold_names_its_line(tmp_path: Path) -> None:
    broken = SCHEMA | {"tables": [{"columns": []}]}
    corpus = read_corpus(write(tmp_path / "shop", [QUERY], [broken]))
    with pytest.raises(CorpusError, match=r"schemas.jsonl:1: "):
        corpus.schema(corpus.statements[0])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such folder"):
        read_corpus(tmp_path / "nowhere")


def test_a_folder_without_the_files(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"schemas\.jsonl: No such file"):
        read_corpus(tmp_path)
