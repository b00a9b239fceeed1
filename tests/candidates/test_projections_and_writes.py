"""What a projection lets foresee, names for expressions, keywords of UPDATE and DELETE."""

from __future__ import annotations

import pytest

from sqlcomplete.candidates import candidates
from sqlcomplete.ghost.hint import hint
from sqlcomplete.ranking import rank
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Kind

INDEX = SchemaIndex(
    schema_from_ddl(
        """
        CREATE TABLE customers (id SERIAL PRIMARY KEY, name TEXT, email TEXT, active BOOLEAN);
        CREATE TABLE parcels (id SERIAL PRIMARY KEY, weight INT, carrier TEXT, shipped DATE);
        CREATE TABLE orders (
            id SERIAL PRIMARY KEY,
            customer_id INT REFERENCES customers (id),
            status TEXT CHECK (status IN ('open', 'paid'))
        );
        """,
        "postgres",
    )
)


def offered(drawn: str, kind: Kind) -> list[str]:
    cursor = drawn.index("|")
    text = drawn.replace("|", "", 1)
    found = candidates(analyse(text, cursor, INDEX, "postgres"), INDEX)
    return [one.insert for one in found if one.kind is kind]


def ranked(drawn: str) -> list[str]:
    cursor = drawn.index("|")
    analysis = analyse(drawn.replace("|", "", 1), cursor, INDEX, "postgres")
    return [r.candidate.insert for r in rank(candidates(analysis, INDEX), analysis, INDEX)]


def test_columns_named_before_from_tell_the_table() -> None:
    assert ranked("SELECT id, weight, |")[0] == "carrier"


def test_a_qualifier_used_before_from_is_used_again() -> None:
    assert "p.carrier" in offered("SELECT p.weight, |", Kind.COLUMN)
    assert offered("SELECT p.weight, p.|", Kind.COLUMN)[:4] == [
        "id",
        "weight",
        "carrier",
        "shipped",
    ]


def test_a_table_may_qualify_a_column_before_from_names_it() -> None:
    assert offered("SELECT par|", Kind.RELATION) == ["parcels."]
    assert offered("SELECT orders.id, cus|", Kind.RELATION) == ["customers."]
    assert ranked("SELECT c|")[0] == "carrier"  # columns first
    assert offered("SELECT |", Kind.RELATION) == []  # nor before a letter is typed
    assert offered("SELECT par| FROM orders", Kind.RELATION) == []


@pytest.mark.parametrize(
    ("drawn", "name"),
    [
        ("SELECT c.name AS | FROM customers c", "customer_name"),
        ("SELECT c.name AS | FROM customers c", "name"),
        ("SELECT sum(p.weight) AS | FROM parcels p", "total_weight"),
        ("SELECT count(*) AS | FROM parcels", "total"),
    ],
)
def test_an_expression_gets_a_name(drawn: str, name: str) -> None:
    assert name in offered(drawn, Kind.NEW_NAME)


def test_names_being_invented_are_never_a_ghost() -> None:
    text = "SELECT c.name AS  FROM customers c"
    analysis = analyse(text, 17, INDEX, "postgres")
    assert hint(rank(candidates(analysis, INDEX), analysis, INDEX), analysis) is None


@pytest.mark.parametrize("verb", ["UPDATE orders SET status = 'paid'", "DELETE FROM orders"])
def test_update_and_delete_end_with_returning_and_never_group(verb: str) -> None:
    found = offered(f"{verb} WHERE id = 3 |", Kind.KEYWORD)
    assert "RETURNING" in found and "AND" in found
    assert "GROUP BY" not in found


def test_a_conflict_names_the_columns_of_the_table_alone() -> None:
    found = offered("INSERT INTO orders (id) VALUES (1) ON CONFLICT (|", Kind.COLUMN)
    assert found == ["id", "customer_id", "status"]


def test_known_values_go_before_a_placeholder_that_the_text_has_never_used() -> None:
    found = ranked("SELECT id FROM orders WHERE status = |")
    assert {"'open'", "'paid'"} <= set(found[:3])


def test_one_text_is_one_line_of_the_popup() -> None:
    found = ranked("SELECT status, count(*) FROM orders GROUP BY |")
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("drawn", "name"),
    [
        ("WITH paid AS (SELECT id AS paid_id FROM orders) SELECT |", "paid_id"),
        ("WITH paid AS (SELECT id AS paid_id FROM orders) SELECT paid.|", "paid_id"),
        (
            "WITH paid AS (SELECT id AS paid_id FROM orders) UPDATE orders SET id = paid.|",
            "paid_id",
        ),
        ("WITH RECURSIVE up (top) AS (SELECT id FROM orders UNION ALL SELECT u.|", "top"),
        ("SELECT p.*, (SELECT id FROM orders WHERE orders.id = p.|", "weight"),
        ("SELECT o.id FROM orders o WHERE |", "status"),
        ("SELECT seen, id FROM log.visits ORDER BY |", "seen"),
        ("SELECT v.seen FROM log.visits v WHERE v.|", "seen"),
        ("INSERT INTO visits (seen, place) VALUES (1, 2) ON CONFLICT (|", "place"),
        (
            "INSERT INTO visits (seen, place) VALUES (1, 2) ON CONFLICT (seen) DO UPDATE SET |",
            "place",
        ),
        (
            "INSERT INTO visits (seen, place) VALUES (1, 2)"
            " ON CONFLICT (seen) DO UPDATE SET place = EXCLUDED.|",
            "place",
        ),
    ],
)
def test_names_are_offered_before_or_without_a_table_that_declares_them(
    drawn: str, name: str
) -> None:
    assert name in offered(drawn, Kind.COLUMN)


def test_a_recursive_query_does_not_begin_with_its_own_columns() -> None:
    assert "top" not in offered("WITH RECURSIVE up (top) AS (SELECT |", Kind.COLUMN)


def test_of_a_declared_table_no_other_column_is_offered() -> None:
    assert "made" not in offered("SELECT made FROM orders WHERE |", Kind.COLUMN)


def test_an_alias_that_waits_for_its_table_brings_that_table_and_its_columns() -> None:
    assert "weight" in offered("SELECT p.|", Kind.COLUMN)
    assert ranked("SELECT o.id, c.name FROM orders o JOIN |")[0].startswith("customers c ON ")
    assert ranked("SELECT p.id FROM |")[0] == "parcels"
    assert "cu" in offered("SELECT cu.name FROM customers |", Kind.NEW_NAME)


@pytest.mark.parametrize(
    ("dialect", "typed", "name"),
    [
        ("postgres", "string_to", "string_to_array("),
        ("postgres", "st_dw", "st_dwithin("),
        ("tsql", "JSON_Q", "JSON_QUERY("),
        ("bigquery", "UNIX_MI", "UNIX_MICROS("),
        ("clickhouse", "toStartOfI", "toStartOfInterval("),
        ("mysql", "inet", "inet_aton("),
    ],
)
def test_functions_known_by_name_alone_come_once_a_letter_is_typed(
    dialect: str, typed: str, name: str
) -> None:
    text = f"SELECT {typed}"
    found = candidates(analyse(text, len(text), INDEX, dialect), INDEX)
    assert name in [one.insert for one in found if one.kind is Kind.FUNCTION]


def test_from_reads_only_functions_that_give_rows() -> None:
    assert offered("SELECT * FROM |", Kind.FUNCTION)
    assert "generate_series(" in [f.lower() for f in offered("SELECT * FROM g|", Kind.FUNCTION)]
    assert not {"count(", "avg(", "sum("} & {
        f.lower() for f in offered("SELECT * FROM |", Kind.FUNCTION)
    }


@pytest.mark.parametrize(
    ("drawn", "first"),
    [
        ("SELECT id FROM customers WHERE email = @|", "@email"),
        ("SELECT id FROM customers WHERE email = :e|", ":email"),
        ("INSERT INTO customers (name, email) VALUES (:name, :|", ":email"),
        ("UPDATE customers SET active = @|", "@active"),
        ("SELECT id FROM customers LIMIT @limit OFFSET @|", "@offset"),
        ("SELECT id FROM customers WHERE id = @who AND name <> @w|", "@who"),
        ("SELECT id FROM customers WHERE email = sqlc.arg(|", "sqlc.arg(email)"),
        ("SELECT id FROM customers WHERE email = sqlc.narg('em|", "sqlc.narg('email')"),
        (
            "SELECT id FROM customers WHERE id = sqlc.arg(who) OR name = sqlc.arg(w|",
            "sqlc.arg(who)",
        ),
    ],
)
def test_a_named_placeholder_is_named_as_what_it_is_for(drawn: str, first: str) -> None:
    assert ranked(drawn)[0] == first
    assert all(one[0] == first[0] for one in ranked(drawn))


@pytest.mark.parametrize(
    ("drawn", "written"),
    [
        ("UPDATE customers SET name = sqlc.arg(name), email = |", "sqlc.arg(email)"),
        ("UPDATE customers SET name = sqlc.arg('name'), email = |", "sqlc.arg('email')"),
        ("UPDATE customers SET name = sqlc.narg( name ), email = |", "sqlc.narg( email)"),
    ],
)
def test_a_call_that_stands_for_a_value_is_written_like_the_one_before(
    drawn: str, written: str
) -> None:
    assert written in offered(drawn, Kind.LITERAL)


def test_after_the_qualifier_of_a_call_its_calls_are_offered() -> None:
    asked = "SELECT id FROM customers WHERE email = sqlc.|"
    calls = ["arg(email)", "narg(email)", "slice(email)"]
    assert sorted(ranked(asked)) == calls
    assert ranked("SELECT id FROM customers LIMIT sqlc.n|") == ["narg("]


@pytest.mark.parametrize("drawn", ["SELECT id FROM customers WHERE name = sqlc.arg(name)|"])
def test_a_call_that_is_closed_asks_for_nothing(drawn: str) -> None:
    assert offered(drawn, Kind.LITERAL) == []


@pytest.mark.parametrize("drawn", ["SELECT id FROM customers c|:", "SELECT name::t|"])
def test_other_colons_ask_for_no_placeholder(drawn: str) -> None:
    assert not any(one.startswith(":") for one in offered(drawn, Kind.LITERAL))
