"""The columns of views and of tables made from queries."""

from __future__ import annotations

from dataclasses import replace

from sqlcomplete.schema.ddl_cursor import TokenCursor
from sqlcomplete.schema.ddl_query import query_columns
from sqlcomplete.schema.ddl_script import PendingView, Script
from sqlcomplete.schema.ddl_state import DraftTable, Name
from sqlcomplete.schema.model import Column


class Queries(Script):
    """Queries that give a relation its columns."""

    def _query_follows(self, cursor: TokenCursor) -> bool:
        """Whether the parenthesis at the cursor holds a query rather than columns."""
        return cursor.word(1) in ("SELECT", "WITH")

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
            self._pending.append(PendingView(table, query, names))

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
