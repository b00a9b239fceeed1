"""The terminal editor: the screen, and who talks to whom on it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.command import CommandPalette
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, TabbedContent, TextArea

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema
from tui.actions.keymap import DEFAULTS, Keymap
from tui.actions.registry import ACTIONS, BY_ID, Action, Where
from tui.client import CompletionClient, LocalClient
from tui.documents.document import Document
from tui.documents.journal import Buffer, Journal, Session
from tui.editing.asking import Answer, Asker
from tui.editing.commands import Editing
from tui.editing.sql_editor import SqlEditor
from tui.editing.textual_adapter import use_bindings
from tui.palette import Actions
from tui.panes.catalog import Catalog
from tui.panes.dialogs import Choice
from tui.panes.find_bar import FindBar
from tui.panes.help import Help
from tui.panes.keys import Keys
from tui.panes.notices import Notices
from tui.panes.popup import Popup
from tui.panes.results import Results
from tui.panes.status import Status
from tui.runner.running import Running
from tui.runner.statement import danger, statement_to_run
from tui.runner.target import Target
from tui.workspace.files import LOOK_S, Files
from tui.workspace.keeper import Keeper
from tui.workspace.tabs import Workspace

_NARROW = 90  # columns; below, the catalog stays shut until asked for
_WARN_S = 0.1
_STARTING = "reading the schema…"

ReadSchema = Callable[[], Schema]
MakeClient = Callable[[Schema], CompletionClient]
Handler = Callable[[], object]


class SqlEditorApp(App[None]):
    """Edits and runs SQL on one target.

    `read_schema` and `make_client` are called in worker threads, at opening and at every refresh.
    `file` is opened in a tab of its own. `first_text` is what the first visit finds. `state` is the
    folder of the journals, None for the platform's. `keymap` has the keys of every action;
    `problem` is said at the start.
    """

    CSS_PATH = "editor.tcss"
    TITLE = "sqlcomplete"
    ENABLE_COMMAND_PALETTE = False  # Textual's key and commands; ours opens the same screen
    COMMANDS: ClassVar[set[Any]] = {Actions}

    class Answered(Message):
        """A completion came back from its thread."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    def __init__(
        self,
        target: Target,
        *,
        read_schema: ReadSchema,
        make_client: MakeClient = LocalClient,
        file: Path | None = None,
        first_text: str = "",
        state: Path | None = None,
        timings: bool = True,
        keymap: Keymap = DEFAULTS,
        problem: str | None = None,
    ) -> None:
        super().__init__()
        self.target = target
        self.keymap = keymap
        self._read_schema = read_schema
        self._make_client = make_client
        self._file = file
        self._first_text = first_text
        self._timings = timings
        self._problem = problem
        self._schema_note = _STARTING
        self._warning = False  # is due
        self._asker = Asker(lambda answer: self.post_message(self.Answered(answer)))
        self._journal = Journal(target.key, state)
        self.workspace = Workspace(
            press=self.press, known=self._asker.known, dialect=target.dialect
        )
        self.results = Results()
        self.notices = Notices()
        self.find_bar = FindBar(lambda: self.editor)
        self._keeper = Keeper(self, self._journal, self.workspace.session, lambda: self.notices)
        self.files = Files(
            self, self.workspace, self._keeper, self._journal, self.notices, self.results.say
        )
        self.running = Running(
            self,
            lambda: self.target,
            self.results,
            self.notices,
            self.reload_schema,
            timings=timings,
        )
        self._editing = Editing(self, lambda: self.editor, self.results.say)
        self._handlers = self._all_handlers()
        use_bindings(self, self._bindings_of(keymap))

    # The screen

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Catalog(id="catalog")
            with Vertical(id="work"):
                yield self.workspace
                yield self.find_bar
                yield self.results
        yield self.notices
        yield Status(timings=self._timings)
        yield Keys(self.keymap)
        yield Popup()

    async def on_mount(self) -> None:
        self.theme = "tokyo-night"
        session = self._journal.load() or Session(
            (Buffer(Document(self._first_text), len(self._first_text)),)
        )
        await self.files.restore(session)
        if self._file is not None:
            await self.files.open_named(self._file)
        self.query_one(Catalog).set_class(self.size.width < _NARROW, "-hidden")
        self._say_connection()
        if self._problem is not None:
            self.results.say(self._problem, error=True)
        self.editor.focus()
        self.workspace.retitle()
        self.set_interval(LOOK_S, lambda: self.run_worker(self.files.look(), group="look"))
        self.run_worker(self.files.look(), group="look")
        self._keeper.touch()
        self.reload_schema()

    @property
    def editor(self) -> SqlEditor:
        """The editor of the tab in front."""
        return self.workspace.active.editor

    @property
    def completes(self) -> bool:
        """Whether completions can be had yet."""
        return self._asker.client is not None

    @property
    def status(self) -> Status:
        """The line at the bottom."""
        return self.query_one(Status)

    def _say_connection(self) -> None:
        self.status.connection(
            self.target.name,
            self.target.dialect or "SQL",
            self._schema_note,
            *self.workspace.active.base.form.notes,
        )

    # Actions

    async def press(self, key: str) -> bool:
        """Do what a key stands for where the user is. Returns whether it stands for anything."""
        for action in ACTIONS:
            if key in self.keymap[action.id] and await self.call_action(action.id):
                return True
        return False

    async def call_action(self, name: str) -> bool:
        """Do an action, if it applies where the user is. Returns whether it did."""
        action = BY_ID[name]
        if action.where is not Where.ANYWHERE and len(self.screen_stack) > 1:
            return False
        did = self._handlers[name]()
        if inspect.isawaitable(did):
            did = await did
        return did is not False

    async def action_do(self, name: str) -> None:
        """Where a key's action does not apply, the key's next one is tried."""
        if self._only_for_text(BY_ID[name]) or not await self.call_action(name):
            raise SkipAction

    def _only_for_text(self, action: Action) -> bool:
        return action.where is Where.TEXT and not self.editor.has_focus

    def _bindings_of(self, keymap: Keymap) -> list[Binding]:
        # While the text has the focus, it asks `press` itself, in the order of its keys.
        return [
            Binding(
                key,
                f"app.do('{action.id}')",
                action.title,
                show=False,
                priority=action.where is Where.ANYWHERE,
            )
            for action in ACTIONS
            for key in keymap[action.id]
        ]

    def _all_handlers(self) -> dict[str, Handler]:
        editing, running, files = self._editing, self.running, self.files
        tabs, find = self.workspace, self.find_bar

        def text() -> SqlEditor:
            return self.editor

        def ask(work: Callable[[], Awaitable[object]]) -> Handler:
            """What asks questions waits for the answers in a worker."""
            return lambda: self.run_worker(_finish(work), group="asking", exit_on_error=True)

        return {
            "complete.accept": lambda: text().accept_or_indent(),
            "complete.word": lambda: text().accept_word(),
            "complete.line": lambda: text().accept_line(),
            "complete.dismiss": self._escape,
            "complete.ask": lambda: text().ask(popup=True, explicit=True),
            "complete.automatic": self._toggle_automatic,
            "list.next": lambda: text().step(1),
            "list.previous": lambda: text().step(-1),
            "list.accept": lambda: text().accept_item(),
            "edit.undo": lambda: text().undo(),
            "edit.redo": lambda: text().redo(),
            "edit.copy": editing.copy,
            "edit.cut": partial(editing.copy, cut=True),
            "edit.select_all": editing.select_all,
            "edit.find": find.open,
            "edit.replace": partial(find.open, replace=True),
            "edit.find_next": find.go_on,
            "edit.find_previous": partial(find.go_on, backwards=True),
            "edit.goto_line": ask(editing.goto_line),
            "edit.comment": editing.comment,
            "edit.format": editing.format,
            "edit.duplicate": editing.duplicate,
            "edit.move_up": partial(editing.move, -1),
            "edit.move_down": partial(editing.move, 1),
            "edit.indent": editing.indent,
            "edit.dedent": editing.dedent,
            "edit.bracket": editing.bracket,
            "run.statement": ask(lambda: running.run_here(text())),
            "run.all": ask(lambda: running.run_all(text())),
            "run.stop": running.stop,
            "run.begin": ask(lambda: running.run_sql(text(), "BEGIN")),
            "run.commit": ask(lambda: running.run_sql(text(), "COMMIT")),
            "run.rollback": ask(lambda: running.run_sql(text(), "ROLLBACK")),
            "run.next_result": self.results.next,
            "schema.reload": self.reload_schema,
            "file.save": ask(lambda: files.save(tabs.active)),
            "file.save_as": ask(lambda: files.save(tabs.active, to_another=True)),
            "file.open": ask(files.open),
            "file.revert": ask(lambda: files.revert(tabs.active)),
            "file.use_draft": ask(lambda: files.use_draft(tabs.active)),
            "tab.new": lambda: tabs.add(Buffer()),
            "tab.close": ask(lambda: files.close(tabs.active)),
            "tab.next": partial(tabs.step, 1),
            "tab.previous": partial(tabs.step, -1),
            "help": self._help,
            "palette": lambda: _done(self.push_screen(CommandPalette(id="--command-palette"))),
            "pane.catalog": self._catalog,
            "pane.next": partial(self._pane, 1),
            "pane.previous": partial(self._pane, -1),
            "quit": self.action_quit,
        }

    def _escape(self) -> bool:
        """Dismiss, stop what runs, shut the find bar, come back to the text. The typing stays."""
        if self.running.stop():
            self.editor.dismiss()
        elif self.find_bar.has_focus_within:
            self.find_bar.close()
        elif self.editor.has_focus:
            self.editor.dismiss()
        else:
            self.editor.focus()
        return True

    def _toggle_automatic(self) -> None:
        editor = self.editor
        editor.automatic = not editor.automatic
        editor.dismiss()
        on = "comes as you type" if editor.automatic else "comes on demand (Ctrl+Space)"
        self.results.say(f"completion {on} in this tab")

    def _help(self) -> bool:
        if isinstance(self.focused, Input):
            return False
        self.push_screen(Help(self.keymap))
        return True

    # Completion

    def on_sql_editor_asks(self, event: SqlEditor.Asks) -> None:
        if self._asker.client is None and event.question.explicit:
            self.status.note(self._schema_note)
        self._asker.ask(event.question)

    def on_sql_editor_app_answered(self, event: Answered) -> None:
        answer = event.answer
        editor = self.editor
        if editor.id != answer.question.editor:
            return
        if answer.error is not None and not answer.question.ahead:
            self.status.note(answer.error)
        editor.answer(answer)
        if answer.question.explicit and editor.offer is None and answer.error is None:
            self.status.note("nothing to offer here")

    def on_sql_editor_offered(self, event: SqlEditor.Offered) -> None:
        if event.editor is not self.editor:
            return
        editor = event.editor
        self.status.offer(editor.offer)
        row = editor.cursor_location[0]
        count = editor.document.line_count

        def written(step: int) -> bool:
            return 0 <= row + step < count and bool(editor.document.get_line(row + step).strip())

        self.query_one(Popup).show(
            editor.offer,
            editor.cursor_screen_offset,
            editor.ghost_rows,
            self.screen.region.shrink((2, 0, 2, 0)),
            written,
        )

    def on_popup_picked(self, event: Popup.Picked) -> None:
        self.editor.choose(event.index)
        self.editor.accept()
        self.editor.focus()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        self._warn_soon()

    def _warn_soon(self) -> None:
        """Once for a run of keys: both read the whole text, and neither is in a hurry."""
        if not self._warning:
            self._warning = True
            self.set_timer(_WARN_S, self._warn)

    def _warn(self) -> None:
        self._warning = False
        self.workspace.retitle()
        editor = self.editor
        statement = statement_to_run(editor.text, editor.cursor, editor.dialect)
        self.status.warn(danger(statement) if statement else None)

    # The schema

    def reload_schema(self) -> None:
        """Read the schema again; the old one serves until the new one is there."""
        self._schema_note = _STARTING
        self._say_connection()
        self.run_worker(self._load, thread=True, group="schema", exclusive=True)

    def _load(self) -> None:
        # A schema or a model that cannot be read costs completions, never the text being written.
        try:
            schema = self._read_schema()
        except Exception as error:
            self.call_from_thread(self._no_schema, _one_line(error))
            return
        self.call_from_thread(self._show_schema, schema)
        try:
            client = self._make_client(schema)
        except Exception as error:
            self.call_from_thread(self._no_client, _one_line(error))
            return
        self.call_from_thread(self._use_client, client)

    def _show_schema(self, schema: Schema) -> None:
        count = len(schema.tables)
        self._schema_note = f"{count:,} {'table' if count == 1 else 'tables'}"
        if not self.target.dialect and schema.dialect:
            # DDL tells its dialect only when it is read.
            self.target = replace(self.target, dialect=schema.dialect)
            self.workspace.speak(schema.dialect)
        self._say_connection()
        self.query_one(Catalog).load(self.target.name, schema)

    def _no_schema(self, message: str) -> None:
        self._schema_note = "no schema"
        self._say_connection()
        self.query_one(Catalog).fail(self.target.name, "no schema")
        self.results.say(message, error=True)

    def _use_client(self, client: CompletionClient) -> None:
        self._asker.client = client

    def _no_client(self, message: str) -> None:
        self.results.say(f"no completion: {message}", error=True)

    def on_catalog_insert(self, event: Catalog.Insert) -> None:
        self.editor.focus()
        self.editor.insert(event.name)

    # Tabs and panes

    @on(TabbedContent.TabActivated)
    def _tab_changed(self) -> None:
        self.query_one(Popup).display = False
        if not self.find_bar.has_focus_within:
            self.editor.focus()
        self._say_connection()
        self._warn()
        self._keeper.touch()

    @on(TextArea.Changed)
    def _text_changed(self) -> None:
        self._warn_soon()
        self._keeper.touch()

    def _catalog(self) -> None:
        """Show the catalog and go there; from there, shut it."""
        catalog = self.query_one(Catalog)
        if catalog.has_class("-hidden") or not catalog.has_focus:
            catalog.remove_class("-hidden")
            catalog.focus()
        else:
            catalog.add_class("-hidden")
            self.editor.focus()

    def _pane(self, step: int) -> None:
        panes: list[Any] = [self.editor, self.results.table]
        catalog = self.query_one(Catalog)
        if not catalog.has_class("-hidden"):
            panes.insert(0, catalog)
        at = next((n for n, pane in enumerate(panes) if pane.has_focus), 0)
        panes[(at + step) % len(panes)].focus()

    # The end

    async def action_quit(self) -> None:
        """Quit, at once where nothing is lost by it."""
        kept = await self._keeper.now()
        reasons = []
        if not kept:
            names = [self.workspace.name_of(tab) for tab in self.files.unkept()]
            if names:
                reasons.append(f"The text of {', '.join(names)} is in no file, and not kept.")
        if self.running.in_transaction:
            reasons.append("The open transaction's changes are lost.")
        if reasons:
            self.run_worker(self._ask_to_quit(" ".join(reasons)), group="quit", exclusive=True)
        else:
            self._leave()

    async def _ask_to_quit(self, reason: str) -> None:
        if await self.push_screen_wait(Choice("Quit?", reason, (("y", "quit"),), "stay")) == "y":
            self._leave()

    def _leave(self) -> None:
        self._asker.close()
        self._journal.close()
        self.running.close()
        self.exit()


async def _finish(work: Callable[[], Awaitable[object]]) -> None:
    await work()


def _done(_: object) -> None:
    """The action applied, whatever it gave."""


def _one_line(error: Exception) -> str:
    """The message of an error made for people; of any other, its kind too."""
    text = " ".join(str(error).split())
    return text if isinstance(error, SqlcompleteError) else f"{type(error).__name__}: {text}"
