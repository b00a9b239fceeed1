"""Makes training samples of statements: what stood left and right of a cursor, as people write.

Knows nothing of tokens or models.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from distill.agents.taxonomy import traits
from distill.corpus import Statement
from distill.data.settings import Comments

_WORD = re.compile(r"[A-Za-z_]\w*|\d+|'(?:[^']|'')*'|\s+|[^\w\s]")
_TOOL_CALL = re.compile(r"sqlc\.(?:arg|narg|slice)\(\s*'?\"?(\w+)'?\"?\s*\)")
_CLAUSE = re.compile(
    r"\b(?:FROM|WHERE|GROUP|ORDER|HAVING|LIMIT|JOIN|LEFT|INNER|ON|VALUES|SET|RETURNING|AND|UNION)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """`written` is prefix and middle, which the loss is on; `suffix` is what it must meet."""

    written: str
    suffix: str


_COMMENTS = Comments()


def tidy(sql: str) -> str:
    """The statement without what a person at an editor would not type: a code generator's calls,
    runs of blanks, a blank before a comma, the last semicolon."""
    sql = _TOOL_CALL.sub(r"@\1", sql).strip().rstrip(";").rstrip()
    parts = re.split(r"('(?:[^']|'')*')", sql)
    parts[::2] = [re.sub(r"(?<=\S) {2,}", " ", p) for p in parts[::2]]
    parts[::2] = [re.sub(r" +,", ",", p) for p in parts[::2]]
    return "".join(parts)


def make_sample(
    statement: Statement,
    chance: random.Random,
    *,
    infill: float = 0.3,
    comments: Comments = _COMMENTS,
) -> Sample:
    """One sample of the statement, drawn by `chance`.

    A part of them ask in a comment above what the statement should do, as `comments` says, a part
    are in lower case, and the share `infill` has a suffix, cut at a clause, a token's start or
    inside a word.
    """
    sql = tidy(statement.sql)
    if chance.random() < 0.2:
        parts = re.split(r"('(?:[^']|'')*'|\"[^\"]*\")", sql)
        parts[::2] = [_lower_keywords(p) for p in parts[::2]]
        sql = "".join(parts)
    head = ""
    if statement.question and chance.random() < comments.questions:
        head = f"-- {' '.join(statement.question.split())[:240]}\n"
    if statement.plan and chance.random() < comments.plans and _is_hard(statement, comments.hard):
        head += "".join(f"-- {line.strip()}\n" for line in statement.plan.splitlines())
    if len(sql) < 12 or chance.random() >= infill:
        return Sample(head + sql, "")
    cut = _cut(sql, chance)
    # Most people who edit in the middle of a statement have all of its end already.
    return Sample(head + sql[: cut[1]], sql[cut[1] :])


def _is_hard(statement: Statement, least: float) -> bool:
    return least == 0 or traits(statement.sql, statement.dialect).difficulty >= least


def _cut(sql: str, chance: random.Random) -> tuple[int, int]:
    """Start and end of a middle."""
    words = [m for m in _WORD.finditer(sql) if not m.group().isspace()]
    kind = chance.random()
    if kind < 0.4 and (clauses := [m.start() for m in _CLAUSE.finditer(sql, 1)]):
        end = chance.choice(clauses)
    elif kind < 0.85:
        end = chance.choice(words).start()
    else:
        word = chance.choice(words)
        end = chance.randint(word.start(), word.end())
    return 0, max(end, 1)


_KEYWORDS = re.compile(
    r"\b(?:SELECT|FROM|WHERE|AND|OR|NOT|IN|IS|NULL|JOIN|LEFT|RIGHT|INNER|OUTER|FULL|CROSS|ON|AS|GROUP"
    r"|ORDER|BY|HAVING|LIMIT|OFFSET|DISTINCT|UNION|ALL|EXCEPT|INTERSECT|CASE|WHEN|THEN|ELSE|END"
    r"|INSERT|INTO|VALUES|UPDATE|SET|DELETE|RETURNING|CONFLICT|DO|NOTHING|WITH|EXISTS|BETWEEN|LIKE"
    r"|ASC|DESC|COUNT|SUM|AVG|MIN|MAX|COALESCE|CAST|OVER|PARTITION)\b"
)


def _lower_keywords(text: str) -> str:
    return _KEYWORDS.sub(lambda m: m.group().lower(), text)
