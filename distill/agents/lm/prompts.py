"""What the four agents ask a language model. A change here changes the prompt hashes."""

from __future__ import annotations

import json

from distill.agents.record import Record
from distill.agents.taxonomy import traits
from sqlcomplete.model.prompt import table_line
from sqlcomplete.schema.model import Schema, Table
from sqlcomplete.syntax.lex import lex, name_of
from sqlcomplete.syntax.model import TokenKind

SCHEMA_CHARACTERS = 6000
PLAN_LINES, PLAN_CHARACTERS = 6, 360
HARD = 4.0
"""From this difficulty on (see `taxonomy.Traits.difficulty`) a statement gets a plan."""

DIRECTIONS = (
    "another filter, on columns the statement does not use yet",
    "other tables of the schema, with the same constructs",
    "another measure or another grouping of the same tables",
    "another period, threshold or set of values, with placeholders where a program would have them",
    "another order, limit or tie-break that a user might want",
    "a question somebody in another role would ask of this database",
)

_JSON = "Answer with one JSON object and nothing else, in this form: "

_EXPANSION = (
    "You write training data for a SQL completion model. Given a database schema and one SQL "
    "statement, you write new statements that people who work with this database would write. "
    "Each keeps the task category of the given one, uses only tables and columns of the schema, "
    "is in the same SQL dialect, and differs from the given one in more than literals. "
    + _JSON
    + '{"statements": [{"question": what it answers or does, in one plain sentence, "sql": the '
    'statement, "change": what you changed, in a few words}]}'
)
_REWRITING = (
    "You make training data clearer for a small SQL completion model. Given a schema, a request "
    "and a SQL statement, you write the same pair again: the request in one plain, complete "
    "sentence that says all that the statement does; the statement with the same result, clear "
    "aliases and no needless parts. Keep it word for word where it is clear already. "
    + _JSON
    + '{"question": str, "sql": str, "plan": [str]}'
)
_SELECTION = (
    "You judge training data for a SQL completion model. Score the pair of a request and a SQL "
    "statement with whole numbers from 0 to 9. informativeness: how much there is to learn from "
    "it, in constructs and in use of the schema. helpfulness: how well the statement serves the "
    "request and is written as a careful colleague would. generalisation: how far what it shows "
    "carries over to other schemas and requests. 4 is ordinary; 8 and 9 are rare. "
    + _JSON
    + '{"informativeness": int, "helpfulness": int, "generalisation": int}'
)
_VERIFICATION = (
    "You check training data for a SQL completion model. The pair passes if the statement is "
    "valid in its dialect, names only tables and columns of the schema, does what the request "
    "says, and does not return nothing by construction (such as a contradiction in WHERE). "
    + _JSON
    + '{"verdict": "pass" or "fail", "reason": one short sentence}'
)


def expansion(record: Record, count: int, direction: str) -> list[dict[str, str]]:
    """Asks for `count` variations in a direction."""
    category = traits(record.sql, record.dialect).category
    task = f"Task category: {category}.\nWrite {count}. Vary it by {direction}."
    return _messages(_EXPANSION, record, task)


def rewriting(record: Record) -> list[dict[str, str]]:
    """Asks for a clearer pair: with a short plan where it is hard, the plan shortened where there
    is a long one, without one where it is easy."""
    if record.plan and is_long(record.plan):
        task = f"Shorten the plan to at most {PLAN_LINES} lines that say only what matters."
    elif is_hard(record):
        task = (
            f"This statement is hard: plan it in 2 to {PLAN_LINES} short lines, in the order in "
            "which the statement is written, as a comment above it would."
        )
    else:
        task = "This statement is easy: leave the plan empty."
    return _messages(_REWRITING, record, task)


def selection(record: Record) -> list[dict[str, str]]:
    """Asks for three scores."""
    return _messages(_SELECTION, record, "Score it.")


def verification(record: Record) -> list[dict[str, str]]:
    """Asks for pass or fail."""
    task = "Check it."
    before = next((step.before for step in record.provenance if step.before is not None), None)
    if before is not None:
        task += " It was rewritten from this, and must return the same: " + json.dumps(
            before, ensure_ascii=False
        )
    return _messages(_VERIFICATION, record, task)


def is_hard(record: Record) -> bool:
    """Whether the statement is one to plan before writing."""
    return traits(record.sql, record.dialect).difficulty >= HARD


def is_long(plan: str) -> bool:
    """Whether a plan has more lines or characters than a plan should."""
    return len(plan.splitlines()) > PLAN_LINES or len(plan) > PLAN_CHARACTERS


def schema_text(schema: Schema, sql: str, dialect: str) -> str:
    """The schema's tables, a line each, those the statement names first; as many as there is room
    for, and how many were left out."""
    named = {
        name_of(token).lower()
        for token in lex(sql, dialect)
        if token.kind in (TokenKind.WORD, TokenKind.QUOTED)
    }
    first: list[Table] = [t for t in schema.tables if t.name.lower() in named]
    tables = first + [t for t in schema.tables if t not in first]
    text = ""
    for number, table in enumerate(tables):
        line = table_line(table, schema.dialect, schema.default_namespace)
        if len(text) + len(line) > SCHEMA_CHARACTERS and number >= len(first):
            return f"{text}(and {len(tables) - number} more tables)\n"
        text += line
    return text


def _messages(system: str, record: Record, task: str) -> list[dict[str, str]]:
    pair = {"request": record.question, "sql": record.sql}
    if record.plan:
        pair["plan"] = record.plan
    user = (
        f"Dialect: {record.dialect or 'generic SQL'}\n"
        f"Schema:\n{schema_text(record.schema, record.sql, record.dialect)}"
        f"Pair: {json.dumps(pair, ensure_ascii=False)}\n"
        f"{task}"
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
