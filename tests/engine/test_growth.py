"""The work grows with the text and no faster, whatever the text is: counted in calls of our own
functions (and steps of our generators), so that no clock decides."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

import serve
import sqlcomplete
from serve.lsp.diagnosing import Diagnoser
from sqlcomplete.completer import Completer
from sqlcomplete.schema.ddl import schema_from_ddl
from sqlcomplete.syntax import analyse

SCHEMA = schema_from_ddl(
    """
    CREATE TABLE customers (id INT PRIMARY KEY, name TEXT, email TEXT);
    CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id),
                         status TEXT, amount NUMERIC);
    """,
    "postgres",
)
COMPLETER = Completer(SCHEMA, model=None)
OURS = tuple(str(Path(package.__path__[0])) for package in (sqlcomplete, serve))


def listed(item: str, number: int) -> str:
    return ", ".join(item.replace("#", str(n)) for n in range(number))


SHAPES: dict[str, Callable[[int], tuple[str, str]]] = {
    "tables": lambda n: (f"SELECT id FROM {listed('orders o#', n)} WHERE ", ""),
    "the same table": lambda n: (f"SELECT id FROM {listed('orders', n)} WHERE ", ""),
    "joins": lambda n: (
        "SELECT * FROM customers c"
        + "".join(f" JOIN orders o{i} ON o{i}.customer_id = c.id" for i in range(n))
        + " WHERE ",
        "",
    ),
    "columns on the left": lambda n: (f"SELECT {listed('o.c#', n)}, ", " FROM orders o"),
    "columns on the right": lambda n: ("SELECT ", f"{listed('c#', n)} FROM orders"),
    "quoted columns": lambda n: (f"SELECT {listed('[a]', n)}, ", ""),
    "conditions": lambda n: ("SELECT * FROM orders WHERE id = 1" + " AND id = 1" * n + " AND ", ""),
    "CTEs": lambda n: (
        f"WITH {listed('c# AS (SELECT id FROM orders)', n)} SELECT id FROM c1 WHERE ",
        "",
    ),
    "unions": lambda n: ("SELECT id FROM orders" + " UNION SELECT id FROM orders" * n, ""),
    "aliases": lambda n: (f"SELECT {listed('id AS a#', n)} FROM orders ORDER BY ", ""),
    "values": lambda n: (f"INSERT INTO orders (id) VALUES {listed('(#)', n)}, (", ""),
    "statements": lambda n: ("SELECT id FROM orders;\n" * n + "SELECT * FROM ", ""),
    "tables made": lambda n: (
        "".join(f"CREATE TABLE t{i} (a INT);\n" for i in range(n)) + "SELECT * FROM ",
        "",
    ),
    "brackets": lambda n: ("SELECT " + "(" * n, ""),
    "quotes": lambda n: ("SELECT " + "'" * n, ""),
    "letters": lambda n: ("SELECT " + "a" * n, ""),
    "blanks": lambda n: ("SELECT" + " " * n, " FROM orders"),
}


def calls(work: Callable[[], object]) -> int:
    """How often a function of ours is called, or a generator of ours gone on with."""
    count = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            count += 1

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("asked", ["completed", "checked"])
def test_twice_the_text_is_twice_the_work(asked: str, shape: str) -> None:
    def work(number: int) -> int:
        left, right = SHAPES[shape](number)
        if asked == "completed":
            return calls(lambda: COMPLETER.complete(left + right, len(left)))
        return calls(lambda: Diagnoser(COMPLETER.index).problems(f"{left}id {right}"))

    work(20)  # what is made once
    assert work(400) <= 2.2 * work(200) + 500


def test_of_a_long_line_only_the_surroundings_of_the_cursor_are_read() -> None:
    columns = listed("c#", 66_000)
    for left, right in (
        ("SELECT ", columns),
        (f"SELECT {columns}, ", ""),
        ("SELECT ", "x" * 400_000),
    ):
        found = analyse(left + right, len(left), COMPLETER.index)
        assert sum(token.end - token.start for token in found.tokens) <= 70_000


def test_ctes_that_double_their_columns_have_an_end() -> None:
    twice = "".join(f", c{n + 1} AS (SELECT * FROM c{n} JOIN c{n} x USING (id))" for n in range(60))
    text = f"WITH c0 AS (SELECT * FROM orders){twice} SELECT * FROM c60 WHERE "
    found = analyse(text, len(text), COMPLETER.index)
    (relation,) = found.scope.relations
    assert not relation.complete
    assert sum(len(common.columns) for common in found.scope.ctes) <= 40_000
    few = "WITH c0 AS (SELECT * FROM orders) SELECT * FROM c0 WHERE "
    (relation,) = analyse(few, len(few), COMPLETER.index).scope.relations
    assert relation.complete and len(relation.columns) == 4
