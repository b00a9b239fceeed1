"""Builds what the model reads. Training and serving both call this, so their tokens are the same.

    <schema>dialect
    table(column, column>other.column, ...)
    ...
    <suffix>...<prefix>an earlier statement<end>
    <suffix>text right of the cursor<prefix>text left of the cursor

The suffix stands before the prefix so that typing appends and the KV cache keeps all that came
before. An earlier statement has the same form as the one being written, hence one schema block
serves many statements, in training and at work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlcomplete.dialects import dialect_of
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.schema.model import Table

SPECIALS = ("<end>", "<schema>", "<suffix>", "<prefix>")
END, SCHEMA, SUFFIX, PREFIX = range(4)

SCHEMA_BUDGET = 384  # tokens
RECENT_BUDGET = 192
SUFFIX_BUDGET = 64
PREFIX_BUDGET = 512

_LONGEST_PREFIX = 16_384  # code points of a prefix that are read at most
_PREFIX_STEP = 4096  # code points that a longer one loses at its beginning at a time

_BLANK = re.compile(r"\s")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`tokens` end at a token boundary; `pending` is the text typed after it, with which the
    model's continuation must begin (token healing)."""

    tokens: tuple[int, ...]
    pending: str


def written(name: str, dialect: str) -> str:
    """The name as a statement would write it: quoted only where it must be."""
    if _PLAIN.match(name):
        return name
    opening, closing = dialect_of(dialect).name_quotes
    return f"{opening}{name}{closing}"


def table_line(table: Table, dialect: str, default_namespace: str | None) -> str:
    """One line of the schema block: the table, its columns and where its keys point."""
    points_to = {
        key.columns[0]: f">{written(key.ref_table, dialect)}"
        for key in table.foreign_keys
        if len(key.columns) == 1
    }
    columns = ", ".join(written(c.name, dialect) + points_to.get(c.name, "") for c in table.columns)
    name = written(table.name, dialect)
    if table.namespace and table.namespace != default_namespace:
        name = f"{written(table.namespace, dialect)}.{name}"
    return f"{name}({columns})\n"


def schema_tokens(
    tables: Iterable[Table],
    dialect: str,
    tokenizer: Tokenizer,
    *,
    default_namespace: str | None = None,
    budget: int = SCHEMA_BUDGET,
    line_tokens: Callable[[Table], Sequence[int]] | None = None,
) -> list[int]:
    """The schema block: tables in the order given, for as long as the budget of tokens lasts.

    A table too long for what is left is cut at its end when it is the first, and left out when not.
    `line_tokens` may give a table's cached line.
    """
    block = [SCHEMA, *tokenizer.encode(f"{dialect or 'sql'}\n")]
    for table in tables:
        line: Sequence[int]
        if line_tokens is not None:
            line = line_tokens(table)
        else:
            line = tokenizer.encode(table_line(table, dialect, default_namespace))
        left = budget - len(block)
        if len(line) <= left:
            block.extend(line)
        elif left > budget // 2:
            block.extend(line[:left])
            break
    return block


def statement_tokens(prefix: str, suffix: str, tokenizer: Tokenizer) -> list[int]:
    """A whole statement in the form of the one being written: for training and earlier ones."""
    return [
        SUFFIX,
        *tokenizer.encode(suffix, SUFFIX_BUDGET),
        PREFIX,
        *tokenizer.encode(prefix),
        END,
    ]


def build_prompt(
    schema_block: Sequence[int],
    recent: Sequence[str],
    prefix: str,
    suffix: str,
    tokenizer: Tokenizer,
) -> Prompt:
    """The prompt of one cursor.

    `schema_block` comes from `schema_tokens`; `recent` are earlier statements, oldest first, of
    which the newest that fit are kept; `prefix` and `suffix` are the statement's text left and
    right of the cursor (the prefix with the comment above it).
    """
    tokens = list(schema_block)
    kept: list[list[int]] = []
    left = RECENT_BUDGET
    for statement in reversed(recent):
        encoded = statement_tokens(statement, "", tokenizer)
        left -= len(encoded)
        if left < 0:
            break
        kept.append(encoded)
    for encoded in reversed(kept):
        tokens.extend(encoded)
    prefix = _shortened(prefix)
    boundary = tokenizer.last_boundary(prefix)
    tokens.append(SUFFIX)
    tokens.extend(tokenizer.encode(suffix, SUFFIX_BUDGET))
    tokens.append(PREFIX)
    # A very long statement loses its beginning in steps: the cache survives most keystrokes.
    head = tokenizer.encode(prefix[:boundary])
    if len(head) > PREFIX_BUDGET:
        step = PREFIX_BUDGET // 4
        drop = -(-(len(head) - PREFIX_BUDGET) // step) * step
        head = head[drop:]
    tokens.extend(head)
    return Prompt(tuple(tokens), prefix[boundary:])


def _shortened(prefix: str) -> str:
    """The end of a prefix of which no prompt holds the beginning, cut where a word begins."""
    too_many = len(prefix) - _LONGEST_PREFIX
    if too_many <= 0:
        return prefix
    start = -(-too_many // _PREFIX_STEP) * _PREFIX_STEP
    blank = _BLANK.search(prefix, start, start + _PREFIX_STEP // 2)
    return prefix[blank.start() if blank else start :]
