"""What an unfinished statement still lacks, so that a parser takes it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.dialects.clauses import QUERY_CLAUSES
from sqlcomplete.dialects.endings import BINDERS
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.verdict.draft import Draft

MADE = "sqlcomplete_hole"
"""The name that stands for what is not written yet."""

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)


def closings(draft: Draft) -> Iterator[str]:
    """Texts that may parse, the one with the least added first. Offsets up to the end of the ghost
    are those of the statement."""
    left = draft.before_tokens
    before = _masked(draft.before, left, draft.start)
    if draft.after.strip():
        after = _masked(draft.after, draft.after_tokens, 0)
        tail = _ends(draft.joined.tokens)
        operand = _operand(left)
        yield f"{before}{after}{tail}"
        if operand:
            yield f"{before} {operand} {after}{tail}"
        joined = f"{before} {operand}" if operand else before
        open_parts = _ends(left)
        if open_parts:
            yield f"{joined}{open_parts} {after}"
        return
    if left and not left[-1].closed:
        before += {"'": "'", '"': '"', "`": "`", "[": "]"}.get(left[-1].text[:1], "")
    tail = _ends(left)
    operand = _operand(left)
    if operand:
        yield f"{before} {operand}{tail}"
        yield f"{before}{tail}"
    else:
        yield f"{before}{tail}"
        # A word that only more words make sense of: a predicate, an assignment, an item.
        yield f"{before} {MADE}{tail}"
        yield f"{before} = {MADE}{tail}"
        yield f"{before} AND {MADE}{tail}"


# What must follow a token for the statement to parse, as little as will do.
_NEEDS: dict[str, str] = {
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


def _operand(tokens: tuple[Token, ...]) -> str:
    """What the last token still asks for; the empty text where the statement may end there."""
    if not tokens:
        return ""
    last = tokens[-1]
    before = tokens[-2].upper if len(tokens) > 1 else ""
    word = last.upper
    if last.kind in (TokenKind.STRING, TokenKind.QUOTED):
        word = ""
    if word == "UPDATE" and before in ("DO", "FOR"):
        return "SET a = 1" if before == "DO" else ""
    if word == "SET" and before == "UPDATE":
        return f"{MADE} = 1"
    if word == "ALL" and before not in ("UNION", "EXCEPT", "INTERSECT"):
        return "(SELECT 1)"
    if word == "NOT" and before == "IS":
        return "NULL"
    if word == "DELETE" and before == "THEN":
        return ""
    if word == "FROM" and before == "DISTINCT":
        return MADE
    if word == "DISTINCT" and before in ("IS", "NOT"):
        return f"FROM {MADE}"
    if word in ("LEFT", "RIGHT", "FULL") and before in (*BINDERS, "(", ",", "="):
        return f"({MADE}, 1)"
    if word == "*":
        binary = len(tokens) > 1 and (
            (
                tokens[-2].kind in (*_NAMES, TokenKind.NUMBER)
                and before not in (*BINDERS, "DISTINCT")
            )
            or before == ")"
        )
        return MADE if binary else ""
    if word == "(":
        return _inside(tokens)
    if word == ",":
        return _after_comma(tokens)
    if word == "VALUES" and before == "DEFAULT":
        return ""
    if word == "INTO" and before == "MERGE":
        return f"{MADE} USING x ON a = b WHEN MATCHED THEN DELETE"
    if word in _NEEDS and before != ".":
        needed = _NEEDS[word]
        if word == "AND" and _awaits_upper_bound(tokens):
            return MADE
        return needed
    return _unfinished_statement(tokens)


def _inside(tokens: tuple[Token, ...]) -> str:
    before = tokens[-2].upper if len(tokens) > 1 else ""
    if before in ("AS", "EXISTS", "FROM", "JOIN", "LATERAL", "ALL", "ANY") and not (
        before == "AS" and len(tokens) > 2 and tokens[-3].upper == "CAST"
    ):
        return "SELECT 1"
    if before in ("OVER",):
        return ""
    if before == "FILTER":
        return f"WHERE {MADE}"
    if before in ("CAST", "TRY_CAST", "SAFE_CAST"):
        return f"{MADE} AS INT"
    if before == "EXTRACT":
        return f"year FROM {MADE}"
    if before == "GROUP":
        return f"ORDER BY {MADE}"
    return MADE


def _after_comma(tokens: tuple[Token, ...]) -> str:
    depth = 0
    for token in reversed(tokens[:-1]):
        if token.text == ")":
            depth += 1
        elif token.text == "(":
            if depth == 0:
                return MADE
            depth -= 1
        elif depth == 0:
            word = token.upper
            if word == "VALUES":
                return "(1)"
            if word == "SET":
                return f"{MADE} = 1"
            if word == "WITH" or word == "RECURSIVE":
                return f"{MADE} AS (SELECT 1) SELECT 1"
            if word in ("SELECT", "FROM", "BY", "WHERE", "RETURNING", "JOIN"):
                return MADE
    return MADE


def _awaits_upper_bound(tokens: tuple[Token, ...]) -> bool:
    for token in reversed(tokens[:-1]):
        if token.upper == "BETWEEN":
            return True
        if token.upper in BINDERS:
            return False
    return False


def _unfinished_statement(tokens: tuple[Token, ...]) -> str:
    """The part that the statement's verb still asks for when its last clause may end here."""
    depth = 0
    verb = next((t.upper for t in tokens if t.upper not in ("EXPLAIN", "ANALYZE")), "")
    top: list[str] = []
    for token in tokens:
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0:
            top.append(token.upper)
    if depth > 0:
        last_open = _innermost(tokens)
        if last_open == "CAST" and "AS" not in [t.upper for t in tokens[-3:]]:
            return "AS INT"
        if last_open == "EXTRACT":
            return f"FROM {MADE}" if tokens[-2].text == "(" else ""
        return _between(tokens)
    if verb == "WITH" and not {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM"} & set(
        top[1:]
    ):
        if tokens[-1].text == ")":
            return "SELECT 1"
        if tokens[-2].upper in ("WITH", "RECURSIVE", ",") or top[-1] != "AS":
            return "AS (SELECT 1) SELECT 1"
    if verb == "UPDATE":
        if "SET" not in top:
            return "SET a = 1"
        at = len(top) - 1 - top[::-1].index("SET")
        if not {"WHERE", "FROM", "RETURNING"} & set(top[at:]) and (
            (len(tokens) > 1 and tokens[-2].upper in ("SET", ","))
            or (tokens[-1].text == ")" and "=" not in top[at:])
        ):
            return "= 1"
    if verb == "INSERT" and not {"VALUES", "SELECT", "WITH"} & {t.upper for t in tokens}:
        return "VALUES (1)"
    if verb == "MERGE":
        return _merge(top)
    if "CONFLICT" in top[-4:] and "DO" not in top[-3:]:
        return "DO NOTHING"
    if top[-2:-1] == ["SET"] and "DO" in top:
        return "= 1"
    return _between(tokens)


def _merge(top: list[str]) -> str:
    if "USING" not in top:
        return "USING x ON a = b WHEN MATCHED THEN DELETE"
    if "ON" not in top:
        return "ON a = b WHEN MATCHED THEN DELETE"
    if "WHEN" not in top:
        return "WHEN MATCHED THEN DELETE"
    if "THEN" not in top[len(top) - top[::-1].index("WHEN") :]:
        return "THEN DELETE"
    return ""


def _between(tokens: tuple[Token, ...]) -> str:
    """The upper bound of a BETWEEN whose lower one has just ended."""
    for token in reversed(tokens[:-1]):
        if token.upper == "BETWEEN":
            return "AND 2"
        if token.upper in BINDERS or token.text in ("(", ","):
            return ""
    return ""


def _innermost(tokens: tuple[Token, ...]) -> str:
    depth = 0
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].text == ")":
            depth += 1
        elif tokens[at].text == "(":
            if depth == 0:
                return tokens[at - 1].upper if at else ""
            depth -= 1
    return ""


def _ends(tokens: tuple[Token, ...]) -> str:
    """What closes the parentheses and CASEs that are open after `tokens`, innermost first."""
    stack: list[str] = []
    for at, token in enumerate(tokens):
        if token.kind is TokenKind.COMMENT:
            continue
        word = token.upper
        if token.text == "(":
            stack.append("(SELECT" if _is_query_of_cte(tokens, at) else "(")
        elif token.text == ")":
            while stack and stack.pop() == "CASE":
                pass
        elif word == "CASE" and token.kind is TokenKind.WORD:
            stack.append("CASE")
        elif word == "END" and stack and stack[-1] == "CASE":
            stack.pop()
        elif word in ("WHEN", "THEN") and stack and stack[-1].startswith("CASE"):
            stack[-1] = "CASE"
    closing = ""
    for at, opened in enumerate(reversed(stack)):
        if opened == "CASE":
            closing += _case_end(tokens) if at == 0 else " END"
        elif opened == "(SELECT":
            closing += ") SELECT 1"
        else:
            closing += ")"
    insert = next((t.upper for t in tokens if t.kind is TokenKind.WORD), "") == "INSERT"
    if closing.endswith(")") and insert and not {"VALUES", "SELECT"} & {t.upper for t in tokens}:
        closing += " VALUES (1)"
    return closing


def _case_end(tokens: tuple[Token, ...]) -> str:
    """Closes the innermost CASE, with the THEN it may still lack."""
    for token in reversed(tokens):
        if token.upper in ("THEN", "ELSE"):
            return " END"
        if token.upper == "WHEN":
            return " THEN 1 END"
        if token.upper == "CASE":
            return "" if token is tokens[-1] else " WHEN 1 THEN 1 END"
    return " END"


def _is_query_of_cte(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether the parenthesis at `at` opens a WITH's query, after which a statement must come."""
    words = [t.upper for t in tokens[max(0, at - 4) : at]]
    if words[-1:] not in (["AS"], ["MATERIALIZED"]):
        return False
    opener = next((t.upper for t in tokens if t.kind is TokenKind.WORD), "")
    if opener != "WITH":
        return False
    depth = 0
    for token in tokens[:at]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.upper in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"):
            return False
    return depth == 0


def _masked(text: str, tokens: tuple[Token, ...], start: int) -> str:
    """The text with templates and placeholders replaced, length for length, by what any dialect
    parses: a name for what a template makes, a number for a placeholder. The text begins at the
    tokens' offset `start`."""
    parts: list[str] = []
    at = 0
    for token in tokens:
        if token.kind is TokenKind.TEMPLATE:
            made = ""
            if token.text.startswith("{{"):
                made = f"{MADE}_"[: len(token.text)]
        elif token.kind is TokenKind.PLACEHOLDER:
            made = "1"
        else:
            continue
        parts.append(text[at : token.start - start])
        parts.append(made.ljust(token.end - token.start))
        at = token.end - start
    parts.append(text[at:])
    return "".join(parts)
