"""The last check of a ghost, by another parser than the one that made it: sqlglot parses it with
what stands around it, and each name it brings must be one of the schema's or of the statement's.

Nothing here reads the engine's own scope: a mistake there must not pass here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from sqlcomplete.completion import Verdict
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Analysis, Token, TokenKind

LONGEST = 20_000
"""Statements longer than this (code points) are not parsed: their ghosts stay unchecked."""

MADE = "sqlcomplete_hole"
"""The name that stands for what is not written yet."""

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_Columns = dict[str, None] | None  # names of a source's columns, lower case; None: not known


def verdict(analysis: Analysis, ghost: str, index: SchemaIndex) -> Verdict:
    """Judges `ghost` as if it were inserted at the cursor.

    Args:
        analysis: The text and cursor, and the span of the statement there.
        ghost: The text to insert; it replaces nothing.
        index: The schema its names are held to.

    Returns:
        `valid`: the statement up to the ghost's end can begin one that parses, with what stands
        right of the cursor where something does, and its names resolve. `invalid` with the reason
        in `detail`. `unchecked` where the statement does not parse without the ghost either; its
        names resolve as far as they can be told.
    """
    text, cursor, dialect = analysis.text, analysis.cursor, analysis.dialect
    start = min(analysis.statement.start, cursor)
    end = max(analysis.statement.end, cursor)
    left, right = text[start:cursor], text[cursor:end]
    if len(left) + len(ghost) + len(right) > LONGEST:
        return Verdict("unchecked", "the statement is too long to check")
    if not ghost.strip():
        return Verdict("valid")
    span = (len(left), len(left) + len(ghost))
    tree = _first_tree(left + ghost, right, dialect)
    if tree is None:
        if right.strip():
            alone = _first_tree(left + ghost, "", dialect)
            if alone is not None and _first_tree(left, right, dialect) is None:
                # What stands on the right is broken by itself: the left side must do.
                problem = _unknown_name(alone, span, left + ghost, dialect, index)
                return Verdict("invalid", problem) if problem else _valid(alone, span, left + ghost)
        else:
            alone = None
        if alone is None and _first_tree(left, "", dialect) is None:
            problem = _unknown_by_tokens(left, ghost, right, dialect, index)
            if problem:
                return Verdict("invalid", problem)
            return Verdict("unchecked", "the statement does not parse without the completion either")
        return Verdict("invalid", "the statement would not parse")
    problem = _unknown_name(tree, span, left + ghost + right, dialect, index)
    if problem:
        return Verdict("invalid", problem)
    return _valid(tree, span, left + ghost + right)


def _valid(tree: exp.Expression, span: tuple[int, int], text: str) -> Verdict:
    return Verdict("valid", warnings=tuple(_warnings(tree, span, text)))


# --- parsing ----------------------------------------------------------------------------------


def _first_tree(before: str, after: str, dialect: str) -> exp.Expression | None:
    """The tree of the statement, its ends closed as little as makes it parse; None when nothing
    does. Offsets up to the end of `before` are the source's."""
    for sql in _closings(before, after, dialect):
        tree = _parse(sql, dialect)
        if tree is not None:
            return tree
    return None


@lru_cache(maxsize=512)
def _parse(sql: str, dialect: str) -> exp.Expression | None:
    try:
        trees = Dialect.get_or_raise(dialect or None).parse(sql)
    except (SqlglotError, ValueError, RecursionError, AttributeError, TypeError, IndexError):
        # A parser may stumble over half a statement in ways of its own.
        return None
    trees = [tree for tree in trees if tree is not None]
    if len(trees) != 1 or isinstance(trees[0], exp.Command):
        return None
    tree = trees[0]
    return tree if isinstance(tree, exp.Expression) else None


def _closings(before: str, after: str, dialect: str) -> Iterator[str]:
    left = tuple(t for t in lex(before, dialect) if t.kind is not TokenKind.COMMENT)
    before = _masked(before, left)
    if after.strip():
        after = _masked(after, tuple(lex(after, dialect)))
        tail = _ends(lex(before + after, dialect))
        operand = _operand(left)
        yield f"{before}{after}{tail}"
        if operand:
            yield f"{before} {operand} {after}{tail}"
        joined = f"{before} {operand}" if operand else before
        open_parts = _ends(left)
        if open_parts != tail:
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
        """SELECT DISTINCT WHERE AND OR NOT HAVING ON BY WHEN THEN ELSE LIKE ILIKE GLOB QUALIFY
        RETURNING = <> != < > <= >= + - / || % , ~ ~* !~ -> ->> #> #>> @> <@ && ?| ?& := ==
        DESC_ ANY_ REGEXP RLIKE SIMILAR TO""".split(),
        MADE,
    ),
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
_BINDERS = frozenset({"SELECT", "WHERE", "AND", "OR", "ON", "HAVING", "WHEN", "THEN", "ELSE", "BY"})


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
    if word in ("LEFT", "RIGHT", "FULL") and before in (*_BINDERS, "(", ",", "="):
        return f"({MADE}, 1)"
    if word == "*":
        binary = len(tokens) > 1 and (
            tokens[-2].kind in (*_NAMES, TokenKind.NUMBER) and before not in (*_BINDERS, "DISTINCT")
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
        if token.upper in _BINDERS:
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
    if verb == "WITH" and not {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "FROM"} & set(top[1:]):
        if tokens[-1].text == ")":
            return "SELECT 1"
        if tokens[-2].upper in ("WITH", "RECURSIVE", ",") or top[-1] != "AS":
            return "AS (SELECT 1) SELECT 1"
    if verb == "UPDATE":
        if "SET" not in top:
            return "SET a = 1"
        at = len(top) - 1 - top[::-1].index("SET")
        if not {"WHERE", "FROM", "RETURNING"} & set(top[at:]) and (
            len(tokens) > 1 and tokens[-2].upper in ("SET", ",") or tokens[-1].text == ")"
            and "=" not in top[at:]
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
        if token.upper in _BINDERS or token.text in ("(", ","):
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


_AT_NAME = re.compile(r"[@:]\w+")


def _masked(text: str, tokens: tuple[Token, ...]) -> str:
    """The text with templates and placeholders replaced, length for length, by what any dialect
    parses: a name for what a template makes, a number for a placeholder."""
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
        parts.append(text[at : token.start])
        parts.append(made.ljust(token.end - token.start))
        at = token.end
    parts.append(text[at:])
    return "".join(parts)


# --- names ------------------------------------------------------------------------------------


def _unknown_name(
    tree: exp.Expression, span: tuple[int, int], text: str, dialect: str, index: SchemaIndex
) -> str | None:
    """The first name inside `span` that means nothing, as a sentence; None when all are known."""
    checker = _Names(tree, index)
    for node in tree.find_all(exp.Table, exp.Column, exp.Dot, exp.Identifier):
        problem = None
        if isinstance(node, exp.Table) and _inside_span(node.this, span):
            problem = checker.table(node)
        elif isinstance(node, exp.Column):
            if any(_inside_span(part, span) for part in node.parts):
                problem = checker.column(node, span)
        elif isinstance(node, exp.Identifier) and _inside_span(node, span):
            problem = checker.bare(node)
        if problem:
            return problem
    return None


def _inside_span(node: object, span: tuple[int, int]) -> bool:
    if not isinstance(node, exp.Expression):
        return False
    start, end = node.meta.get("start"), node.meta.get("end")
    return start is not None and end is not None and start < span[1] and end >= span[0]


class _Names:
    """What the names of one tree may mean."""

    def __init__(self, tree: exp.Expression, index: SchemaIndex) -> None:
        self.tree = tree
        self.index = index
        self._outputs: dict[int, _Columns] = {}

    # Tables

    def table(self, node: exp.Table) -> str | None:
        name = node.name
        if not name or name.startswith(MADE) or not isinstance(node.this, exp.Identifier):
            return None
        if self._cte(node) is not None:
            return None
        if isinstance(node.parent, exp.Create) or node.find_ancestor(exp.Create) is not None:
            return None
        if self.index.table(name, node.db or None) is not None:
            return None
        if self._is_relation_of_scope(node):
            return None
        return f"no table {node.db + '.' if node.db else ''}{name}"

    def _is_relation_of_scope(self, node: exp.Table) -> bool:
        """UNNEST-like use: `FROM t, t.items` names a column of a relation beside it."""
        parent = node.find_ancestor(exp.Select)
        if parent is None or not node.db:
            return False
        return any(
            alias == node.db.lower() and (columns is None or node.name.lower() in columns)
            for alias, columns in self.sources(parent)
        )

    def _cte(self, node: exp.Expression) -> exp.CTE | None:
        if isinstance(node, exp.Table) and node.db:
            return None
        name = node.name.lower()
        above: exp.Expression | None = node
        while above is not None:
            with_ = above.args.get("with_") or above.args.get("with")
            if isinstance(with_, exp.With):
                for cte in with_.expressions:
                    if cte.alias.lower() == name:
                        return cte  # type: ignore[no-any-return]
            above = above.parent
        return None

    # Sources

    def sources(self, query: exp.Expression) -> Iterator[tuple[str, _Columns]]:
        """(name, columns) of each relation that the query itself reads from or writes to."""
        seen: list[exp.Expression] = []
        if isinstance(query, exp.Insert):
            target = query.this.this if isinstance(query.this, exp.Schema) else query.this
            if isinstance(target, exp.Expression):
                yield from self._source(target)
                if isinstance(target, exp.Table):
                    yield "excluded", self._table_columns(target)
            return
        if isinstance(query, (exp.Update, exp.Delete, exp.Merge)):
            if isinstance(query.this, exp.Expression):
                seen.append(query.this)
            for key in ("using",):
                value = query.args.get(key)
                seen += value if isinstance(value, list) else [value] if value is not None else []
        source = query.args.get("from_") or query.args.get("from")
        if isinstance(source, exp.From) and isinstance(source.this, exp.Expression):
            seen.append(source.this)
        for join in query.args.get("joins") or ():
            seen.append(join.this)
        for lateral in query.args.get("laterals") or ():
            seen.append(lateral)
        for one in seen:
            yield from self._source(one)
        if isinstance(query, exp.Merge):
            return

    def _source(self, node: exp.Expression) -> Iterator[tuple[str, _Columns]]:
        if isinstance(node, exp.Paren):
            yield from self._source(node.this)
            return
        for join in node.args.get("joins") or ():
            yield from self._source(join.this)
        if isinstance(node, exp.Table):
            alias = node.alias_or_name.lower()
            columns = self._table_columns(node)
            renamed = node.args.get("alias")
            if isinstance(renamed, exp.TableAlias) and renamed.columns:
                columns = {c.name.lower(): None for c in renamed.columns}
            yield alias, columns
            for lateral in node.args.get("laterals") or ():
                yield from self._source(lateral)
        elif isinstance(node, exp.Subquery):
            if isinstance(node.this, (exp.Table, exp.Paren)) and not node.alias:
                yield from self._source(node.this)
                return
            renamed = node.args.get("alias")
            if isinstance(renamed, exp.TableAlias) and renamed.columns:
                yield node.alias.lower(), {c.name.lower(): None for c in renamed.columns}
            else:
                yield node.alias.lower(), self.output(node.this)
        else:
            # UNNEST, LATERAL, VALUES, table functions: their names are declared by the alias.
            alias_node = node.args.get("alias")
            if isinstance(alias_node, exp.TableAlias):
                names = {c.name.lower(): None for c in alias_node.columns}
                yield alias_node.name.lower(), (names or None)
            else:
                yield node.alias_or_name.lower(), None

    def _table_columns(self, node: exp.Table) -> _Columns:
        if not isinstance(node.this, exp.Identifier) or node.name.startswith(MADE):
            return None
        cte = self._cte(node)
        if cte is not None:
            return self._cte_columns(cte)
        table = self.index.table(node.name, node.db or None)
        return _names_of(table) if table is not None else None

    def _cte_columns(self, cte: exp.CTE) -> _Columns:
        alias = cte.args.get("alias")
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return {c.name.lower(): None for c in alias.columns}
        return self.output(cte.this)

    def output(self, query: object) -> _Columns:
        """Names that the query's rows have; None where they cannot all be told."""
        if not isinstance(query, exp.Expression):
            return None
        key = id(query)
        if key in self._outputs:
            return self._outputs[key]
        self._outputs[key] = None  # a recursive CTE reads itself: until told, anything
        self._outputs[key] = found = self._output(query)
        return found

    def _output(self, query: exp.Expression) -> _Columns:
        while isinstance(query, (exp.Subquery, exp.Paren)):
            query = query.this
        if isinstance(query, exp.SetOperation):
            return self.output(query.this)
        if isinstance(query, (exp.Insert, exp.Update, exp.Delete)):
            returning = query.args.get("returning")
            items = returning.expressions if isinstance(returning, exp.Returning) else []
        elif isinstance(query, exp.Select):
            items = query.expressions
        else:
            return None
        names: dict[str, None] = {}
        for item in items:
            if isinstance(item, exp.Star) or (
                isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
            ):
                wanted = item.table.lower() if isinstance(item, exp.Column) else ""
                for alias, columns in self.sources(query):
                    if wanted and alias != wanted:
                        continue
                    if columns is None:
                        return None
                    names.update(columns)
            elif item.alias_or_name:
                if item.alias_or_name.startswith(MADE):
                    return None
                names[item.alias_or_name.lower()] = None
            elif item.output_name:
                names[item.output_name.lower()] = None
            elif isinstance(item, exp.Func):
                # Dialects name an unaliased call in their own ways (count, _c0 ...).
                names[item.sql_name().lower()] = None
        return names

    # Columns

    def column(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        name = node.name
        if isinstance(node.this, exp.Star):
            return self._qualifier(node, span)
        if not name or name.startswith(MADE):
            return self._qualifier(node, span)
        low = name.lower()
        qualifier = node.table.lower()
        if qualifier:
            found = False
            for query in self._queries(node):
                for alias, columns in self.sources(query):
                    if alias == qualifier:
                        found = True
                        if columns is None or low in columns:
                            return None
                if found:
                    return f"no column {name} in {node.table}"
            if qualifier in ("new", "old", "inserted", "deleted", "excluded"):
                return self._of_target(node, low)
            if qualifier.startswith(MADE):
                return None
            table = self.index.table(node.table, node.db or None)
            if self._has_source(node):
                return self._as_struct(node) or f"no table or alias {node.table} here"
            if table is not None:
                return None if low in _names_of(table) else f"no column {name} in {node.table}"
            if _inside_span(node.args.get("table"), span):
                return f"no table or alias {node.table}"
            return None if self._in_any_table(name) else f"no column {name} in any table"
        return self._plain_column(node, low)

    def _plain_column(self, node: exp.Column, low: str) -> str | None:
        anything = False
        for query in self._queries(node):
            for alias, columns in self.sources(query):
                if columns is None:
                    anything = True
                elif low in columns:
                    return None
                if low == alias:
                    return None  # the row itself, as in count(o) or to_jsonb(o)
            if self._alias_of_projection(query, node, low):
                return None
            if isinstance(query, exp.Insert) and self._is_conflict_column(node, query):
                return None
        if anything:
            return None
        if node.find_ancestor(exp.Lambda) is not None:
            return None
        if self._is_word(node):
            return None
        if self._has_source(node):
            return f"no column {node.name} here"
        return None if self._in_any_table(node.name) else f"no column {node.name} in any table"

    def _is_word(self, node: exp.Column) -> bool:
        """Time units and the like, which sqlglot reads as columns in calls it does not know."""
        return (
            isinstance(node.parent, (exp.Anonymous, exp.Func))
            and node.name.lower() in _UNITS
            or node.name.lower() in _PSEUDO
        )

    def _as_struct(self, node: exp.Column) -> str | None:
        """`item.price` where `item` is a column: allowed only where that column is known."""
        for query in self._queries(node):
            for _, columns in self.sources(query):
                if columns is None or node.table.lower() in columns:
                    return ""
        return None

    def _alias_of_projection(self, query: exp.Expression, node: exp.Expression, low: str) -> bool:
        if not isinstance(query, exp.Select):
            return False
        return any(
            isinstance(item, exp.Alias) and item.alias.lower() == low and not _holds(item, node)
            for item in query.expressions
        )

    def _is_conflict_column(self, node: exp.Column, query: exp.Insert) -> bool:
        target = query.this.this if isinstance(query.this, exp.Schema) else query.this
        columns = self._table_columns(target) if isinstance(target, exp.Table) else None
        return columns is None or node.name.lower() in columns

    def _of_target(self, node: exp.Column, low: str) -> str | None:
        for query in self._queries(node):
            for _, columns in self.sources(query):
                if columns is None or low in columns:
                    return None
        return f"no column {node.name} in {node.table}"

    def _qualifier(self, node: exp.Column, span: tuple[int, int]) -> str | None:
        qualifier = node.table
        if not qualifier or not _inside_span(node.args.get("table"), span):
            return None
        if qualifier.startswith(MADE):
            return None
        for query in self._queries(node):
            for alias, columns in self.sources(query):
                if alias == qualifier.lower():
                    return None
                if columns is None or qualifier.lower() in columns:
                    return None
        if not self._has_source(node) and self.index.table(qualifier) is not None:
            return None
        return f"no table or alias {qualifier}"

    def _queries(self, node: exp.Expression) -> Iterator[exp.Expression]:
        """The queries whose sources the node may name, innermost first."""
        above = node.parent
        while above is not None:
            if isinstance(above, (exp.Select, exp.Update, exp.Delete, exp.Merge, exp.Insert)):
                yield above
            elif isinstance(above, exp.SetOperation) and isinstance(above.this, exp.Expression):
                # ORDER BY of a union names the output columns of its first query.
                yield exp.Select().from_(exp.Subquery(this=_first_select(above).copy(), alias="_"))
            above = above.parent

    def _has_source(self, node: exp.Expression) -> bool:
        return any(True for query in self._queries(node) for _ in self.sources(query))

    def _in_any_table(self, name: str) -> bool:
        if self.index.tables_with_column(name, limit=1):
            return True
        return any(
            (columns := self._cte_columns(cte)) is None or name.lower() in columns
            for cte in self.tree.find_all(exp.CTE)
        )

    # Identifiers that stand for a column without being one in the tree

    def bare(self, node: exp.Identifier) -> str | None:
        """INSERT's list, USING's, and the columns of a conflict."""
        parent = node.parent
        name = node.name
        if not name or name.startswith(MADE):
            return None
        if isinstance(parent, exp.Schema) and isinstance(parent.this, exp.Table):
            if not isinstance(parent.parent, exp.Insert):
                return None
            columns = self._table_columns(parent.this)
            if columns is not None and name.lower() not in columns:
                return f"no column {name} in {parent.this.name}"
        elif isinstance(parent, exp.Join) and node.arg_key == "using":
            query = parent.parent
            if isinstance(query, exp.Expression):
                known = list(self.sources(query))
                if all(c is not None and name.lower() not in c for _, c in known):
                    return f"no column {name} to join by"
        elif isinstance(parent, exp.OnConflict):
            query = parent.parent
            if isinstance(query, exp.Insert):
                for alias, columns in self.sources(query):
                    if alias == "excluded" and columns is not None and name.lower() not in columns:
                        return f"no column {name} to conflict on"
        return None


_UNITS = frozenset(
    """year years month months day days hour hours minute minutes second seconds week weeks quarter
    isoweek isoyear dayofweek dayofyear dow doy epoch millisecond microsecond yy yyyy mm dd hh mi ss
    qq wk dw weekday int varchar nvarchar datetime date time float decimal text char both leading
    trailing""".split()
)
_PSEUDO = frozenset(
    """current_date current_time current_timestamp current_user session_user sysdate rowid oid ctid
    xmin tableoid localtime localtimestamp user rownum level getdate value _rowid_ excluded""".split()
)
_PSEUDO -= {"value", "level", "excluded"}


def _first_select(node: exp.Expression) -> exp.Expression:
    while isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)):
        node = node.this
    return node


def _holds(item: exp.Expression, node: exp.Expression) -> bool:
    above: exp.Expression | None = node
    while above is not None:
        if above is item:
            return True
        above = above.parent
    return False


@lru_cache(maxsize=4096)
def _names_of(table: Table) -> dict[str, None]:
    return {column.name.lower(): None for column in table.columns}


def _unknown_by_tokens(
    left: str, ghost: str, right: str, dialect: str, index: SchemaIndex
) -> str | None:
    """For a statement that sqlglot cannot read: the ghost's words after FROM, JOIN, INTO and UPDATE
    must be tables or CTEs, its dotted words columns of a table that the statement names."""
    tokens = tuple(
        t for t in lex(left + ghost + right, dialect) if t.kind is not TokenKind.COMMENT
    )
    defined = {
        _plain(one)
        for one, two in zip(tokens, tokens[1:], strict=False)
        if one.kind in _NAMES and two.upper in ("AS", "(")
    }
    low, high = len(left), len(left) + len(ghost)
    for at, token in enumerate(tokens):
        if token.kind not in _NAMES or token.end <= low or token.start >= high or at == 0:
            continue
        before = tokens[at - 1].upper
        after = tokens[at + 1].text if at + 1 < len(tokens) else ""
        name = _plain(token)
        if before in ("FROM", "JOIN", "INTO", "UPDATE") and after not in (".", "("):
            if index.table(name) is None and name not in defined and token.upper != "SELECT":
                return f"no table {name}"
        elif before == "." and after not in (".", "("):
            if not index.tables_with_column(name, limit=1) and index.table(name) is None:
                return f"no column {name} in any table"
    return None


def _plain(token: Token) -> str:
    return token.text.strip('"`[]').lower()


# --- dangers ----------------------------------------------------------------------------------


def _warnings(tree: exp.Expression, span: tuple[int, int], text: str) -> Iterator[str]:
    for node in tree.find_all(exp.Update, exp.Delete):
        if node.args.get("where") is None and _ends_with_ghost(node, text):
            verb = "UPDATE" if isinstance(node, exp.Update) else "DELETE"
            name = node.this.name if isinstance(node.this, exp.Expression) else ""
            if not name.startswith(MADE) and not _is_upsert(node):
                yield f"{verb} without WHERE touches every row of {name}"
    for query in tree.find_all(exp.Select):
        for join in query.args.get("joins") or ():
            if not _has_condition(join) and _touches(join, span):
                kind = join.kind.upper() if join.kind else ""
                if kind == "CROSS" or join.args.get("method") == "NATURAL":
                    continue
                if isinstance(join.this, (exp.Unnest, exp.Lateral)) or _is_made(join.this):
                    continue
                if _condition_in_where(query, join):
                    continue
                how = "comma join" if not join.args.get("side") and not kind and not _says_join(
                    join, text
                ) else "join without ON"
                yield f"{how}: every row meets every row of {join.this.alias_or_name}"


def _is_made(node: object) -> bool:
    return isinstance(node, exp.Expression) and (
        node.name.startswith(MADE) or not isinstance(node, (exp.Table, exp.Subquery))
    )


def _ends_with_ghost(node: exp.Expression, text: str) -> bool:
    """Whether the statement is complete as text, so that its lack of WHERE is no mere beginning."""
    if isinstance(node, exp.Update):
        return bool(node.expressions) and not any(
            part.name.startswith(MADE) for item in node.expressions for part in item.find_all(exp.Identifier)
        ) and re.search(r"\bset\b", text, re.IGNORECASE) is not None
    return True


def _is_upsert(node: exp.Expression) -> bool:
    return isinstance(node.parent, (exp.OnConflict, exp.When)) or node.find_ancestor(exp.Merge) is not None


def _has_condition(join: exp.Join) -> bool:
    return join.args.get("on") is not None or bool(join.args.get("using"))


def _touches(join: exp.Join, span: tuple[int, int]) -> bool:
    return any(_inside_span(part, span) for part in join.find_all(exp.Identifier))


def _says_join(join: exp.Join, text: str) -> bool:
    starts = [
        part.meta["start"] for part in join.find_all(exp.Identifier) if "start" in part.meta
    ]
    return bool(starts) and re.search(r"\bjoin\s+\S*$", text[: min(starts)], re.IGNORECASE) is not None


def _condition_in_where(query: exp.Select, join: exp.Join) -> bool:
    """Whether WHERE compares a column of the joined relation with one of another."""
    where = query.args.get("where")
    if where is None:
        return False
    name = join.this.alias_or_name.lower()
    for equal in where.find_all(exp.EQ):
        tables = {c.table.lower() for c in equal.find_all(exp.Column)}
        if name in tables and len(tables) > 1:
            return True
    return False
