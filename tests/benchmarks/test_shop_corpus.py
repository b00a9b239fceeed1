"""The corpus of `make bench` is one: each statement parses and names what the shop has."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlglot import exp, parse_one
from sqlglot.optimizer.qualify import qualify

from benchmarks.shop import DIALECT, STATEMENTS, write_corpus
from distill.corpus import read_corpus


def test_each_statement_is_read_with_its_schema(tmp_path: Path) -> None:
    write_corpus(tmp_path / "shop")
    corpus = read_corpus(tmp_path / "shop")
    assert [statement.sql for statement in corpus.of_split("dev")] == list(STATEMENTS)
    assert len(corpus.schemas["shop"].schema.tables) > 10


@pytest.mark.parametrize("sql", STATEMENTS)
def test_each_statement_names_what_the_shop_has(sql: str, tmp_path: Path) -> None:
    write_corpus(tmp_path)
    schema = read_corpus(tmp_path).schemas["shop"].schema
    tables = {t.name: {c.name: c.type or "text" for c in t.columns} for t in schema.tables}
    tree = parse_one(sql, dialect=DIALECT)
    if tree.key == "select":
        qualify(tree, schema=tables, dialect=DIALECT)
    else:
        named = tree.find_all(exp.Table)
        assert all(table.name in tables for table in named)
