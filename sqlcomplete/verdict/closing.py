"""What an unfinished statement still lacks, so that a parser takes it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcomplete.dialects.endings import AFTER_PAIR, BINDERS, MADE, NEEDS
from sqlcomplete.syntax.model import Token, TokenKind
from sqlcomplete.verdict.draft import Draft

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


def _operand(tokens: tuple[Token, ...]) -> str:
    """What the last token still asks for; the empty text where the statement may end there."""
    if not tokens:
        return ""
    last = tokens[-1]
    before = tokens[-2].upper if len(tokens) > 1 else ""
    word = last.upper
    if last.kind in (TokenKind.STRING, TokenKind.QUOTED):
        word = ""
    pair = AFTER_PAIR.get((before, word))
    if pair is not None:
        return pair
    if word == "ALL" and before not in ("UNION", "EXCEPT", "INTERSECT"):
        return "(SELECT 1)"
    if word in ("LEFT", "RIGHT", "FULL") and before in (*BINDERS, "(", ",", "="):
        return f"({MADE}, 1)"
    if word == "*":
        return MADE if _multiplies(tokens) else ""
    if word == "(":
        return _inside(tokens)
    if word == ",":
        return _after_comma(tokens)
    if word in NEEDS and before != ".":
        if word == "AND" and _awaits_upper_bound(tokens):
            return MADE
        return NEEDS[word]
    return _unfinished_statement(tokens)


def _multiplies(tokens: tuple[Token, ...]) -> bool:
    """Whether the `*` at the end is an operator, with an operand before it."""
    if len(tokens) < 2:
        return False
    left = tokens[-2]
    word = left.upper
    if left.kind in (*_NAMES, TokenKind.NUMBER):
        return word not in (*BINDERS, "DISTINCT")
    return word == ")"


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
        return _unfinished_bracket(tokens)
    if verb == "WITH":
        needed = _unfinished_with(tokens, top)
    elif verb == "UPDATE":
        needed = _unfinished_update(tokens, top)
    elif verb == "INSERT" and not {"VALUES", "SELECT", "WITH"} & {t.upper for t in tokens}:
        needed = "VALUES (1)"
    elif verb == "MERGE":
        return _merge(top)
    else:
        needed = ""
    if needed:
        return needed
    if "CONFLICT" in top[-4:] and "DO" not in top[-3:]:
        return "DO NOTHING"
    if top[-2:-1] == ["SET"] and "DO" in top:
        return "= 1"
    return _between(tokens)


def _unfinished_bracket(tokens: tuple[Token, ...]) -> str:
    """What the innermost open bracket asks for before it closes."""
    opened = _innermost(tokens)
    if opened == "CAST" and "AS" not in [t.upper for t in tokens[-3:]]:
        return "AS INT"
    if opened == "EXTRACT":
        return f"FROM {MADE}" if tokens[-2].text == "(" else ""
    return _between(tokens)


def _unfinished_with(tokens: tuple[Token, ...], top: list[str]) -> str:
    """What WITH asks for as long as no statement follows its CTEs."""
    if {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM"} & set(top[1:]):
        return ""
    if tokens[-1].text == ")":
        return "SELECT 1"
    if tokens[-2].upper in ("WITH", "RECURSIVE", ",") or top[-1] != "AS":
        return "AS (SELECT 1) SELECT 1"
    return ""


def _unfinished_update(tokens: tuple[Token, ...], top: list[str]) -> str:
    """The SET that UPDATE asks for, or the value of the column that SET names last."""
    if "SET" not in top:
        return "SET a = 1"
    assigned = top[len(top) - 1 - top[::-1].index("SET") :]
    if {"WHERE", "FROM", "RETURNING"} & set(assigned):
        return ""
    named = len(tokens) > 1 and tokens[-2].upper in ("SET", ",")
    listed = tokens[-1].text == ")" and "=" not in assigned
    return "= 1" if named or listed else ""


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
