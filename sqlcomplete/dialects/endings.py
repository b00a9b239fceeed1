"""What an unfinished statement still needs, so that a parser can read it."""

from __future__ import annotations

from sqlcomplete.dialects.clauses import QUERY_CLAUSES

BINDERS = frozenset({"SELECT", "WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "THEN", "ELSE", "BY"})
"""Words that an expression follows."""

MADE = "sqlcomplete_hole"
"""The name that stands for what is not written yet."""

# What must follow a token for the statement to parse, as little as will do.
NEEDS: dict[str, str] = {
    **dict.fromkeys(
        """SELECT DISTINCT WHERE AND OR NOT HAVING ON BY WHEN THEN ELSE LIKE ILIKE GLOB
        RETURNING = <> != < > <= >= + - / || % , ~ ~* !~ -> ->> #> #>> @> <@ && ?| ?& := ==
        DESC_ ANY_ REGEXP RLIKE SIMILAR TO""".split(),  # noqa: SIM905
        MADE,
    ),
    **{one.word: MADE for one in QUERY_CLAUSES if one.predicate},
    ".": MADE, "AS": MADE, "FROM": MADE, "JOIN": MADE, "INTO": f"{MADE} SELECT 1",
    "UPDATE": f"{MADE} SET a = 1", "SET": f"{MADE} = 1", "IN": "(1)", "BETWEEN": "1 AND 2",
    "IS": "NULL", "CASE": f"WHEN {MADE} THEN 1 END", "LIMIT": "1", "OFFSET": "1", "TOP": "1 a",
    "GROUP": f"BY {MADE}", "ORDER": f"BY {MADE}", "PARTITION": f"BY {MADE}", "OVER": "()",
    "UNION": "SELECT 1", "ALL": "SELECT 1", "INTERSECT": "SELECT 1", "EXCEPT": "SELECT 1",
    "LEFT": f"JOIN {MADE}", "RIGHT": f"JOIN {MADE}", "FULL": f"JOIN {MADE}",
    "INNER": f"JOIN {MADE}", "OUTER": f"JOIN {MADE}", "CROSS": f"JOIN {MADE}",
    "NATURAL": f"JOIN {MADE}", "WITH": f"{MADE} AS (SELECT 1) SELECT 1",
    "RECURSIVE": f"{MADE} AS (SELECT 1) SELECT 1", "INSERT": f"INTO {MADE} SELECT 1",
    "DELETE": f"FROM {MADE}", "VALUES": "(1)", "CONFLICT": "DO NOTHING", "DO": "NOTHING",
    "NOTHING_": "", "EXISTS": "(SELECT 1)", "::": "INT", "INTERVAL": "'1 day'",
    "NULLS": "LAST", "FILTER": f"(WHERE {MADE})", "ESCAPE": "'x'", "USING": f"({MADE})",
    "FETCH": "FIRST 1 ROWS ONLY", "LATERAL": "(SELECT 1) AS x", "MERGE":
    f"INTO {MADE} USING x ON a = b WHEN MATCHED THEN DELETE", "MATCHED": "THEN DELETE",
    "WITHIN": f"GROUP (ORDER BY {MADE})", "COLLATE": "x", "WINDOW": f"{MADE} AS ()",
}  # fmt: skip

AFTER_PAIR = {
    ("DO", "UPDATE"): "SET a = 1",
    ("FOR", "UPDATE"): "",
    ("UPDATE", "SET"): f"{MADE} = 1",
    ("IS", "NOT"): "NULL",
    ("THEN", "DELETE"): "",
    ("DISTINCT", "FROM"): MADE,
    ("IS", "DISTINCT"): f"FROM {MADE}",
    ("NOT", "DISTINCT"): f"FROM {MADE}",
    ("DEFAULT", "VALUES"): "",
    ("MERGE", "INTO"): f"{MADE} USING x ON a = b WHEN MATCHED THEN DELETE",
}
"""What two words together still ask for, where the second alone asks for something else."""
