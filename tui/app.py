"""The terminal editor: the screen, and who talks to whom on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TabbedContent, TabPane, TextArea

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema
from sqlcomplete.syntax.model import Statement
from tui.asking import Answer, Asker
from tui.autosave import Autosave, Buffer, Session, write_atomically
from tui.catalog import Catalog
from tui.client import CompletionClient, LocalClient
from tui.connect import Target
from tui.database import Database, DatabaseError, Result
from tui.dialogs import AskPath, Confirm, Help
from tui.keys import Keys
from tui.popup import Popup
from tui.results import Results
from tui.sql_editor import SqlEditor
from tui.statement import changes_schema, place, statement_to_run, unfiltered_write
from tui.status import Status

ROW_LIMIT = 1000
_AUTOSAVE_S = 0.5
_NARROW = 90  # columns; below, the catalog stays shut until asked for
_MAX_FILE = 20_000_000  # bytes

ReadSchema = Callable[[], Schema]
MakeClient = Callable[[Schema], CompletionClient]


class SqlEditorApp(App[None]):
    """Edits and runs SQL on one target.

    `read_schema` and `make_client` are called in worker threads, at opening and at every refresh.
    `file` is opened in a tab of its own. `first_text` is what the first visit finds. `state` is the
    folder of autosaved text, None for the platform's.
    """

    CSS_PATH = "editor.tcss"
    TITLE = "sqlcomplete"
    ENABLE_COMMAND_PALETTE = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", priority=True),
        Binding("f5,ctrl+j,ctrl+enter", "run", "Run", key_display="F5", priority=True),
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("ctrl+o", "open", "Open", priority=True),
        Binding("ctrl+n", "new_tab", "New tab", show=False, priority=True),
        Binding("f10", "close_tab", "Close tab", show=False, priority=True),
        Binding("f3", "next_tab(1)", "Next tab", show=False, priority=True),
        Binding("shift+f3", "next_tab(-1)", "Previous tab", show=False, priority=True),
        Binding("f2", "catalog", "Catalog", priority=True),
        Binding("f6", "next_pane(1)", "Next pane", priority=True),
        Binding("shift+f6", "next_pane(-1)", "Previous pane", show=False, priority=True),
        Binding("ctrl+r", "refresh_schema", "Reload schema", priority=True),
        Binding("escape", "stop", "Stop", show=False),
        Binding("ctrl+q", "quit", "Quit", priority=True),
    ]

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
    ) -> None:
        super().__init__()
        self.target = target
        self.database = Database(target.url) if target.url is not None else None
        self._read_schema = read_schema
        self._make_client = make_client
        self._file = file
        self._first_text = first_text
        self._autosave = Autosave(target.key, state)
        self._timings = timings
        self._paths: dict[str, Path | None] = {}
        self._tabs = 0
        self._dirty: Timer | None = None
        self._executing = False
        self._schema_note = "reading the schema…"
        self._asker = Asker(
            lambda work: self.run_worker(
                work, thread=True, group="completion", exit_on_error=False
            ),
            lambda answer: self.post_message(self.Answered(answer)),
        )

    # The screen

    def compose(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield Catalog(id="catalog")
            with Vertical(id="work"):
                yield TabbedContent(id="tabs")
                yield Results()
        yield Status(timings=self._timings)
        yield Keys()
        yield Popup()

    async def on_mount(self) -> None:
        self.theme = "tokyo-night"
        session = self._autosave.load() or Session(
            (Buffer(self._first_text, cursor=len(self._first_text)),)
        )
        for number, buffer in enumerate(session.buffers):
            await self._add_tab(buffer, front=number == session.active)
        if self._file is not None:
            await self._open(self._file)
        self.query_one(Catalog).set_class(self.size.width < _NARROW, "-hidden")
        self._say_connection()
        self.editor.focus()
        self.action_refresh_schema()

    @property
    def editor(self) -> SqlEditor:
        """The editor of the tab in front."""
        pane = self.query_one("#tabs", TabbedContent).active_pane
        assert pane is not None
        return pane.query_one(SqlEditor)

    @property
    def completes(self) -> bool:
        """Whether completions can be had yet."""
        return self._asker.client is not None

    @property
    def results(self) -> Results:
        """The pane of rows."""
        return self.query_one(Results)

    @property
    def status(self) -> Status:
        """The line at the bottom."""
        return self.query_one(Status)

    def _say_connection(self) -> None:
        self.status.connection(self.target.name, self.target.dialect or "SQL", self._schema_note)

    # Completion

    def on_sql_editor_asks(self, event: SqlEditor.Asks) -> None:
        if self._asker.client is None and event.question.explicit:
            self.status.note(self._schema_note)
        self._asker.ask(event.question)

    def on_sql_editor_app_answered(self, event: Answered) -> None:
        self._asker.finished()
        answer = event.answer
        editor = self.editor
        if editor.id != answer.question.editor:
            return
        if answer.error is not None:
            self.status.note(answer.error)
        editor.answer(answer)
        if answer.question.explicit and editor.offer is None and answer.error is None:
            self.status.note("nothing to offer here")

    def on_sql_editor_offered(self, event: SqlEditor.Offered) -> None:
        if event.editor is not self.editor:
            return
        editor = event.editor
        self.status.offer(editor.offer)
        self.query_one(Popup).show(
            editor.offer,
            editor.cursor_screen_offset,
            editor.ghost_rows,
            self.screen.region.shrink((0, 0, 2, 0)),
        )

    def on_popup_picked(self, event: Popup.Picked) -> None:
        self.editor.choose(event.index)
        self.editor.accept()
        self.editor.focus()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self) -> None:
        self._warn()

    def _warn(self) -> None:
        editor = self.editor
        statement = statement_to_run(editor.text, editor.cursor, editor.dialect)
        verb = unfiltered_write(statement) if statement else None
        self.status.warn(f"{verb} without WHERE" if verb else None)

    # The schema

    def action_refresh_schema(self) -> None:
        """Read the schema again; the old one serves until the new one is there."""
        self._schema_note = "reading the schema…"
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
            for editor in self.query(SqlEditor):
                editor.speak(schema.dialect)
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

    # Running

    def action_run(self) -> None:
        """Run the statement under the cursor."""
        editor = self.editor
        editor.dismiss()
        if self._executing:
            self.results.say("a statement is running; Esc stops it", error=True)
            return
        text = editor.text
        statement = statement_to_run(text, editor.cursor, editor.dialect)
        if statement is None:
            self.results.say("nothing to run here", error=True)
            return
        if self.database is None:
            self.results.fail(
                f"{self.target.name} holds only DDL: to run, open a database (sqlcomplete URL)"
            )
            return
        verb = unfiltered_write(statement)
        if verb is None:
            self._run(text, statement)
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._run(text, statement)
            else:
                self.results.say("not run")

        sql = text[statement.start : statement.end]
        self.push_screen(Confirm(f"{verb} without WHERE touches every row. Run it?", sql), answered)

    def _run(self, text: str, statement: Statement) -> None:
        assert self.database is not None
        self._executing = True
        self.results.say("running… Esc stops it")
        self.run_worker(
            partial(self._run_in_thread, self.database, text, statement),
            thread=True,
            group="run",
            exit_on_error=False,
        )

    def _run_in_thread(self, database: Database, text: str, statement: Statement) -> None:
        sql = text[statement.start : statement.end]
        outcome: Result | str
        try:
            outcome = database.run(sql, limit=ROW_LIMIT)
        except DatabaseError as error:
            outcome = str(error)
            if error.position is not None:
                outcome = f"{place(text, statement.start + error.position)}: {outcome}"
        self.call_from_thread(self._ran, outcome, statement)

    def _ran(self, outcome: Result | str, statement: Statement) -> None:
        self._executing = False
        if isinstance(outcome, str):
            self.results.fail(outcome)
            return
        self.results.show(outcome, timings=self._timings)
        if changes_schema(statement):
            self.action_refresh_schema()

    def action_stop(self) -> None:
        """Stop the statement that runs."""
        if self._executing and self.database is not None:
            self.run_worker(self.database.cancel, thread=True, group="cancel", exit_on_error=False)

    # Tabs and files

    async def _add_tab(self, buffer: Buffer, *, front: bool = True) -> None:
        self._tabs += 1
        name = f"tab-{self._tabs}"
        editor = SqlEditor(buffer.text, dialect=self.target.dialect, id=f"editor-{self._tabs}")
        self._paths[name] = Path(buffer.path) if buffer.path else None
        tabs = self.query_one("#tabs", TabbedContent)
        await tabs.add_pane(TabPane(self._title(name), editor, id=name))
        editor.move_to(buffer.cursor)
        if front:
            tabs.active = name

    def _title(self, name: str) -> str:
        path = self._paths[name]
        return path.name if path else f"query {name.removeprefix('tab-')}"

    @property
    def _pane(self) -> str:
        pane = self.query_one("#tabs", TabbedContent).active_pane
        assert pane is not None and pane.id is not None
        return pane.id

    @on(TabbedContent.TabActivated)
    def _tab_changed(self) -> None:
        self.query_one(Popup).display = False
        self.editor.focus()
        self._warn()
        self._touch()

    async def action_new_tab(self) -> None:
        await self._add_tab(Buffer())

    async def action_close_tab(self) -> None:
        """Close the tab in front, at once where nothing would be lost."""
        editor, path = self.editor, self._paths[self._pane]
        if not editor.text.strip() or (path is not None and _same(path, editor.text)):
            await self._close(self._pane)
            return

        async def answered(yes: bool | None) -> None:
            if yes:
                await self._close(self._pane)

        title = self._title(self._pane)
        self.push_screen(
            Confirm(f"Close {title}? Its text is not in a file.", editor.text), answered
        )

    async def _close(self, name: str) -> None:
        tabs = self.query_one("#tabs", TabbedContent)
        if tabs.tab_count == 1:
            await self._add_tab(Buffer())
        await tabs.remove_pane(name)
        self._paths.pop(name, None)
        self._touch()

    def action_next_tab(self, step: int) -> None:
        tabs = self.query_one("#tabs", TabbedContent)
        names = [pane.id for pane in tabs.query(TabPane) if pane.id]
        tabs.active = names[(names.index(self._pane) + step) % len(names)]

    def action_save(self) -> None:
        """Write the tab to its file, after asking for one where it has none."""
        path = self._paths[self._pane]
        if path is not None:
            self._write(path)
            return

        def answered(name: str | None) -> None:
            if name is None:
                return
            path = Path(name).expanduser().resolve()
            if path.exists():
                self.push_screen(
                    Confirm(f"{path.name} exists. Replace it?", str(path)),
                    lambda yes: self._write(path) if yes else None,
                )
            else:
                self._write(path)

        self.push_screen(AskPath("Save to"), answered)

    def _write(self, path: Path) -> None:
        try:
            write_atomically(path, self.editor.text)
        except OSError as error:
            self.results.say(f"{path}: cannot be written: {error.strerror}", error=True)
            return
        self._paths[self._pane] = path
        self.query_one("#tabs", TabbedContent).get_tab(self._pane).label = self._title(self._pane)
        self.results.say(f"saved to {path}")
        self._touch()

    def action_open(self) -> None:
        """Open a file in a tab of its own."""

        async def answered(name: str | None) -> None:
            if name is not None:
                await self._open(Path(name).expanduser().resolve())

        self.push_screen(AskPath("Open"), answered)

    async def _open(self, path: Path) -> None:
        tabs = self.query_one("#tabs", TabbedContent)
        for name, known in self._paths.items():
            if known == path:
                tabs.active = name
                return
        try:
            if path.stat().st_size > _MAX_FILE:
                raise OSError(0, "it is larger than 20 MB")
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            self.results.say(f"{path}: cannot be opened: {reason}", error=True)
            return
        blank = self._pane if tabs.tab_count == 1 and not self.editor.text.strip() else None
        await self._add_tab(Buffer(text, str(path)))
        if blank is not None and self._paths[blank] is None:
            await self._close(blank)

    # Autosave

    @on(TextArea.Changed)
    def _text_changed(self) -> None:
        self._warn()
        self._touch()

    def _touch(self) -> None:
        """Save soon. The clock starts with the first unsaved edit, so typing on never delays it."""
        if self._dirty is None:
            self._dirty = self.set_timer(_AUTOSAVE_S, self._save_session)

    def _save_session(self) -> None:
        self._dirty = None
        panes = [pane for pane in self.query_one("#tabs", TabbedContent).query(TabPane) if pane.id]
        buffers = []
        for pane in panes:
            editor, path = pane.query_one(SqlEditor), self._paths.get(pane.id or "")
            buffers.append(Buffer(editor.text, str(path) if path else None, editor.cursor))
        active = next((n for n, pane in enumerate(panes) if pane.id == self._pane), 0)
        try:
            self._autosave.save(Session(tuple(buffers), active))
        except OSError as error:
            self.results.say(f"autosave failed: {error.strerror}", error=True)

    # Panes and the end

    def action_catalog(self) -> None:
        """Show the catalog and go there; from there, shut it."""
        catalog = self.query_one(Catalog)
        if catalog.has_class("-hidden") or not catalog.has_focus:
            catalog.remove_class("-hidden")
            catalog.focus()
        else:
            catalog.add_class("-hidden")
            self.editor.focus()

    def action_next_pane(self, step: int) -> None:
        panes: list[Any] = [self.editor, self.results.table]
        catalog = self.query_one(Catalog)
        if not catalog.has_class("-hidden"):
            panes.insert(0, catalog)
        at = next((n for n, pane in enumerate(panes) if pane.has_focus), 0)
        panes[(at + step) % len(panes)].focus()

    def action_help(self) -> None:
        self.push_screen(Help())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a question is open, its keys are the only ones."""
        if len(self.screen_stack) > 1 and action not in ("quit", "stop"):
            return action in ("focus_next", "focus_previous")
        return True

    async def action_quit(self) -> None:
        self._save_session()
        self._autosave.close()
        if self.database is not None:
            self.database.close()
        self.exit()


def _same(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _one_line(error: Exception) -> str:
    """The message of an error made for people; of any other, its kind too."""
    text = " ".join(str(error).split())
    return text if isinstance(error, SqlcompleteError) else f"{type(error).__name__}: {text}"
