"""Reads a schema out of DDL: dumps, hand-written scripts and migrations, in any dialect's manner.

The reader is our own and tolerant: it knows the shape of the statements rather than each dialect's
grammar, takes what it recognises and passes over the rest. sqlglot reads the queries of views.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlcomplete.schema.ddl_checks import checked_values
from sqlcomplete.schema.ddl_cursor import DdlFormError, TokenCursor, shown
from sqlcomplete.schema.ddl_lexer import (
    STRING,
    WORD,
    DdlStatement,
    first_token,
    statements,
    word_set,
)
from sqlcomplete.schema.ddl_query import query_columns
from sqlcomplete.schema.ddl_state import DraftKey, DraftSchema, DraftTable, Name, type_name
from sqlcomplete.schema.dialects import dialect_name
from sqlcomplete.schema.errors import SchemaError
from sqlcomplete.schema.model import Column, Schema

_MAX_PROBLEMS = 100
_MAX_CHARACTERS = 64_000_000
_MAX_SECONDS = 60  # of computing: a dump of 20 MB of plain DDL takes that long


@dataclass(frozen=True, slots=True)
class DdlReading:
    """A schema, and what of the text could not be read, a line each with its line number."""

    schema: Schema
    problems: tuple[str, ...] = ()


def read_ddl(text: str, dialect: str | None) -> DdlReading:
    """Applies the statements of a text in their order and gives the schema they leave.

    Args:
        text: DDL; other statements, comments and dumped rows in it are passed over.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        SchemaError: an unknown dialect, or a text beyond 64 MB.
    """
    reading, _ = _read([("", text)], dialect)
    return reading


def schema_from_ddl(text: str, dialect: str | None) -> Schema:
    """The schema that the DDL leaves; a statement that cannot be read is passed over.

    Args:
        text: DDL; other statements, comments and dumped rows in it are passed over.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        SchemaError: an unknown dialect, or nothing at all could be read from a text that has some.
    """
    return schema_from_scripts([("", text)], dialect)


def schema_from_scripts(scripts: Sequence[tuple[str, str]], dialect: str | None) -> Schema:
    """The schema that several scripts leave when they run one after the other.

    Args:
        scripts: pairs of a name, for messages, and DDL.
        dialect: a sqlglot dialect's name, or a usual other name for it.

    Raises:
        SchemaError: an unknown dialect, or nothing at all could be read from texts that have some.
    """
    reading, applied = _read(scripts, dialect)
    if applied:
        return reading.schema
    if reading.problems:
        raise SchemaError(f"no table could be read: {reading.problems[0]}")
    for name, text in scripts:
        at = first_token(text, reading.schema.dialect)
        if at is not None:
            where = f"{name}: " if name else ""
            line = text.count("\n", 0, at) + 1
            raise SchemaError(
                f"{where}line {line}: no CREATE TABLE or CREATE VIEW in this text:"
                f" it begins with {shown(text[at : at + 80])}"
            )
    return reading.schema


def _read(scripts: Sequence[tuple[str, str]], dialect: str | None) -> tuple[DdlReading, int]:
    name = dialect_name(dialect)
    size = sum(len(text) for _, text in scripts)
    if size > _MAX_CHARACTERS:
        raise SchemaError(
            f"DDL of {size / 1e6:.0f} MB is more than the 64 MB that are read:"
            " dump the schema without its data"
        )
    reader = _Reader(name)
    start = time.thread_time()
    for script, text in scripts:
        reader.open(script, text)
        for statement in statements(text, name):
            reader.apply(statement)
            if time.thread_time() - start > _MAX_SECONDS:
                reader.report(statement.start, f"stopped after {_MAX_SECONDS} s: too much to read")
                return DdlReading(reader.draft.finished(), tuple(reader.problems)), reader.applied
    reader.finish_views()
    return DdlReading(reader.draft.finished(), tuple(reader.problems)), reader.applied


@dataclass(slots=True)
class _PendingView:
    """A view whose query named what was not known when it was created."""

    table: DraftTable
    query: str
    names: list[str]


class _Reader:
    """Applies statements to a draft."""

    def __init__(self, dialect: str) -> None:
        self.draft = DraftSchema(dialect)
        self.problems: list[str] = []
        self.applied = 0
        self._dialect = dialect
        self._where = self._text = ""
        self._lines: list[int] | None = None
        self._pending: list[_PendingView] = []

    def open(self, name: str, text: str) -> None:
        """Turns to the text that the next statements come from."""
        self._where = f"{name}: " if name else ""
        self._text = text
        self._lines = None

    def apply(self, statement: DdlStatement) -> None:
        """Changes the draft as the statement says; what it cannot read becomes a problem."""
        cursor = TokenCursor(self._text, statement.tokens)
        try:
            verb = cursor.next()
            if verb.value == "CREATE":
                self._create(cursor)
            elif verb.value == "ALTER":
                self._alter(cursor)
            elif verb.value == "DROP":
                self._drop(cursor)
            elif verb.value == "COMMENT":
                self._comment(cursor)
            elif verb.value == "RENAME":
                self._rename(cursor)
            elif verb.value == "USE":
                self._use(cursor)
            elif verb.value == "SET":
                self._set(cursor)
            elif verb.value in ("EXEC", "EXECUTE"):
                self._execute(cursor)
        except DdlFormError as problem:
            self.report(problem.at if problem.at is not None else statement.start, str(problem))

    def report(self, at: int | None, message: str) -> None:
        """Notes what could not be read at an offset of the text."""
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(f"{self._where}line {self._line(at or 0)}: {message}")
        elif len(self.problems) == _MAX_PROBLEMS:
            self.problems.append("and more")

    def _line(self, at: int) -> int:
        if self._lines is None:
            self._lines = [i for i, c in enumerate(self._text) if c == "\n"]
        return bisect_right(self._lines, at - 1) + 1

    # CREATE

    def _create(self, cursor: TokenCursor) -> None:
        unique = False
        while (word := cursor.word()) is not None:
            if word == "TABLE":
                cursor.next()
                self._create_table(cursor)
                return
            if word == "VIEW":
                cursor.next()
                self._create_view(cursor)
                return
            if word == "TYPE":
                cursor.next()
                self._create_type(cursor)
                return
            if word == "DOMAIN":
                cursor.next()
                self._create_domain(cursor)
                return
            if word == "INDEX":
                cursor.next()
                if unique:
                    self._create_unique_index(cursor)
                return
            if word not in _BEFORE_KIND:
                return
            unique |= word == "UNIQUE"
            cursor.next()
            if cursor.accept_symbol("="):  # ALGORITHM = MERGE, DEFINER = `root`@`localhost`
                cursor.skip_option_value()

    def _name(self, cursor: TokenCursor) -> Name:
        name = cursor.name(split_dots=self._dialect == "bigquery")
        if name[0] is not None:
            self.draft.qualified = True
        return self.draft.settle(name)

    def _create_table(self, cursor: TokenCursor) -> None:
        replacing = not cursor.accept_words("IF", "NOT", "EXISTS")
        start = cursor.offset
        namespace, name = self._name(cursor)
        table = DraftTable(namespace, name)
        old = self.draft.table((namespace, name))
        if old is not None and not replacing:
            self.applied += 1
            return
        while cursor.accept_words("ON", "CLUSTER"):  # ClickHouse
            cursor.next()
        self._options_before_body(cursor, table)
        n_problems = len(self.problems)
        has_body = cursor.at_symbol("(") and not self._query_follows(cursor)
        if has_body:
            self._body(cursor, table)
        query = self._options_after_body(cursor, table)
        if query is not None:
            names = [c.name for c in table.columns]
            self._set_query(table, query, names)
        if not table.columns and query is None and not table.inherits:
            if not has_body:
                raise DdlFormError(f"table {name} has no columns that could be read", start)
            if len(self.problems) > n_problems:
                return
        self.draft.add(table)
        self.applied += 1

    def _query_follows(self, cursor: TokenCursor) -> bool:
        """Whether the parenthesis at the cursor holds a query rather than columns."""
        return cursor.word(1) in ("SELECT", "WITH")

    def _options_before_body(self, cursor: TokenCursor, table: DraftTable) -> None:
        if (
            cursor.accept_words("PARTITION", "OF")
            or cursor.accept_words("LIKE")
            or cursor.accept_words("CLONE")
        ):
            self._copy(self._name(cursor), table)
            table.inherits = True
        elif cursor.accept_words("USING"):
            module = cursor.next()
            if cursor.at_symbol("("):
                for argument in cursor.group().split(","):
                    self._module_column(argument, table)
            table.inherits = bool(module.text)

    @staticmethod
    def _module_column(argument: TokenCursor, table: DraftTable) -> None:
        """An argument of a virtual table's module: a column, or a setting `name=value`."""
        if argument.done or argument.symbol(1) == "=":
            return
        token = argument.next()
        if token.kind != STRING and token.value not in ("PRIMARY", "FOREIGN", "CHECK"):
            table.put(Column(token.value if token.kind != WORD else token.text))

    def _copy(self, source: Name, table: DraftTable) -> None:
        found = self.draft.table(source)
        if found is not None:
            for column in found.columns:
                table.put(column)
            if table.primary_key is None and found.primary_key is not None:
                table.primary_key = DraftKey(None, found.primary_key.columns)

    def _body(self, cursor: TokenCursor, table: DraftTable) -> None:
        opened = cursor.offset
        body = cursor.group()
        checks: list[TokenCursor] = []
        for element in body.split(","):
            if element.done:
                continue
            try:
                self._element(element, table, checks)
            except DdlFormError as problem:
                self.report(
                    problem.at if problem.at is not None else element.offset,
                    f"table {table.name}: {problem}",
                )
        self._apply_checks(table, checks)
        if not body.closed:
            self.report(opened, f"table {table.name}: the parenthesis is not closed")

    def _apply_checks(self, table: DraftTable, checks: list[TokenCursor]) -> None:
        names = {c.name.lower() for c in table.columns}
        for check in checks:
            for name, values in checked_values(check.tokens, names).items():
                at = table.position(name)
                if at is not None and not table.columns[at].values:
                    table.columns[at] = replace(table.columns[at], values=values)

    def _element(self, cursor: TokenCursor, table: DraftTable, checks: list[TokenCursor]) -> None:
        """One element of a table's body: a column, a constraint, LIKE, an index."""
        constraint: str | None = None
        if cursor.word() == "CONSTRAINT" and cursor.at_name(1):
            if cursor.word(1) not in _CONSTRAINT_WORDS or cursor.word(2) in _CONSTRAINT_WORDS:
                cursor.next()
                constraint = cursor.identifier()
            else:
                cursor.next()
            if not self._table_constraint(cursor, table, constraint, checks):
                cursor.skip_all()
            return
        if self._table_constraint(cursor, table, None, checks):
            return
        if cursor.word() == "LIKE" and cursor.at_name(1) and not _is_type(cursor, 1):
            cursor.next()
            self._copy(self._name(cursor), table)
            cursor.skip_all()
            return
        if self._is_index(cursor):
            cursor.skip_all()
            return
        self._column(cursor, table, checks)

    def _is_index(self, cursor: TokenCursor) -> bool:
        """Whether an index, a projection or a period stands here, not a column of such a name."""
        word = cursor.word()
        if word == "PERIOD":
            return cursor.word(1) == "FOR"
        if _is_type(cursor, 1):
            return False
        if word in ("KEY", "FULLTEXT", "SPATIAL"):
            return self._dialect in _WITH_KEYS and (cursor.at_name(1) or cursor.symbol(1) == "(")
        if word == "INDEX":
            return self._dialect in _WITH_INDEXES and (cursor.at_name(1) or cursor.symbol(1) == "(")
        return word == "PROJECTION" and self._dialect == "clickhouse"

    def _table_constraint(
        self,
        cursor: TokenCursor,
        table: DraftTable,
        constraint: str | None,
        checks: list[TokenCursor],
    ) -> bool:
        """Reads a constraint that stands for itself; False where none begins here."""
        if cursor.accept_words("PRIMARY", "KEY"):
            columns = cursor.columns_after_options()
            if columns:
                table.primary_key = DraftKey(constraint, columns)
            return True
        if cursor.word() == "UNIQUE" and not _is_type(cursor, 1):
            cursor.next()
            columns = cursor.columns_after_options()
            if columns:
                table.unique.append(DraftKey(constraint, columns))
            return True
        if cursor.word() == "FOREIGN" and cursor.word(1) == "KEY":
            cursor.next()
            cursor.next()
            columns = cursor.columns_after_options()
            if cursor.accept_words("REFERENCES"):
                self._reference(cursor, table, columns, constraint)
            return True
        if cursor.word() == "CHECK" and cursor.symbol(1) == "(":
            cursor.next()
            checks.append(cursor.group())
            return True
        return cursor.word() == "EXCLUDE" and "USING" in (cursor.word(1), cursor.word(3))

    def _reference(
        self,
        cursor: TokenCursor,
        table: DraftTable,
        columns: tuple[str, ...],
        constraint: str | None,
    ) -> None:
        bare = cursor.name(split_dots=self._dialect == "bigquery")
        if bare[0] is not None:
            self.draft.qualified = True
            target = bare
        else:
            # A bare name means the referring table's own namespace where it is not the default's.
            beside = (table.namespace, bare[1])
            target = beside if self.draft.table(beside) else self.draft.settle(bare)
            if self.draft.table(target) is None and self._dialect in ("mysql", "sqlite"):
                target = beside
        target_columns = cursor.columns() if cursor.at_symbol("(") else ()
        if columns:
            table.foreign_keys.append(DraftKey(constraint, columns, target, target_columns))

    def _column(
        self,
        cursor: TokenCursor,
        table: DraftTable,
        checks: list[TokenCursor],
        at: int | None = None,
    ) -> Column:
        """A column's definition: its name, its type and what follows."""
        name = cursor.identifier()
        kind, values = cursor.type_and_values()
        column = Column(name, kind, values=values)
        column = self._column_options(cursor, table, column, checks)
        table.put(column, at)
        return column

    def _column_options(
        self, cursor: TokenCursor, table: DraftTable, column: Column, checks: list[TokenCursor]
    ) -> Column:
        constraint: str | None = None
        while not cursor.done:
            if cursor.accept_words("CONSTRAINT"):
                constraint = cursor.identifier()
            elif cursor.accept_words("NOT", "NULL"):
                column = replace(column, nullable=False)
            elif cursor.accept_words("PRIMARY", "KEY"):
                table.primary_key = DraftKey(constraint, (column.name,))
                column = replace(column, nullable=False)
            elif cursor.accept_words("UNIQUE"):
                cursor.accept_words("KEY")
                table.unique.append(DraftKey(constraint, (column.name,)))
            elif cursor.accept_words("DEFAULT"):
                column = replace(column, default=cursor.expression_text())
            elif cursor.accept_words("REFERENCES"):
                self._reference(cursor, table, (column.name,), constraint)
            elif cursor.word() == "CHECK" and cursor.symbol(1) == "(":
                cursor.next()
                checks.append(cursor.group())
            elif cursor.accept_words("COMMENT"):
                cursor.accept_symbol("=")
                column = replace(column, comment=cursor.string())
            elif cursor.word() == "OPTIONS" and cursor.symbol(1) == "(":
                cursor.next()
                comment = cursor.group().setting("DESCRIPTION")
                column = replace(column, comment=comment or column.comment)
            elif cursor.at_symbol("("):
                cursor.group()
            else:
                cursor.next()
        return column

    def _options_after_body(self, cursor: TokenCursor, table: DraftTable) -> str | None:
        """Reads what follows the columns; gives the text of the query that fills the table."""
        while not cursor.done:
            if cursor.accept_words("INHERITS") and cursor.at_symbol("("):
                for parent in cursor.group().split(","):
                    own = list(table.columns)
                    table.columns = []
                    self._copy(self._name(parent), table)
                    for column in own:
                        table.put(column)
                table.inherits = True
            elif cursor.accept_words("COMMENT"):
                cursor.accept_symbol("=")
                table.comment = cursor.string() or table.comment
            elif cursor.word() == "OPTIONS" and cursor.symbol(1) == "(":
                cursor.next()
                table.comment = cursor.group().setting("DESCRIPTION") or table.comment
            elif cursor.word() in ("LIKE", "CLONE") and cursor.at_name(1):
                cursor.next()
                self._copy(self._name(cursor), table)
                table.inherits = True
            elif cursor.word() == "PRIMARY" and cursor.word(1) == "KEY":  # ClickHouse
                cursor.next()
                cursor.next()
                columns = cursor.columns_after_options()
                if columns and table.primary_key is None:
                    table.primary_key = DraftKey(None, columns)
            elif cursor.starts_query():
                return cursor.query_text()
            elif cursor.at_symbol("("):
                if self._query_follows(cursor):
                    return cursor.query_text()
                cursor.group()
            else:
                cursor.next()
        return None

    def _create_view(self, cursor: TokenCursor) -> None:
        replacing = not cursor.accept_words("IF", "NOT", "EXISTS")
        namespace, name = self._name(cursor)
        view = DraftTable(namespace, name, kind="view")
        if not replacing and self.draft.table((namespace, name)) is not None:
            self.applied += 1
            return
        names: list[str] = []
        if cursor.at_symbol("(") and not self._query_follows(cursor):
            for element in cursor.group().split(","):
                if not element.done:
                    column = self._column(element, view, [])
                    names.append(column.name)
        query = self._options_after_body(cursor, view)
        if query is not None:
            self._set_query(view, query, names)
        elif not view.columns:
            raise DdlFormError(f"view {name} has no query that could be read")
        self.draft.add(view)
        self.applied += 1

    def _set_query(self, table: DraftTable, query: str, names: list[str]) -> None:
        declared = {c.name.lower(): c for c in table.columns}
        columns, complete = query_columns(query, self._dialect, self._known)
        if names and table.kind == "view":
            columns = [
                replace(
                    columns[i] if complete and i < len(columns) else Column(n),
                    name=n,
                    comment=declared[n.lower()].comment,
                )
                for i, n in enumerate(names)
            ]
            complete = True
        for column in columns:
            if column.name.lower() not in declared or table.kind == "view":
                table.put(replace(column, nullable=True) if table.kind == "view" else column)
        if not complete:
            self._pending.append(_PendingView(table, query, names))

    def _known(self, name: Name) -> list[Column] | None:
        table = self.draft.table(name)
        return table.columns if table is not None else None

    def finish_views(self) -> None:
        """Reads again the queries that named what was only created after them."""
        for _ in range(3):
            waiting, self._pending = self._pending, []
            for view in waiting:
                if self.draft.table((view.table.namespace, view.table.name)) is view.table:
                    self._set_query(view.table, view.query, view.names)
            if len(self._pending) == len(waiting):
                break

    def _create_type(self, cursor: TokenCursor) -> None:
        name = self._name(cursor)
        cursor.accept_words("AS")
        if cursor.accept_words("ENUM") and cursor.at_symbol("("):
            self.draft.set_values(name, cursor.group().strings())
            self.applied += 1

    def _create_domain(self, cursor: TokenCursor) -> None:
        name = self._name(cursor)
        while not cursor.done:
            if cursor.word() == "CHECK" and cursor.symbol(1) == "(":
                cursor.next()
                values = checked_values(cursor.group().tokens, {"value"}).get("value", ())
                if values:
                    self.draft.set_values(name, values)
            else:
                cursor.next()
        self.applied += 1

    def _create_unique_index(self, cursor: TokenCursor) -> None:
        while not cursor.done and cursor.word() != "ON":
            cursor.next()
        cursor.accept_words("ON")
        cursor.accept_words("ONLY")
        table = self.draft.table(self._name(cursor))
        while not cursor.done and not cursor.at_symbol("("):
            cursor.next()
        columns = cursor.columns(strict=True) if cursor.at_symbol("(") else ()
        # An index of a part of the rows, or of expressions, makes no column unique.
        partial = any(t.kind == WORD and t.value == "WHERE" for t in cursor.rest())
        if table is not None and columns and not partial:
            table.unique.append(DraftKey(None, columns))

    # ALTER

    def _alter(self, cursor: TokenCursor) -> None:
        while cursor.word() in ("FOREIGN", "EXTERNAL", "MATERIALIZED", "ICEBERG", "ONLINE"):
            cursor.next()
        if cursor.accept_words("TABLE") or cursor.accept_words("VIEW"):
            cursor.accept_words("IF", "EXISTS")
            cursor.accept_words("ONLY")
            start = cursor.offset
            name = self._name(cursor)
            table = self.draft.table(name)
            if table is None:
                raise DdlFormError(f"ALTER of {name[1]}, which is not known here", start)
            cursor.accept_symbol("*")
            self._alter_actions(cursor, table)
            self.applied += 1
        elif cursor.accept_words("TYPE") or cursor.accept_words("DOMAIN"):
            self._alter_type(cursor)
        elif cursor.accept_words("SCHEMA"):
            old = cursor.identifier()
            if cursor.accept_words("RENAME", "TO"):
                self.draft.rename_namespace(old, cursor.identifier())

    def _alter_type(self, cursor: TokenCursor) -> None:
        name = self._name(cursor)
        values = self.draft.values(name)
        if cursor.accept_words("ADD", "VALUE"):
            cursor.accept_words("IF", "NOT", "EXISTS")
            new = cursor.string()
            if new is None or new in values:
                return
            at = len(values)
            if cursor.word() in ("BEFORE", "AFTER"):
                after = cursor.next().value == "AFTER"
                beside = cursor.string()
                at = values.index(beside) + after if beside in values else at
            self.draft.set_values(name, (*values[:at], new, *values[at:]))
        elif cursor.accept_words("RENAME", "VALUE"):
            old = cursor.string()
            cursor.accept_words("TO")
            renamed = cursor.string()
            if renamed is not None:
                self.draft.set_values(name, tuple(renamed if v == old else v for v in values))
        elif cursor.accept_words("RENAME", "TO"):
            new_name = cursor.identifier()
            self.draft.drop_values(name)
            self.draft.set_values((name[0], new_name), values)
            for table in self.draft.tables():
                table.columns = [
                    replace(c, type=new_name + c.type[len(c.type.removesuffix("[]")) :])
                    if c.type and (type_name(c.type) or ("", ""))[1].lower() == name[1].lower()
                    else c
                    for c in table.columns
                ]

    def _alter_actions(self, cursor: TokenCursor, table: DraftTable) -> None:
        adding = False
        for action in cursor.split(","):
            while action.word() == "WITH" and action.word(1) in ("CHECK", "NOCHECK"):
                action.next()
                action.next()
            if action.done:
                continue
            word = action.word()
            try:
                if word == "ADD":
                    action.next()
                    adding = True
                    self._add(action, table)
                elif adding and word not in _ACTION_WORDS:
                    self._add(action, table)
                else:
                    adding = False
                    self._alter_action(action, table)
            except DdlFormError as problem:
                self.report(
                    problem.at if problem.at is not None else action.offset,
                    f"ALTER of {table.name}: {problem}",
                )

    def _add(self, cursor: TokenCursor, table: DraftTable) -> None:
        explicit = cursor.accept_words("COLUMN") or cursor.accept_words("COLUMNS")
        exists = cursor.accept_words("IF", "NOT", "EXISTS")
        if not explicit and cursor.word() in ("PARTITION", "PERIOD", "DIVIDE"):
            return
        checks: list[TokenCursor] = []
        if cursor.at_symbol("("):
            for element in cursor.group().split(","):
                if not element.done:
                    self._element(element, table, checks)
        elif explicit or exists:
            if exists and table.position(cursor.peek_identifier()) is not None:
                return
            position = self._position(cursor, table)
            self._column(cursor, table, checks, position)
        else:
            position = self._position(cursor, table)
            before = len(table.columns)
            self._element(cursor, table, checks)
            if position is not None and len(table.columns) > before:
                table.columns.insert(position, table.columns.pop())
        self._apply_checks(table, checks)

    @staticmethod
    def _position(cursor: TokenCursor, table: DraftTable) -> int | None:
        """Where MySQL's FIRST or AFTER, at the action's end, puts the column."""
        tokens = cursor.rest()
        if tokens and tokens[-1].kind == WORD and tokens[-1].value == "FIRST":
            return 0
        if len(tokens) > 2 and tokens[-2].kind == WORD and tokens[-2].value == "AFTER":
            last = tokens[-1]
            at = table.position(last.text if last.kind == WORD else last.value)
            return None if at is None else at + 1
        return None

    def _alter_action(self, cursor: TokenCursor, table: DraftTable) -> None:
        name: Name = (table.namespace, table.name)
        if cursor.accept_words("DROP"):
            self._drop_part(cursor, table)
        elif cursor.accept_words("RENAME", "CONSTRAINT") or cursor.accept_words("RENAME", "INDEX"):
            old = cursor.identifier()
            cursor.accept_words("TO")
            new = cursor.identifier()
            for key in table.all_keys():
                if (key.constraint or "").lower() == old.lower():
                    key.constraint = new
        elif cursor.accept_words("RENAME"):
            if cursor.word() in ("TO", "AS") and cursor.at_name(1):
                cursor.next()
                self._rename_table(name, cursor)
            elif cursor.word() != "KEY" or cursor.word(2) != "TO":
                cursor.accept_words("COLUMN")
                old = cursor.identifier()
                cursor.accept_words("TO")
                if not self.draft.rename_column(table, old, cursor.identifier()):
                    raise DdlFormError(f"there is no column {old} to rename")
        elif cursor.accept_words("SET", "SCHEMA"):
            self.draft.qualified = True
            self.draft.rename(name, (cursor.identifier(), table.name))
        elif cursor.accept_words("COMMENT"):
            cursor.accept_symbol("=")
            table.comment = cursor.string()
        elif cursor.word() in ("MODIFY", "CHANGE"):
            self._redefine(cursor, table, changing=cursor.next().value == "CHANGE")
        elif cursor.accept_words("ALTER"):
            cursor.accept_words("COLUMN")
            self._alter_column(cursor, table)

    def _rename_table(self, old: Name, cursor: TokenCursor) -> None:
        new = cursor.name(split_dots=self._dialect == "bigquery")
        if new[0] is not None:
            self.draft.qualified = True
        self.draft.rename(old, (new[0] if new[0] is not None else old[0], new[1]))

    def _drop_part(self, cursor: TokenCursor, table: DraftTable) -> None:
        if cursor.accept_words("PRIMARY", "KEY"):
            table.primary_key = None
        elif cursor.word() in ("CONSTRAINT", "INDEX", "KEY", "CHECK") and cursor.at_name(1):
            cursor.next()
            cursor.accept_words("IF", "EXISTS")
            table.drop_constraint(cursor.identifier())
        elif cursor.accept_words("FOREIGN", "KEY"):
            table.drop_constraint(cursor.identifier())
        elif cursor.word() != "PARTITION":
            cursor.accept_words("COLUMN")
            exists = cursor.accept_words("IF", "EXISTS")
            names = cursor.columns() if cursor.at_symbol("(") else (cursor.identifier(),)
            for column in names:
                if not table.drop_column(column) and not exists:
                    raise DdlFormError(f"there is no column {column} to drop")

    def _redefine(self, cursor: TokenCursor, table: DraftTable, *, changing: bool) -> None:
        """MySQL's MODIFY and CHANGE, Oracle's MODIFY (...)."""
        cursor.accept_words("COLUMN")
        elements = cursor.group().split(",") if cursor.at_symbol("(") else [cursor]
        for element in elements:
            old = element.identifier() if changing else element.peek_identifier()
            at = table.position(old)
            if at is None:
                raise DdlFormError(f"there is no column {old} to change")
            if changing:
                self.draft.rename_column(table, old, element.peek_identifier())
            position = self._position(element, table)
            before = table.columns[at]
            checks: list[TokenCursor] = []
            column = self._column(element, table, checks)
            if column.type is None:  # Oracle: MODIFY (a NOT NULL) keeps the type
                table.columns[at] = replace(column, type=before.type)
            if position is not None:
                moved = table.columns.pop(at)
                table.columns.insert(position - (position > at), moved)
            self._apply_checks(table, checks)

    def _alter_column(self, cursor: TokenCursor, table: DraftTable) -> None:
        name = cursor.identifier()
        at = table.position(name)
        if at is None:
            raise DdlFormError(f"there is no column {name} to alter")
        column = table.columns[at]
        if cursor.accept_words("SET", "NOT", "NULL"):
            column = replace(column, nullable=False)
        elif cursor.accept_words("DROP", "NOT", "NULL"):
            column = replace(column, nullable=True)
        elif cursor.accept_words("SET", "DEFAULT"):
            column = replace(column, default=cursor.expression_text())
        elif cursor.accept_words("DROP", "DEFAULT"):
            column = replace(column, default=None)
        elif cursor.accept_words("COMMENT"):
            column = replace(column, comment=cursor.string())
        elif cursor.accept_words("SET", "DATA", "TYPE") or cursor.accept_words("TYPE"):
            kind, values = cursor.type_and_values()
            column = replace(column, type=kind, values=values)
        elif cursor.word() not in ("SET", "DROP", "ADD", "RESTART", "RESET", "REMOVE"):
            kind, values = cursor.type_and_values()
            column = replace(column, type=kind, values=values)
            column = self._column_options(cursor, table, replace(column, nullable=True), [])
        table.columns[at] = column

    # The rest

    def _drop(self, cursor: TokenCursor) -> None:
        while cursor.word() in ("MATERIALIZED", "FOREIGN", "EXTERNAL", "TEMPORARY", "TEMP"):
            cursor.next()
        kind = cursor.word()
        if kind not in ("TABLE", "VIEW", "TYPE", "DOMAIN", "SCHEMA", "DATABASE"):
            return
        cursor.next()
        cursor.accept_words("IF", "EXISTS")
        for part in cursor.split(","):
            if part.done:
                continue
            if kind in ("TABLE", "VIEW"):
                self.draft.drop(self._name(part))
            elif kind in ("TYPE", "DOMAIN"):
                self.draft.drop_values(self._name(part))
            else:
                self.draft.drop_namespace(part.name()[1])
        self.applied += 1

    def _comment(self, cursor: TokenCursor) -> None:
        cursor.accept_words("IF", "EXISTS")
        if not cursor.accept_words("ON"):
            return
        _ = cursor.accept_words("MATERIALIZED") or cursor.accept_words("FOREIGN")
        if cursor.accept_words("COLUMN"):
            *path, column = cursor.path()
            if not path:
                raise DdlFormError("COMMENT ON COLUMN without a table")
            table = self._commented((path[-2] if len(path) > 1 else None, path[-1]))
            at = table.position(column)
            if at is None:
                raise DdlFormError(
                    f"COMMENT ON COLUMN {table.name}.{column}, which is not known here"
                )
            text = self._comment_text(cursor)
            table.columns[at] = replace(table.columns[at], comment=text)
        elif cursor.accept_words("TABLE") or cursor.accept_words("VIEW"):
            table = self._commented(cursor.name())
            table.comment = self._comment_text(cursor)

    def _commented(self, name: Name) -> DraftTable:
        table = self.draft.table(self.draft.settle(name))
        if table is None:
            raise DdlFormError(f"COMMENT ON {name[1]}, which is not known here")
        return table

    @staticmethod
    def _comment_text(cursor: TokenCursor) -> str | None:
        cursor.accept_words("IS")
        return cursor.string() or None

    def _rename(self, cursor: TokenCursor) -> None:
        if not cursor.accept_words("TABLE"):
            return
        for part in cursor.split(","):
            old = self._name(part)
            part.accept_words("TO")
            self._rename_table(old, part)

    def _use(self, cursor: TokenCursor) -> None:
        """USE names the namespace of what follows, save where it names a database of namespaces."""
        if self._dialect in ("tsql", "fabric"):
            return
        named = cursor.remaining > 1
        if named and cursor.word() in ("DATABASE", "CATALOG", "ROLE", "WAREHOUSE", "SECONDARY"):
            return
        schema = named and cursor.accept_words("SCHEMA")
        path = cursor.path()
        if self._dialect == "snowflake" and len(path) == 1 and not schema:
            return
        self.draft.default = path[-1]
        self.draft.qualified = True

    def _set(self, cursor: TokenCursor) -> None:
        _ = cursor.accept_words("SESSION") or cursor.accept_words("LOCAL")
        if cursor.accept_words("SEARCH_PATH"):
            _ = cursor.accept_words("TO") or cursor.accept_symbol("=")
            for token in cursor.rest():
                name = token.text if token.kind == WORD else token.value
                if token.kind in (WORD, "quoted", STRING) and name.strip() not in (
                    "",
                    "$user",
                    "pg_catalog",
                ):
                    first = name.split(",")[0].strip()
                    if first != self.draft.default:
                        self.draft.qualified = True
                        self.draft.default = first
                    return
        elif cursor.accept_words("SCHEMA"):
            self.draft.default = cursor.path()[-1]
            self.draft.qualified = True

    def _execute(self, cursor: TokenCursor) -> None:
        """T-SQL's sp_rename 'schema.table', 'new' and 'schema.table.column', 'new', 'COLUMN'."""
        if cursor.path()[-1].lower() != "sp_rename":
            return
        strings = [t.value for t in cursor.rest() if t.kind == STRING]
        if len(strings) < 2:
            return
        parts = [p.strip("[]") for p in strings[0].split(".")]
        if len(strings) > 2 and strings[2].upper() == "COLUMN" and len(parts) > 1:
            table = self.draft.table(
                self.draft.settle((parts[-3] if len(parts) > 2 else None, parts[-2]))
            )
            if table is not None:
                self.draft.rename_column(table, parts[-1], strings[1])
        elif len(strings) == 2 or strings[2].upper() == "OBJECT":
            old = self.draft.settle((parts[-2] if len(parts) > 1 else None, parts[-1]))
            self.draft.rename(old, (old[0], strings[1]))


_BEFORE_KIND = word_set(
    "OR REPLACE ALTER GLOBAL LOCAL TEMP TEMPORARY UNLOGGED EXTERNAL FOREIGN MATERIALIZED "
    "RECURSIVE VIRTUAL SECURE TRANSIENT VOLATILE MULTISET SET HYBRID DYNAMIC ICEBERG COLUMN ROW "
    "UNIQUE CLUSTERED NONCLUSTERED FORCE NO EDITIONABLE NONEDITIONABLE ALGORITHM DEFINER SQL "
    "SECURITY INVOKER PRIVATE LIVE STREAMING SNAPSHOT IMMUTABLE UNDEFINED MERGE TEMPTABLE "
    "CURRENT_USER DUPLICATED SHARDED REFERENCE EVENT INTERNAL"
)
_CONSTRAINT_WORDS = frozenset(["PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "NOT"])
_WITH_KEYS = frozenset(("", "doris", "mysql", "singlestore", "starrocks"))
_WITH_INDEXES = _WITH_KEYS | {"clickhouse", "fabric", "tsql"}
_ACTION_WORDS = word_set(
    "ADD DROP ALTER MODIFY CHANGE RENAME SET OWNER ENABLE DISABLE VALIDATE ATTACH DETACH "
    "INHERIT NO ENGINE COMMENT AUTO_INCREMENT CONVERT DEFAULT CHARSET COLLATE CHARACTER "
    "ALGORITHM LOCK REPLICA CLUSTER RESET FORCE ORDER PARTITION REBUILD SWITCH ROW_FORMAT"
)


def _is_type(cursor: TokenCursor, at: int) -> bool:
    """Whether a word that could open a constraint is rather a column's name before its type."""
    token = cursor.peek(at)
    if token is None:
        return False
    return token.kind == WORD and token.value in _TYPE_WORDS


_TYPE_WORDS = word_set(
    "INT INTEGER BIGINT SMALLINT TINYINT TEXT VARCHAR CHAR CHARACTER NUMERIC DECIMAL BOOLEAN "
    "BOOL DATE TIMESTAMP TIMESTAMPTZ REAL FLOAT DOUBLE UUID JSON JSONB BLOB BYTEA STRING"
)
