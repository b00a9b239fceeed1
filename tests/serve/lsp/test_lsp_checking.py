"""Diagnostics point at the right words and at no right ones; formatting keeps all that matters."""

from __future__ import annotations

import pytest
import shop
from hypothesis import given, settings
from hypothesis import strategies as st

from serve.lsp.diagnosing import Diagnoser
from serve.lsp.formatting import Layout, formatted
from sqlcomplete.schema import SchemaIndex
from sqlcomplete.schema.model import Schema

CHECKS = Diagnoser(shop.index())


def found(text: str, checks: Diagnoser = CHECKS) -> list[tuple[str, str]]:
    return [(p.code, text[p.start : p.end]) for p in checks.problems(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a b c FROM orders", [("syntax", "c")]),
        ("SELECT '日本😀', x y z", [("syntax", "z")]),
        ("SELECT * FROM", [("syntax", "FROM")]),
        ("SELEC 1", [("syntax", "1")]),
        ("SELECT " + "id, " * 60 + " = = FROM orders", [("syntax", "=")]),
        ("SELECT 'abc", [("syntax", "'")]),
        ("SELECT * FROM ordrs", [("unknown-name", "ordrs")]),
        ("SELECT '😀', amuont FROM orders", [("unknown-name", "amuont")]),
        ("SELECT x.id FROM orders o", [("unknown-name", "x")]),
        ("SELECT o.nme FROM orders o", [("unknown-name", "nme")]),
        ("INSERT INTO orders (id, foo) VALUES (1, 2)", [("unknown-name", "foo")]),
        ("SELECT 1;\n\nUPDATE orders SET amount = 1", [("every-row", "UPDATE")]),
        ("delete from orders;", [("every-row", "delete")]),
        ("SELECT o.id FROM orders o, customers c", [("no-join-condition", "customers c")]),
        (
            "SELECT nope FROM orders; SELECT amount FROM orders; SELECT neither FROM orders",
            [("unknown-name", "nope"), ("unknown-name", "neither")],
        ),
    ],
)
def test_a_problem_is_shown_at_its_word(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT o.id, c.name FROM orders o, customers c WHERE o.customer_id = c.id",
        "SELECT * FROM orders CROSS JOIN customers",
        "SELECT * FROM orders CROSS JOIN (SELECT 1 AS n) AS one",
        "CREATE TEMP TABLE recent (a INT); SELECT a FROM recent",
        "SELECT name FROM sqlite_master",
        "SELECT table_name FROM information_schema.tables",
        "SELECT id FROM main.orders",
        "WITH t AS (SELECT id AS n FROM orders) SELECT n FROM t",
        "UPDATE orders SET amount = 1 WHERE id = 2",
        "SELECT {{ column }} FROM {{ ref('orders') }}",
        "BEGIN; SELECT id FROM orders; COMMIT",
        "PRAGMA foreign_keys = ON",
        "\\d orders",
        "CREATE TRIGGER t AFTER INSERT ON orders BEGIN UPDATE orders SET amount = 0; END;",
        "-- only a comment",
        "",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_without_tables_no_name_is_called_unknown() -> None:
    blank = Diagnoser(SchemaIndex(Schema("sqlite")))
    assert found("SELECT a FROM b", blank) == []
    assert found("SELECT a b 1 FROM c", blank) == [("syntax", "1")]
    syntax_only = Diagnoser(shop.index(), names=False)
    assert found("SELECT nope FROM orders", syntax_only) == []


@given(st.text(alphabet="SELECT from,()'\"o1;\n-*😀=", max_size=50))
@settings(max_examples=60)
def test_any_text_may_be_checked_and_laid_out(text: str) -> None:
    for problem in CHECKS.problems(text):
        assert 0 <= problem.start < problem.end <= len(text)
        assert "\n" not in problem.message
    last = 0
    for edit in formatted(text, "sqlite", Layout()):
        assert last <= edit.start <= edit.end <= len(text)
        last = edit.end


def laid_out(text: str, dialect: str = "postgres", layout: Layout = Layout()) -> str:  # noqa: B008
    for edit in reversed(formatted(text, dialect, layout)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_statements_are_laid_out_and_what_is_between_them_stays() -> None:
    text = (
        "-- top\nselect a, -- why\n b from t where x = 1 /* so */;\n\n\n"
        " select * frm x; select 2 -- end\n"
    )
    made = laid_out(text)
    assert made == (
        "-- top\nSELECT\n  a, /* why */\n  b\nFROM t\nWHERE\n  x = 1 /* so */;\n\n\n"
        " select * frm x; SELECT\n  2 -- end\n"
    )
    assert laid_out(made) == made


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("select * frm x", ""),
        ("select {{ a }} from b", ""),
        ("select /*+ INDEX(t i) */ a from t", "oracle"),
        ("select a /*!40000 , b */ from t", "mysql"),
        ("create trigger t after insert on o begin update o set a = 0; end", "sqlite"),
    ],
)
def test_what_would_change_by_it_is_left_as_it_is(text: str, dialect: str) -> None:
    assert formatted(text, dialect, Layout()) == ()


@pytest.mark.parametrize(
    ("parameter", "dialect"),
    [(":name", "postgres"), ("@name", "postgres"), ("$1", "postgres"), ("?", "mysql")],
)
def test_parameters_stay_as_the_program_knows_them(parameter: str, dialect: str) -> None:
    text = f"select a from t where b = {parameter} and c in ({parameter}, 1) limit {parameter}"
    made = laid_out(text, dialect)
    where = f"WHERE\n  b = {parameter} AND c IN ({parameter}, 1)"
    assert made == f"SELECT\n  a\nFROM t\n{where}\nLIMIT {parameter}"


def test_the_editors_indent_is_used_and_only_the_statements_of_the_range() -> None:
    assert laid_out("select a from t", layout=Layout(indent=4)) == "SELECT\n    a\nFROM t"
    assert laid_out("select a from t", layout=Layout(tabs=True)) == "SELECT\n\ta\nFROM t"
    two = "select 1; select 2"
    (edit,) = formatted(two, "", Layout(), span=(10, 12))
    assert two[edit.start : edit.end] == "select 2"
