"""Where the clauses of a query stand in its text."""

from __future__ import annotations

from dataclasses import dataclass

from distill.agents.symbolic.reading import Reading

_CLAUSES = {
    "WITH": "WITH", "SELECT": "SELECT", "FROM": "FROM", "WHERE": "WHERE", "GROUP BY": "GROUP BY",
    "HAVING": "HAVING", "QUALIFY": "QUALIFY", "WINDOW": "WINDOW", "ORDER BY": "ORDER BY",
    "LIMIT": "LIMIT", "OFFSET": "OFFSET", "FETCH": "FETCH", "UNION": "SET OPERATION",
    "EXCEPT": "SET OPERATION", "INTERSECT": "SET OPERATION", "MINUS": "SET OPERATION",
    "INSERT INTO": "INSERT", "INSERT": "INSERT", "REPLACE INTO": "INSERT", "UPDATE": "UPDATE",
    "DELETE FROM": "DELETE", "DELETE": "DELETE", "SET": "SET", "VALUES": "VALUES",
    "RETURNING": "RETURNING", "ON CONFLICT": "ON CONFLICT", "ON DUPLICATE": "ON CONFLICT",
    "MERGE": "MERGE", "USING": "USING", "FOR": "FOR", "WHEN": "WHEN",
}  # fmt: skip
_JOIN_WORDS = frozenset(
    "NATURAL LEFT RIGHT FULL INNER CROSS OUTER ASOF LATERAL STRAIGHT_JOIN SEMI ANTI ANY".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class ClauseSpan:
    """`name` is one of `_CLAUSES`' or JOIN or ON. Positions are of tokens: the clause's own words
    are [start, body), what it holds is [body, end)."""

    name: str
    start: int
    body: int
    end: int


def matching(reading: Reading) -> dict[int, int]:
    """Position of the token that closes each parenthesis, by the position of the opening one."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for at, token in enumerate(reading.tokens):
        if token.text == "(":
            stack.append(at)
        elif token.text == ")" and stack:
            pairs[stack.pop()] = at
    return pairs


def clauses(reading: Reading, first: int = 0, last: int | None = None) -> tuple[ClauseSpan, ...]:
    """The clauses of tokens [first, last) that stand outside of the parentheses in there."""
    tokens = reading.tokens
    last = len(tokens) if last is None else last
    starts: list[tuple[str, int, int]] = []
    depth = cases = 0
    at = first
    while at < last:
        token = tokens[at]
        word = token.upper
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0 and not reading.is_name(token) and not _after_dot(reading, at):
            if word == "CASE":
                cases += 1
            elif word == "END" and cases:
                cases -= 1
            elif not cases:
                found = _clause(reading, at, last, starts)
                if found is not None:
                    starts.append(found)
                    at = found[2]
                    continue
        at += 1
    ends = [start for _, start, _ in starts[1:]] + [last]
    return tuple(
        ClauseSpan(name, start, body, end)
        for (name, start, body), end in zip(starts, ends, strict=True)
    )


def _clause(
    reading: Reading, at: int, last: int, before: list[tuple[str, int, int]]
) -> tuple[str, int, int] | None:
    tokens = reading.tokens
    word = tokens[at].upper
    after = tokens[at + 1].upper if at + 1 < last else ""
    previous = tokens[at - 1].upper if at else ""
    if word in _JOIN_WORDS or word == "JOIN":
        end = at
        while end < last and tokens[end].upper in _JOIN_WORDS:
            end += 1
        if end < last and tokens[end].upper == "JOIN" and not reading.is_name(tokens[end]):
            return "JOIN", at, end + 1
        return None
    name = _CLAUSES.get(f"{word} {after}")
    if name is not None:
        return name, at, at + 2
    if word == "ON":
        inside = bool(before) and before[-1][0] == "JOIN"
        return ("ON", at, at + 1) if inside else None
    name = _CLAUSES.get(word)
    if name is None or (word == "FROM" and previous == "DISTINCT" and _is_predicate(reading, at)):
        return None
    names = [n for n, _, _ in before]
    if word in ("UPDATE", "DELETE", "INSERT") and (previous in ("FOR", "DO", "THEN", "KEY")):
        return None
    if word in ("REPLACE", "LEFT", "RIGHT", "VALUES") and after == "(" and word != "VALUES":
        return None
    if word == "SET" and not {"UPDATE", "ON CONFLICT", "MERGE"} & set(names):
        return None
    if word == "USING" and not {"DELETE", "MERGE"} & set(names):
        return None
    if word == "WHEN" and "MERGE" not in names:
        return None
    if word == "FOR" and after not in ("UPDATE", "SHARE", "NO", "KEY"):
        return None
    if word == "WITH" and names:
        return None
    if word == "OFFSET" and not names:
        return None
    return name, at, at + 1


def _is_predicate(reading: Reading, at: int) -> bool:
    return at >= 2 and reading.tokens[at - 2].upper in ("IS", "NOT")


def _after_dot(reading: Reading, at: int) -> bool:
    return at > 0 and reading.tokens[at - 1].text == "."


def main_select(reading: Reading) -> dict[str, ClauseSpan] | None:
    """The clauses of the statement's outermost SELECT by name (JOIN and ON left out); None where
    the statement is not one plain query (a set operation, DML)."""
    found = clauses(reading)
    names = [c.name for c in found]
    if "SELECT" not in names or {"SET OPERATION", "INSERT", "UPDATE", "DELETE", "MERGE"} & {*names}:
        return None
    if names.count("SELECT") != 1 or names[0] not in ("WITH", "SELECT"):
        return None
    chosen: dict[str, ClauseSpan] = {}
    for clause in found:
        if clause.name in ("JOIN", "ON", "USING"):
            # They belong to FROM, which ends where the last of them does.
            whole = chosen.get("FROM")
            if whole is None:
                return None
            chosen["FROM"] = ClauseSpan("FROM", whole.start, whole.body, clause.end)
            continue
        if clause.name in chosen:
            return None
        chosen[clause.name] = clause
    return chosen


def split(reading: Reading, first: int, last: int, separators: frozenset[str]) -> list[int]:
    """Positions, outside of parentheses, CASE and BETWEEN, of the tokens [first, last) that are one
    of `separators` (in upper case)."""
    found = []
    depth = cases = betweens = 0
    for at in range(first, last):
        token = reading.tokens[at]
        word = token.upper
        if token.text in ("(", "["):
            depth += 1
        elif token.text in (")", "]"):
            depth -= 1
        elif depth == 0 and not reading.is_name(token):
            if word == "CASE":
                cases += 1
            elif word == "END" and cases:
                cases -= 1
            elif cases:
                continue
            elif word == "BETWEEN":
                betweens += 1
            elif word == "AND" and betweens:
                betweens -= 1
            elif word in separators:
                found.append(at)
    return found
