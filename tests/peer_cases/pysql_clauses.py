"""What pysqlsuggestions promises of clauses: their order, their dialects, whole statements."""

from __future__ import annotations

import re

from tests.peer_cases.case import CARET, Group, group

CLAUSES: tuple[Group, ...] = (
    group(
        "ClickHouse's clauses behind a table",
        "events",
        "SELECT * FROM events ¦",
        dialect="clickhouse",
        offers="PREWHERE; ARRAY JOIN; FINAL",
    ),
    group(
        "ClickHouse's LIMIT BY",
        "events",
        "SELECT * FROM events ORDER BY id LIMIT 1 ¦",
        dialect="clickhouse",
        offers="BY",
    ),
    group(
        "columns in PREWHERE",
        "events",
        "SELECT * FROM events PREWHERE ¦",
        dialect="clickhouse",
        offers="name",
    ),
    group(
        "UNNEST where a relation begins",
        "events",
        "SELECT * FROM events, ¦",
        dialect="trino",
        offers="UNNEST",
    ),
    group(
        "no clause of another dialect",
        "events",
        "SELECT * FROM events ¦",
        refuses="PREWHERE; ARRAY JOIN; QUALIFY",
    ),
    group(
        "no clause of another statement",
        "events",
        "SELECT * FROM events WHERE id = 1 ¦",
        "SELECT * FROM events ¦",
        refuses="RETURNING; SET; ON CONFLICT; VALUES",
    ),
    group("no FROM where one follows", "events", "SELECT id ¦ FROM events", refuses="FROM"),
    group(
        "no WHERE where one follows",
        "events",
        "SELECT * FROM events ¦ WHERE id = 1",
        refuses="WHERE",
    ),
    group(
        "no GROUP BY where one follows",
        "events",
        "SELECT * FROM events WHERE id = 1 ¦ GROUP BY id",
        refuses="GROUP BY",
    ),
    group(
        "a join behind a join",
        "events",
        "SELECT * FROM events e JOIN events f ON e.id = f.id ¦",
        offers="JOIN",
    ),
    group(
        "a clause again in the next branch",
        "events",
        "SELECT id FROM events UNION SELECT id ¦",
        offers="FROM",
    ),
    group(
        "a set operation behind a condition",
        "events",
        "SELECT * FROM events WHERE id = 1 ¦",
        offers="UNION",
    ),
    group(
        "no set operation behind the order or the count",
        "events",
        "SELECT * FROM events ORDER BY id ¦",
        "SELECT * FROM events LIMIT 10 ¦",
        refuses="UNION; EXCEPT",
    ),
    group(
        "no statement's end in a window",
        "events",
        "SELECT count(*) OVER (PARTITION BY id ¦) FROM events",
        offers="ORDER BY",
        refuses="LIMIT; UNION; WHERE",
    ),
    group(
        "later clauses behind a join",
        "events",
        "SELECT * FROM events e JOIN other o ON e.id = o.other_id ¦",
        "SELECT * FROM events e JOIN other o USING (id) ¦",
        offers="WHERE; GROUP BY; ORDER BY; LIMIT; UNION",
    ),
    group(
        "no earlier clause behind GROUP BY",
        "events",
        "SELECT id FROM events GROUP BY id ¦",
        offers="HAVING; ORDER BY",
        refuses="WHERE; GROUP BY",
    ),
    group(
        "columns in a finished subquery's outer clause",
        "small",
        "SELECT name, (SELECT total FROM orders LIMIT 1), ¦ FROM users",
        offers="email",
        refuses="total",
    ),
    group(
        "columns in an inner condition",
        "small",
        "SELECT * FROM (SELECT total FROM orders WHERE ¦)",
        offers="user_id",
        refuses="email; name",
    ),
    group(
        "a quoted name is no clause",
        "small",
        'SELECT * FROM users "limit" ¦',
        offers="WHERE",
    ),
    group(
        "an open parenthesis of another statement",
        "small",
        "SELECT count(* FROM users;\nSELECT ¦ FROM orders",
        offers="total; user_id",
        refuses="name; email",
    ),
    group(
        "a semicolon in a string",
        "small",
        "SELECT 'a;b' AS x, ¦ FROM users",
        offers="name; email",
        refuses="total",
    ),
    group(
        "a name around white space and a dot",
        "small",
        "SELECT u . em¦ FROM users u",
        offers="email",
    ),
    group("a name in the middle of a word", "small", "SELECT ema¦il FROM users", offers="email"),
    group(
        "columns behind an operator without a space",
        "small",
        "SELECT * FROM users WHERE id =¦",
        offers="id",
        refuses="AND",
    ),
    group(
        "an escape string is one token",
        "small",
        r"SELECT E'a\'b' FROM users WHERE ¦",
        offers="name; email",
        refuses="total",
    ),
    group(
        "a nested comment", "small", "SELECT /* a /* b */ c */ ¦ FROM users", offers="name; email"
    ),
    group(
        "a comment that begins with a hash",
        "small",
        "# a note\nSELECT ¦ FROM users",
        dialect="clickhouse",
        offers="name; email",
    ),
    group(
        "names in a list of a condition",
        "small",
        "SELECT * FROM users WHERE id IN (¦",
        "SELECT * FROM users WHERE (¦",
        "SELECT (¦ FROM users",
        offers="id; name",
    ),
    group(
        "a long chain of CTEs",
        "users",
        "WITH a0 AS (SELECT * FROM auth_group), "
        + ", ".join(f"a{n} AS (SELECT * FROM a{n - 1})" for n in range(1, 60))
        + " SELECT * FROM a59 z WHERE z.¦",
        offers="id; name",
    ),
)

_STATEMENTS = {
    "a report": (
        "SELECT u.id, u.username, count(*) FROM auth_user AS u "
        "JOIN orders AS o ON o.user_id = u.id WHERE u.is_staff = true "
        "GROUP BY u.id, u.username HAVING count(*) > 1 ORDER BY u.id DESC LIMIT 10 OFFSET 5"
    ),
    "an INSERT": "INSERT INTO orders (user_id, total) VALUES (1, 2)",
    "an UPDATE": "UPDATE orders SET total = 1 WHERE id = 2",
    "a DELETE": "DELETE FROM orders WHERE id = 1",
    "a null test": "SELECT o.total FROM orders AS o WHERE o.total IS NOT NULL",
}
_NO_NAME = re.compile(r"\d|'|[,()*]")


def _written(promise: str, sql: str) -> Group:
    """A case for each gap of the statement: the next word must be among the items. Numbers, strings
    and the names behind AS are the writer's own."""
    cases = []
    for gap in re.finditer(r" ", sql):
        left, right = sql[: gap.end()], sql[gap.end() :]
        if _NO_NAME.match(right) or left.endswith("AS "):
            continue
        word = re.split(r"[\s,()]", right, maxsplit=1)[0].rsplit(".", 1)[-1]
        cases += group(
            f"{promise}, after {left.strip()!r}", "users", left + CARET, offers=word
        ).cases
    return Group(promise, tuple(cases))


WRITTEN: tuple[Group, ...] = tuple(
    _written(f"{what} written from its items", sql) for what, sql in _STATEMENTS.items()
)
