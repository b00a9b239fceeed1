"""Writes the journal soon after every edit, and says so as long as it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.app import App

from tui.documents.journal import Journal, Session
from tui.panes.notices import Notices

SOON_S = 0.4  # after the first edit that is not kept: typing on never delays it
_AGAIN_S = 1.0  # after a failure


class Keeper:
    """One write at a time, in a thread; what was edited meanwhile goes into the next."""

    def __init__(
        self,
        app: App[None],
        journal: Journal,
        session: Callable[[], Session],
        notices: Callable[[], Notices],
    ) -> None:
        self._app = app
        self._journal = journal
        self._session = session
        self._notices = notices
        self._scheduled = False
        self._writing: asyncio.Task[None] | None = None
        self._again = False
        self.failure: str | None = None

    def touch(self) -> None:
        """Something changed: write soon."""
        if not self._scheduled:
            self._scheduled = True
            self._app.set_timer(SOON_S, self._due)

    def _due(self) -> None:
        self._scheduled = False
        if self._writing is not None and not self._writing.done():
            self._again = True
            return
        self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        self._again = False
        session = self._session()
        try:
            await asyncio.to_thread(self._journal.save, session)
        except OSError as error:
            self._fail(error)
            self._app.set_timer(_AGAIN_S, self.touch)
        else:
            self._say(None)
        if self._again:
            self.touch()

    async def now(self) -> bool:
        """Write at once. Returns whether all is kept."""
        if self._writing is not None:
            await self._writing
        try:
            self._journal.save(self._session())
        except OSError as error:
            self._fail(error)
            return False
        self._say(None)
        return True

    def _fail(self, error: OSError) -> None:
        self._say(error.strerror or type(error).__name__)

    def _say(self, failure: str | None) -> None:
        self.failure = failure
        text = f"what you write is not kept: {failure}; save it to a file" if failure else None
        self._notices().tell("journal", text)
