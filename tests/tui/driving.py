"""An editor on a real SQLite database. Its completions come from a script, so that a test says
what is on offer; all else is real: the keys, the screen, the database, the files."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from sqlcomplete.completion import Completion, Ghost, Item, Timings, Verdict
from sqlcomplete.schema.model import Schema
from tui.actions.keymap import DEFAULTS, Keymap
from tui.app import SqlEditorApp
from tui.runner.target import Target, find_target


class ScriptedClient:
    """Wants the user to write `wanted`: the ghost is what is missing of it. Its items are those of
    `words` that begin with the word at the cursor, the ghost's own first."""

    def __init__(self, wanted: str = "", words: tuple[str, ...] = ()) -> None:
        self.wanted = wanted
        self.words = words
        self.asked: list[str] = []
        self.gate = threading.Event()  # closed, it holds answers back
        self.gate.set()
        self.warnings: tuple[str, ...] = ()

    def complete(self, text: str, cursor: int) -> Completion:
        self.asked.append(text[:cursor])
        self.gate.wait(10)
        before = text[:cursor]
        ghost = None
        if self.wanted.startswith(before) and self.wanted != before:
            rest = self.wanted[len(before) :]
            ghost = Ghost(rest, 0.83, "model", Verdict("valid", None, self.warnings))
        match = re.search(r"\w*$", before)
        typed = match.group() if match else ""
        next_word = typed + (re.match(r"\w*", ghost.text).group() if ghost else "")  # type: ignore[union-attr]
        words = sorted(
            (word for word in self.words if word.lower().startswith(typed.lower())),
            key=lambda word: word != next_word,
        )
        items = tuple(
            Item(word, word, (cursor - len(typed), cursor), "table", 0.5, "schema", f"about {word}")
            for word in words
        )
        return Completion("id", ghost, items, Timings(total=12.0))


class Editors:
    """Opens editors that share a state folder, as one user's do."""

    def __init__(self, shop: Path, schema: Schema, state: Path) -> None:
        self.shop = shop
        self.schema = schema
        self.state = state

    def app(
        self,
        client: ScriptedClient | None = None,
        target: Target | None = None,
        file: Path | None = None,
        keymap: Keymap = DEFAULTS,
    ) -> SqlEditorApp:
        made = client or ScriptedClient()
        return SqlEditorApp(
            target or find_target(str(self.shop)),
            read_schema=lambda: self.schema,
            make_client=lambda schema: made,
            file=file,
            state=self.state,
            timings=False,
            keymap=keymap,
        )

    @asynccontextmanager
    async def open(
        self,
        client: ScriptedClient | None = None,
        target: Target | None = None,
        file: Path | None = None,
    ) -> AsyncIterator[tuple[SqlEditorApp, Pilot[None]]]:
        app = self.app(client, target, file)
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: app.completes)
            try:
                yield app, pilot
            finally:
                await app.action_quit()


async def until(pilot: Pilot[None], holds: Callable[[], object], seconds: float = 10) -> None:
    """Let the editor work until `holds`; fail where it does not come to hold."""
    for _ in range(int(seconds / 0.02)):
        await pilot.pause()
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to hold in time")


async def settle(pilot: Pilot[None]) -> None:
    """Let answers in flight arrive."""
    for _ in range(4):
        await pilot.pause(0.03)


async def write(pilot: Pilot[None], text: str) -> None:
    """Press the keys that write `text`."""
    names = {" ": "space", "\n": "enter"}
    await pilot.press(*(names.get(character, character) for character in text))


def screen(app: SqlEditorApp) -> list[str]:
    """The lines of the screen, as a user reads them."""
    lines = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in lines]
