"""Laying out changes white space and the case of keywords, and nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.agents.symbolic.layout import laid_out
from distill.agents.symbolic.reading import UnreadableError, read
from distill.agents.symbolic.style import Style, some_style, style_of
from sqlcomplete.syntax.lex import lex

from .conftest import STATEMENTS


def same_tokens(one: str, two: str, dialect: str = "postgres") -> bool:
    """Equal but for the case of what is neither a name nor a string."""
    first, second = lex(one, dialect), lex(two, dialect)
    names = {t.text for t in first if t.kind not in ("word",)}
    return [t.text.upper() for t in first] == [t.text.upper() for t in second] and names == {
        t.text for t in second if t.kind not in ("word",)
    }


@given(st.sampled_from(STATEMENTS), st.integers(0, 100_000))
@settings(max_examples=60, deadline=None)
def test_the_tokens_stay(sql: str, seed: int) -> None:
    style = some_style(random.Random(seed))
    made = laid_out(read(sql, "postgres"), style)
    assert made is not None
    assert made.endswith(";") == style.semicolon
    assert same_tokens(sql, made.rstrip(";"))
    assert repr(read(made.rstrip(";"), "postgres").tree) == repr(read(sql, "postgres").tree)
    # What is laid out stays as it is when it is laid out again.
    assert laid_out(read(made, "postgres"), style) == made


_WORDS = st.sampled_from(
    """SELECT FROM WHERE ( ) , a b t = 1 'x' AND CASE END WHEN ON JOIN * - GROUP BY :: int . count
    IN WITH AS""".split()  # noqa: SIM905
)


@given(st.lists(_WORDS, max_size=14), st.integers(0, 1000))
@settings(max_examples=150, deadline=None)
def test_any_text_that_reads_keeps_its_tokens(words: list[str], seed: int) -> None:
    sql = " ".join(["SELECT", *words])
    try:
        reading = read(sql, "postgres")
    except UnreadableError:
        return
    made = laid_out(reading, some_style(random.Random(seed)))
    assert made is None or same_tokens(sql, made.rstrip(";"))


SQL = (
    "select o.id, count(*) as n from orders o left join order_items i on i.order_id = o.id "
    "where o.status = 'new' and o.total > -1 and o.id in (select order_id from order_items) "
    "group by o.id order by n desc limit 5 offset 10"
)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            Style("line"),
            "SELECT o.id, count(*) AS n FROM orders o LEFT JOIN order_items i ON i.order_id = o.id "
            "WHERE o.status = 'new' AND o.total > -1 AND "
            "o.id IN (SELECT order_id FROM order_items) "
            "GROUP BY o.id ORDER BY n DESC LIMIT 5 OFFSET 10",
        ),
        (
            Style("clauses", keyword_case="lower", indent=2, on_newline=True),
            "select o.id, count(*) as n\n"
            "from orders o\n"
            "left join order_items i\n"
            "  on i.order_id = o.id\n"
            "where o.status = 'new'\n"
            "  and o.total > -1\n"
            "  and o.id in (select order_id from order_items)\n"
            "group by o.id\n"
            "order by n desc\n"
            "limit 5 offset 10",
        ),
        (
            Style("stacked", function_case="upper", leading_commas=True, semicolon=True),
            "SELECT\n"
            "    o.id\n"
            "    , COUNT(*) AS n\n"
            "FROM\n"
            "    orders o\n"
            "    LEFT JOIN order_items i ON i.order_id = o.id\n"
            "WHERE\n"
            "    o.status = 'new'\n"
            "    AND o.total > -1\n"
            "    AND o.id IN (SELECT order_id FROM order_items)\n"
            "GROUP BY o.id\n"
            "ORDER BY n DESC\n"
            "LIMIT 5 OFFSET 10;",
        ),
        (
            Style("river"),
            "SELECT o.id,\n"
            "       count(*) AS n\n"
            "  FROM orders o\n"
            "  LEFT JOIN order_items i ON i.order_id = o.id\n"
            " WHERE o.status = 'new'\n"
            "   AND o.total > -1\n"
            "   AND o.id IN (SELECT order_id FROM order_items)\n"
            " GROUP BY o.id\n"
            " ORDER BY n DESC\n"
            " LIMIT 5 OFFSET 10",
        ),
        (
            Style("hanging"),
            "SELECT o.id,\n"
            "       count(*) AS n\n"
            "FROM orders o\n"
            "LEFT JOIN order_items i ON i.order_id = o.id\n"
            "WHERE o.status = 'new'\n"
            "    AND o.total > -1\n"
            "    AND o.id IN (SELECT order_id FROM order_items)\n"
            "GROUP BY o.id\n"
            "ORDER BY n DESC\n"
            "LIMIT 5 OFFSET 10",
        ),
    ],
    ids=lambda v: v.layout if isinstance(v, Style) else "",
)
def test_styles_look_as_people_write_them(style: Style, text: str) -> None:
    assert laid_out(read(SQL, "postgres"), style) == text


@pytest.mark.parametrize("layout", ["line", "clauses", "stacked", "river", "hanging"])
def test_a_style_is_read_back_from_the_text(layout: str) -> None:
    style = Style(layout, keyword_case="lower")  # type: ignore[arg-type]
    made = laid_out(read(SQL, "postgres"), style)
    assert made is not None
    found = style_of(read(made, "postgres"))
    assert (found.layout, found.keyword_case) == (layout, "lower")


def test_names_and_strings_keep_their_letters() -> None:
    sql = 'select "Name", t.Order_ID, \'From Where\' from T t where Count > 1 and "select" = 2'
    made = laid_out(read(sql, "postgres"), Style("clauses", function_case="lower"))
    assert made == (
        'SELECT "Name", t.Order_ID, \'From Where\'\nFROM T t\nWHERE Count > 1\n    AND "select" = 2'
    )


def test_comments_are_nobodys_to_move() -> None:
    assert laid_out(read("select 1 -- one", "postgres"), Style()) is None
