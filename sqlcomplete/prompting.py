"""Builds the prompt of a cursor: which tables stand in it, which earlier statements, what is left
and right of the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcomplete.model.prompt import (
    SCHEMA_BUDGET,
    Prompt,
    build_prompt,
    schema_tokens,
    table_line,
)
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Table
from sqlcomplete.shown_tables import by_relevance, needed
from sqlcomplete.syntax.model import Analysis

_PLAIN_TABLES = 60  # more tables than this cannot all stand in a prompt
_RECENT = 1500  # characters before the statement in which earlier ones are looked for


class Prompter:
    """Prompts over one schema. A table's line is encoded once, and the tables shown stay while they
    serve: a prompt that begins otherwise is read anew."""

    def __init__(self, index: SchemaIndex, tokenizer: Tokenizer) -> None:
        self._index = index
        self._schema = index.schema
        self._tokenizer = tokenizer
        self._lines: dict[Table, list[int]] = {}
        self._last: tuple[Table, ...] = ()

    def prompt(self, analysis: Analysis) -> Prompt:
        """What the model is given at the cursor."""
        text, cursor = analysis.text, analysis.cursor
        start, end = analysis.statement.start, analysis.statement.end
        head = f"-- {analysis.instruction}\n" if analysis.instruction else ""
        block = schema_tokens(
            self._tables(analysis),
            self._schema.dialect,
            self._tokenizer,
            default_namespace=self._schema.default_namespace,
            budget=SCHEMA_BUDGET,
            line_tokens=self._line,
        )
        earlier = text[max(start - _RECENT, 0) : start].split(";")
        recent = [s.strip() for s in earlier[1 if start > _RECENT else 0 :] if s.strip()]
        return build_prompt(
            block,
            [s for s in recent if not s.startswith("--")],
            head + text[min(start, cursor) : cursor],
            text[cursor : max(end, cursor)].rstrip(),
            self._tokenizer,
        )

    def _line(self, table: Table) -> list[int]:
        line = self._lines.get(table)
        if line is None:
            text = table_line(table, self._schema.dialect, self._schema.default_namespace)
            # One token more than the budget says that it does not fit; more are never shown.
            line = self._lines[table] = self._tokenizer.encode(text, SCHEMA_BUDGET + 1)
        return line

    def _tables(self, analysis: Analysis) -> Sequence[Table]:
        """The tables of the schema block. Where all fit, always all in one order: then nothing that
        is typed drops the cache. Where not, those of the last prompt stay until one is needed that
        is not among them."""
        tables = self._schema.tables
        if len(tables) <= _PLAIN_TABLES and sum(len(self._line(t)) for t in tables) < SCHEMA_BUDGET:
            return tables
        last = self._last
        if not last or not set(needed(analysis, self._index)) <= set(last):
            last = self._last = self._fitting(by_relevance(analysis, self._index, _PLAIN_TABLES))
        return last

    def _fitting(self, tables: Sequence[Table]) -> tuple[Table, ...]:
        """The tables, from the first, of which the block has at least a part."""
        left = SCHEMA_BUDGET
        found: list[Table] = []
        for table in tables:
            size = len(self._line(table))
            if size <= left or (not found and left > 0):
                found.append(table)
                left -= size
        return tuple(found)
