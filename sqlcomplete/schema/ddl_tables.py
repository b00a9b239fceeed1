"""CREATE TABLE and CREATE VIEW."""

from __future__ import annotations

from dataclasses import replace

from sqlcomplete.dialects.ddl_words import BEGINS_CONSTRAINT, USUAL_TYPES
from sqlcomplete.schema.ddl_checks import checked_values
from sqlcomplete.schema.ddl_cursor import DdlFormError, TokenCursor
from sqlcomplete.schema.ddl_lexer import STRING, WORD
from sqlcomplete.schema.ddl_state import DraftKey, DraftTable, Name
from sqlcomplete.schema.ddl_views import Queries
from sqlcomplete.schema.model import Column


class Tables(Queries):
    """Tables and views, with their columns and constraints."""

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
            if cursor.word(1) not in BEGINS_CONSTRAINT or cursor.word(2) in BEGINS_CONSTRAINT:
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
            return self._sql.keys_in_tables and (cursor.at_name(1) or cursor.symbol(1) == "(")
        if word == "INDEX":
            return self._sql.indexes_in_tables and (cursor.at_name(1) or cursor.symbol(1) == "(")
        return word == "PROJECTION" and self._sql.projections_in_tables

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
        bare = cursor.name(split_dots=self._sql.dots_in_quotes)
        if bare[0] is not None:
            self.draft.qualified = True
            target = bare
        else:
            # A bare name means the referring table's own namespace where it is not the default's.
            beside = (table.namespace, bare[1])
            target = beside if self.draft.table(beside) else self.draft.settle(bare)
            if self.draft.table(target) is None and self._sql.references_stay_beside:
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


def _is_type(cursor: TokenCursor, at: int) -> bool:
    """Whether a word that could open a constraint is rather a column's name before its type."""
    token = cursor.peek(at)
    if token is None:
        return False
    return token.kind == WORD and token.value in USUAL_TYPES
