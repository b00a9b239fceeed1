"""ALTER."""

from __future__ import annotations

from dataclasses import replace

from sqlcomplete.dialects.ddl_words import ALTER_ACTIONS
from sqlcomplete.schema.ddl_cursor import DdlFormError, TokenCursor
from sqlcomplete.schema.ddl_lexer import WORD
from sqlcomplete.schema.ddl_state import DraftTable, Name, type_name
from sqlcomplete.schema.ddl_tables import Tables


class Alterations(Tables):
    """What changes a table or a type that is there."""

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
                elif adding and word not in ALTER_ACTIONS:
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
        new = cursor.name(split_dots=self._sql.dots_in_quotes)
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
