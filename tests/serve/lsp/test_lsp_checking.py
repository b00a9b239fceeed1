"""Diagnostics point at the right words and at no right ones; formatting keeps all that matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shop
from hypothesis import given, settings
from hypothesis import strategies as st

from serve.lsp.client_lines import without_client_lines
from serve.lsp.diagnosing import Diagnoser
from serve.lsp.formatting import Layout, formatted
from sqlcomplete.schema import SchemaIndex, schema_from_ddl
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


def other(dialect: str, tables: str = shop.DDL) -> Diagnoser:
    """Checks of another dialect, on the shop or on tables of its own."""
    return Diagnoser(SchemaIndex(replace(schema_from_ddl(tables, "sqlite"), dialect=dialect)))


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        # Unqualified columns, where the schema knows whose they are.
        ("postgres", "SELECT amount, name FROM orders, customers c WHERE customer_id = c.id"),
        ("postgres", "SELECT 1 FROM customers, orders WHERE customer_id BETWEEN 1 AND name"),
        ("postgres", "SELECT 1 FROM orders o, customers c WHERE (customer_id = c.id AND amount = 1)"
         " OR (customer_id = c.id AND amount = 2)"),
        ("postgres", "SELECT 1 FROM orders o, customers c WHERE EXISTS (SELECT 1 FROM orders x"
         " WHERE x.customer_id = c.id AND x.id = o.id)"),
        # One row at most: nothing is multiplied.
        ("postgres", "SELECT o.id, m.top FROM orders o, (SELECT max(amount) AS top FROM orders) m"),
        ("postgres", "WITH p AS (SELECT 1 AS low) SELECT o.id FROM orders o, p WHERE amount > low"),
        ("postgres", "SELECT a.n, b.n FROM (SELECT count(*) AS n FROM orders) a,"
         " (SELECT count(*) AS n FROM customers) b"),
        # Functions in FROM see what is beside them.
        ("postgres", "SELECT o.id, x.a FROM orders o CROSS JOIN LATERAL f(o.amount) AS x(a)"),
        ("postgres", "SELECT o.id, n FROM orders o, generate_series(1, o.amount) n"),
        ("sqlite", "SELECT json_each.value FROM orders, json_each(orders.amount)"),
        ("tsql", "SELECT v.a FROM orders o CROSS APPLY (VALUES (o.amount)) v(a)"),
        ("postgres", "SELECT x.a, x.b FROM orders o, unnest(o.amount) WITH ORDINALITY AS x(a, b)"),
        ("postgres", "SELECT a, b FROM ROWS FROM (f(1), g(2)) AS x(a, b)"),
        ("mysql", "SELECT j.a, j.c FROM orders o, JSON_TABLE(o.amount, '$[*]' COLUMNS (a INT"
         " PATH '$.a', NESTED PATH '$.b[*]' COLUMNS (c INT PATH '$'))) AS j"),
        # Columns that the statement itself brings.
        ("postgres", "WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT o.id"
         " FROM orders o JOIN t ON t.id = o.id) SEARCH DEPTH FIRST BY id"
         " SET place SELECT id FROM t ORDER BY place"),
        ("postgres", "WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT o.id"
         " FROM orders o JOIN t ON t.id = o.id) CYCLE id SET again"
         " USING way SELECT id, again, way FROM t"),
        ("postgres", "UPDATE orders SET amount = DEFAULT WHERE id = 1"),
        ("mysql", "DELETE o FROM orders o JOIN customers c ON o.customer_id = c.id"),
        ("tsql", "UPDATE o SET amount = c.id FROM orders o JOIN customers c ON customer_id = c.id"),
        ("mysql", "DELETE FROM orders ORDER BY id LIMIT 10"),
        ("postgres", "SELECT id FROM sales.orders"),
        ("sqlite", "SELECT strftime(\"%Y\", \"now\"), id FROM orders"),
        # A client's own lines.
        ("tsql", "SELECT id FROM orders\nGO\nSELECT name FROM customers\nGO 5\nSELECT 1"),
        ("postgres", "\\echo it's\n\\d orders\nSELECT id FROM orders;\nSELECT 1 \\gset\nSELECT 2;"),
        ("postgres", "COPY orders (id) FROM stdin;\n1\tit's\n\\.\nSELECT id FROM orders;"),
    ],
)  # fmt: skip
def test_no_alarm_where_nothing_is_wrong(dialect: str, text: str) -> None:
    assert found(text, other(dialect)) == []


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "DROP INDEX a, b"),
        ("postgres", "DELETE FROM orders WHERE CURRENT OF c"),
        ("mysql", "SELECT a FROM orders, JSON_TABLE(x, '$' COLUMNS (o FOR ORDINALITY, a INT"
         " PATH '$' DEFAULT '1' ON EMPTY)) AS j"),
        ("mysql", "REPAIR NO_WRITE_TO_BINLOG TABLE orders"),
        ("postgres", "SECURITY LABEL FOR selinux ON TABLE orders IS 'x'"),
    ],
)  # fmt: skip
def test_what_only_our_parser_does_not_read_is_a_hint_at_most(dialect: str, text: str) -> None:
    assert {p.severity for p in other(dialect).problems(text)} <= {"hint"}


@pytest.mark.parametrize(
    "dialect", ["postgres", "mysql", "tsql", "bigquery", "snowflake", "sqlite"]
)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT a b c FROM orders",
        "SELECT id, FROM orders WHERE = 1",
        "SELECT id FROM orders WHERE amount = = 1",
        "SELECT id FROM orders WHERE AND amount = 1",
        "SELECT id FROM orders WHERE id IN (1, 2",
        "SELECT id) FROM orders",
        "SELECT id FROM",
        "SELEC id FROM orders",
        "SELECT 'it''s, id FROM orders",
    ],
)
def test_what_no_database_takes_is_an_error(dialect: str, text: str) -> None:
    assert [p.severity for p in other(dialect).problems(text)] == ["error"]


def test_a_comma_without_a_condition_is_told_of_whatever_stands_around_it() -> None:
    for text, word in (
        ("SELECT 1 FROM orders, customers", "customers"),
        ("SELECT 1 FROM orders, customers WHERE amount > 1", "customers"),
        ("SELECT 1 FROM orders o, customers c WHERE c.id = 1 AND o.id = 1", "customers c"),
        ("SELECT 1 FROM orders o JOIN customers c WHERE o.id = 1", "customers c"),
        ("SELECT 1 FROM orders o, (SELECT id FROM customers) few", "few"),
    ):
        assert found(text, other("mysql")) == [("no-join-condition", word)], text


@pytest.mark.parametrize(
    "text",
    [
        "a\n\\d x\nb",
        "SELECT '\n\\d inside\n'; x",
        "/* \nGO\n*/ GO",
        "COPY t FROM STDIN;\n1\t'\n\\.\nSELECT 1",
        "COPY t FROM STDIN;\nnever ended '",
        "GO\r\nSELECT 1\r\nGO 3\r\n",
        "\\" * 300,
        "\\d '\n" * 300,
    ],
)
def test_a_clients_lines_are_taken_out_and_every_offset_stays(text: str) -> None:
    made = without_client_lines(text, "postgres")
    assert len(made) == len(text)
    assert [n for n, c in enumerate(made) if c == "\n"] == [
        n for n, c in enumerate(text) if c == "\n"
    ]
    if "inside" in text:
        assert made == text


def test_without_tables_no_name_is_called_unknown() -> None:
    blank = Diagnoser(SchemaIndex(Schema("sqlite")))
    assert found("SELECT a FROM b", blank) == []
    assert found("SELECT a b 1 FROM c", blank) == [("syntax", "1")]
    syntax_only = Diagnoser(shop.index(), names=False)
    assert found("SELECT nope FROM orders", syntax_only) == []


@given(st.text(alphabet="SELECT from,()'\"o1;\n-*😀=\ud800\\GO", max_size=50))
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
