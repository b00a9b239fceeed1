"""Applies the statements of a script to a draft, verb by verb."""

from __future__ import annotations

from dataclasses import replace

from sqlcomplete.dialects.ddl_words import BEFORE_OBJECT_KIND
from sqlcomplete.schema.ddl_alter import Alterations
from sqlcomplete.schema.ddl_checks import checked_values
from sqlcomplete.schema.ddl_cursor import DdlFormError, TokenCursor
from sqlcomplete.schema.ddl_lexer import STRING, WORD, DdlStatement
from sqlcomplete.schema.ddl_state import DraftKey, DraftTable, Name


class Reader(Alterations):
    """Applies statements to a draft."""

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
            if word not in BEFORE_OBJECT_KIND:
                return
            unique |= word == "UNIQUE"
            cursor.next()
            if cursor.accept_symbol("="):  # ALGORITHM = MERGE, DEFINER = `root`@`localhost`
                cursor.skip_option_value()

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
        if self._sql.use_names_database and not self._sql.use_schema:
            return
        named = cursor.remaining > 1
        if named and cursor.word() in ("DATABASE", "CATALOG", "ROLE", "WAREHOUSE", "SECONDARY"):
            return
        schema = named and cursor.accept_words("SCHEMA")
        path = cursor.path()
        if self._sql.use_names_database and len(path) == 1 and not schema:
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
