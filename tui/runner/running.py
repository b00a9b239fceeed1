"""Runs what the user asks for: a statement, a selection, all; asks before what cannot be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from sqlcomplete.syntax.model import Statement
from tui.editing.sql_editor import SqlEditor
from tui.panes.dialogs import Confirm
from tui.panes.notices import Notices
from tui.panes.results import Results
from tui.runner.database import Database, DatabaseError
from tui.runner.statement import (
    changes_schema,
    danger,
    place,
    statement_to_run,
    statements_in,
)
from tui.runner.target import Target

ROW_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Job:
    """One statement of a text: `start` and `end` are its place there."""

    start: int
    end: int
    sql: str
    danger: str | None
    changes_schema: bool


class Running:
    """What runs on the target's one connection."""

    def __init__(
        self,
        app: App[None],
        target: Callable[[], Target],
        results: Results,
        notices: Notices,
        reload_schema: Callable[[], None],
        *,
        timings: bool,
    ) -> None:
        url = target().url
        self.database = Database(url) if url is not None else None
        self._app = app
        self._target = target
        self._results = results
        self._notices = notices
        self._reload_schema = reload_schema
        self._timings = timings
        self.busy = False
        self._stopped = False

    @property
    def in_transaction(self) -> bool:
        """Whether changes wait for a commit."""
        return self.database is not None and self.database.in_transaction

    async def run_here(self, editor: SqlEditor) -> None:
        """Run what is selected, else the statement under the cursor."""
        start, end = editor.selected
        text = editor.text
        if start != end:
            jobs = [
                _job(text[start:end], s, start)
                for s in statements_in(text[start:end], editor.dialect)
            ]
        else:
            found = statement_to_run(text, end, editor.dialect)
            jobs = [_job(text, found, 0)] if found else []
        await self._run(editor, jobs)

    async def run_all(self, editor: SqlEditor) -> None:
        """Run every statement of the text, in order, up to the first that fails."""
        text = editor.text
        await self._run(editor, [_job(text, s, 0) for s in statements_in(text, editor.dialect)])

    async def run_sql(self, editor: SqlEditor, sql: str) -> None:
        """Run a statement that stands in no text."""
        await self._run(editor, [Job(-1, -1, sql, None, False)])

    def stop(self) -> bool:
        """Stop what runs. Returns whether something did."""
        if not self.busy or self.database is None:
            return False
        self._stopped = True
        database = self.database
        self._app.run_worker(database.cancel, thread=True, group="cancel", exit_on_error=False)
        return True

    def close(self) -> None:
        """Stop what runs and let go of the connection."""
        if self.database is not None:
            self.database.close()

    async def _run(self, editor: SqlEditor, jobs: list[Job]) -> None:
        editor.dismiss()
        if self.busy:
            self._results.say("a statement is running; Esc stops it", error=True)
            return
        if not jobs:
            self._results.say("nothing to run here", error=True)
            return
        if self.database is None:
            self._results.fail(
                f"{self._target().name} holds only DDL: to run, open a database (sqlcomplete URL)"
            )
            return
        self.busy = True
        self._stopped = False
        try:
            for job in jobs:
                if job.danger and not await self._sure(job):
                    self._results.say("not run")
                    return
            await self._run_each(self.database, editor, jobs)
        finally:
            self.busy = False

    async def _sure(self, job: Job) -> bool:
        question = f"{job.danger}. Run it?"
        return await self._app.push_screen_wait(Confirm(question, job.sql, "run it")) == "y"

    async def _run_each(self, database: Database, editor: SqlEditor, jobs: list[Job]) -> None:
        text = editor.text
        self._results.begin()
        schema_changed = False
        for number, job in enumerate(jobs, 1):
            of = f" {number} of {len(jobs)}" if len(jobs) > 1 else ""
            self._results.say(f"running{of}… Esc stops it")
            try:
                if self._stopped:
                    raise DatabaseError("cancelled")
                result = await asyncio.to_thread(database.run, job.sql, limit=ROW_LIMIT)
            except DatabaseError as error:
                self._failed(editor, text, job, error, number, len(jobs))
                break
            finally:
                self._say_transaction()
            await self._results.show(
                result, timings=self._timings, number=number, of=len(jobs), sql=job.sql
            )
            schema_changed = schema_changed or job.changes_schema
        if schema_changed:
            self._reload_schema()

    def _failed(
        self, editor: SqlEditor, text: str, job: Job, error: DatabaseError, number: int, of: int
    ) -> None:
        message = str(error)
        if error.position is not None and job.start >= 0:
            at = job.start + error.position
            message = f"{place(text, at)}: {message}"
            if editor.text == text:
                # The place is where the next key should go; the text itself may have moved on.
                editor.move_to(at)
        if of > 1:
            left = of - number
            message += f" (statement {number} of {of}" + (f"; {left} not run)" if left else ")")
        self._results.fail(message, keep=number > 1)

    def _say_transaction(self) -> None:
        open_now = self.in_transaction
        self._notices.tell(
            "transaction",
            "a transaction is open: its changes wait for COMMIT or ROLLBACK" if open_now else None,
        )


def _job(text: str, statement: Statement, offset: int) -> Job:
    return Job(
        statement.start + offset,
        statement.end + offset,
        text[statement.start : statement.end],
        danger(statement),
        changes_schema(statement),
    )
