"""A short plan for a statement that is hard, read from its tree."""

from __future__ import annotations

import re

from sqlglot import exp

MOST_LINES = 6
LONGEST_LINE = 90


def difficulty(tree: exp.Expr) -> int:
    """0 for a statement that a person writes without thinking; 3 and more wants a plan.

    Counts joins, nested queries, set operations, windows, grouping and branches.
    """
    nested = sum(1 for _ in tree.find_all(exp.Select)) - 1
    return (
        sum(1 for _ in tree.find_all(exp.Join))
        + 2 * max(nested, 0)
        + 2 * sum(1 for _ in tree.find_all(exp.Window))
        + (1 if tree.find(exp.Group) else 0)
        + (1 if tree.find(exp.Having) else 0)
        + (1 if tree.find(exp.Case) else 0)
        + (1 if isinstance(tree, exp.Insert) and tree.args.get("conflict") else 0)
    )


def plan_of(tree: exp.Expr) -> str | None:
    """The steps in the order in which one would think of them; None where there are none."""
    lines: list[str] = []
    with_ = tree.args.get("with_")
    if isinstance(with_, exp.With):
        for cte in with_.expressions:
            lines.append(f"{cte.alias}: {_summary(cte.this)}")
    lines += _steps(tree)
    lines = [_cut(line) for line in lines if line]
    return "\n".join(lines[:MOST_LINES]) if lines else None


_FILLER = re.compile(
    r"^\s*(?:--|#|[-*•]|\(?\d+[.):]|step \d+[:.]?)\s*"
    r"|^(?:first|then|next|finally|after that|now)\b,?\s*"
    r"|^(?:we (?:need to|should|can|will)|i will|let's|let us)\s+",
    re.IGNORECASE,
)


def shortened(plan: str, most: int = MOST_LINES) -> str:
    """A long plan's first lines, without numbering, filler and what follows a first clause."""
    lines = []
    for line in plan.splitlines():
        text, before = line, ""
        while text != before:
            before, text = text, _FILLER.sub("", text)
        text = " ".join(text.split())
        if text:
            lines.append(_cut(text[0].lower() + text[1:] if text[1:2].islower() else text))
    return "\n".join(lines[:most])


def _cut(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    head = line[: LONGEST_LINE - 3]
    return f"{head[: head.rfind(' ')]}..." if " " in head else f"{head}..."


def _summary(query: exp.Expr) -> str:
    """A query in one line."""
    steps = [s for s in _steps(query) if s]
    return ", ".join(steps[:3]) if steps else "rows of a query"


def _steps(tree: exp.Expr) -> list[str]:
    if isinstance(tree, exp.Subquery):
        return _steps(tree.this)
    if isinstance(tree, exp.SetOperation):
        words = {"union": "together with", "except": "without", "intersect": "that are also in"}
        left, right = _summary(tree.this), _summary(tree.expression)
        return [left, f"{words.get(tree.key, tree.key)}: {right}"]
    if isinstance(tree, exp.Insert):
        return _insert_steps(tree)
    if isinstance(tree, (exp.Update, exp.Delete)):
        verb = "update" if isinstance(tree, exp.Update) else "delete from"
        lines = [f"{verb} {_name(tree.this)}"]
        where = tree.args.get("where")
        return [*lines, f"only where {_condition(where.this)}"] if where else lines
    if not isinstance(tree, exp.Select):
        return []
    lines = [_sources(tree)]
    for key, word in (("where", "keep rows where"), ("having", "keep groups where")):
        clause = tree.args.get(key)
        if key == "having":
            lines += _grouping(tree)
        if clause is not None:
            lines.append(f"{word} {_condition(clause.this)}")
    for window in tree.find_all(exp.Window):
        if window.find_ancestor(exp.Select) is tree:
            lines.append(_window(window))
    lines.append(_ordering(tree))
    return [line for line in lines if line]


def _insert_steps(tree: exp.Insert) -> list[str]:
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    lines = [f"insert into {_name(target)}"]
    if isinstance(tree.expression, exp.Query):
        lines += _steps(tree.expression)
    conflict = tree.args.get("conflict")
    if conflict is not None:
        keys = ", ".join(k.name for k in conflict.args.get("conflict_keys") or ())
        act = "update" if conflict.expressions else "do nothing"
        lines.append(f"on the same {keys}: {act}" if keys else f"on a conflict: {act}")
    return lines


def _name(node: object) -> str:
    if isinstance(node, exp.Table):
        return node.name
    if isinstance(node, exp.Expr):
        return node.alias_or_name or "a subquery"
    return ""


def _sources(tree: exp.Select) -> str:
    source = tree.args.get("from_")
    if source is None:
        return ""
    parts = []
    for join in tree.args.get("joins") or ():
        how = {"LEFT": "left join", "RIGHT": "right join", "FULL": "full join"}.get(
            join.side or "", "cross join" if join.kind == "CROSS" else "join"
        )
        on = join.args.get("on")
        using = ", ".join(i.name for i in join.args.get("using") or ())
        keys = using or _join_keys(on)
        parts.append(f"{how} {_name(join.this)}" + (f" on {keys}" if keys else ""))
    first = _name(source.this)
    return f"{first}: {', '.join(parts)}" if parts else f"from {first}"


def _join_keys(on: object) -> str:
    if not isinstance(on, exp.Expr):
        return ""
    for equal in on.find_all(exp.EQ):
        one, two = equal.this, equal.expression
        if isinstance(one, exp.Column) and isinstance(two, exp.Column):
            if one.name.lower() == two.name.lower():
                return one.name
            return f"{one.name} = {two.name}"
    return ""


def condition_text(node: exp.Expr) -> str:
    """A condition in a few words, for a question: placeholders are "the given" values."""
    copy = node.copy()
    for one in list(copy.find_all(exp.Placeholder, exp.Parameter)):
        if one is copy:
            return "a given condition"
        one.replace(exp.to_identifier("the given value"))
    return _condition(copy)


def _condition(node: exp.Expr) -> str:
    terms = list(node.flatten()) if isinstance(node, exp.And) else [node]
    return " and ".join(_term(t) for t in terms[:3]) + (" ..." if len(terms) > 3 else "")


def _term(node: exp.Expr) -> str:
    copy = node.copy()
    for column in list(copy.find_all(exp.Column)):
        column.set("table", None)
    for query in list(copy.find_all(exp.Select, exp.SetOperation)):
        if query is not copy:
            tables = [t.name for t in query.find_all(exp.Table)]
            inner = f"a query on {tables[0]}" if tables else "a query"
            query.replace(exp.to_identifier(inner))
    for cast in list(copy.find_all(exp.Cast)):
        if cast is not copy:
            cast.replace(cast.this)
    text = copy.sql().replace('"', "")
    text = re.sub(r"^NOT (\S+) (IN|LIKE|ILIKE|BETWEEN)\b", r"\1 NOT \2", text)
    return text if len(text) <= 50 else f"{text[:47]}..."


def _grouping(tree: exp.Select) -> list[str]:
    group = tree.args.get("group")
    aggregates = []
    for item in tree.expressions:
        for call in item.find_all(exp.AggFunc):
            if call.find_ancestor(exp.Select) is tree and call.find_ancestor(exp.Window) is None:
                aggregates.append(_aggregate(call))
    calls = ", ".join(dict.fromkeys(aggregates))
    if group is None or not group.expressions:
        return [calls] if calls else []
    keys = ", ".join(_term(k) for k in group.expressions[:3])
    return [f"{calls or 'one row'} per {keys}"]


def _aggregate(call: exp.Expr) -> str:
    inner = call.this
    if isinstance(call, exp.Count):
        if isinstance(inner, exp.Distinct):
            return f"count distinct {', '.join(_term(e) for e in inner.expressions)}"
        return (
            "count rows"
            if isinstance(inner, exp.Star) or inner is None
            else f"count {_term(inner)}"
        )
    return f"{call.key} of {_term(inner)}" if isinstance(inner, exp.Expr) else call.key


def _window(window: exp.Window) -> str:
    call = window.this
    name = call.name if isinstance(call, exp.Anonymous) else call.sql_name().lower()
    keys = ", ".join(_term(k) for k in window.args.get("partition_by") or ())
    order = window.args.get("order")
    by = ", ".join(_ordered(o) for o in order.expressions) if order is not None else ""
    return (
        name.replace("_", " ") + (f" within {keys}" if keys else "") + (f" by {by}" if by else "")
    )


def _ordering(tree: exp.Select) -> str:
    order, limit = tree.args.get("order"), tree.args.get("limit")
    by = ", ".join(_ordered(o) for o in order.expressions[:3]) if order is not None else ""
    count = ""
    if isinstance(limit, exp.Limit) and isinstance(limit.expression, exp.Literal):
        count = f"keep the first {limit.expression.name}"
    return ", ".join(part for part in (f"order by {by}" if by else "", count) if part)


def _ordered(node: exp.Expr) -> str:
    return _term(node.this) + (" descending" if node.args.get("desc") else "")
