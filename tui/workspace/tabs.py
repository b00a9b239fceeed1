"""The tabs, each an editor with the document that its file holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TabbedContent, TabPane

from tui.documents.document import Document
from tui.documents.journal import Buffer, Session
from tui.editing.sql_editor import Known, Press, SqlEditor


@dataclass(eq=False)
class Tab:
    """`base` is the document as it was last read or written; what is newer stands in the editor.
    `draft_of` is the file that an unsaved text of an earlier session belongs to."""

    name: str
    editor: SqlEditor
    base: Document
    draft_of: Path | None = None
    title: str = field(default="", init=False)

    @property
    def document(self) -> Document:
        """The document as it stands in the editor."""
        return self.base.with_text(self.editor.text)

    @property
    def path(self) -> Path | None:
        """Its file."""
        return self.base.path


class Workspace(Vertical):
    """The tabs and the editors in them; there always is one."""

    DEFAULT_CSS = """
    Workspace { height: 3fr; }
    """

    def __init__(self, *, press: Press, known: Known, dialect: str) -> None:
        super().__init__()
        self._press = press
        self._known = known
        self._dialect = dialect
        self._tabs: dict[str, Tab] = {}
        self._count = 0

    def compose(self) -> ComposeResult:
        yield TabbedContent(id="tabs")

    @property
    def _content(self) -> TabbedContent:
        return self.query_one(TabbedContent)

    def __len__(self) -> int:
        return len(self._tabs)

    def __bool__(self) -> bool:
        return True

    @property
    def tabs(self) -> Iterator[Tab]:
        """All tabs, from left to right."""
        return iter(tuple(self._tabs.values()))

    @property
    def active(self) -> Tab:
        """The tab in front."""
        return self._tabs.get(self._content.active) or next(self.tabs)

    def of_path(self, path: Path) -> Tab | None:
        """The tab of a file."""
        real = path.resolve()
        return next((tab for tab in self.tabs if tab.path and tab.path.resolve() == real), None)

    async def add(self, buffer: Buffer, *, front: bool = True) -> Tab:
        """Open a tab behind the others."""
        self._count += 1
        name = f"tab-{self._count}"
        editor = SqlEditor(
            buffer.document.text,
            dialect=self._dialect,
            press=self._press,
            known=self._known,
            id=f"editor-{self._count}",
        )
        tab = Tab(name, editor, buffer.document, buffer.draft_of)
        self._tabs[name] = tab
        tab.title = self._titled(tab)
        await self._content.add_pane(TabPane(tab.title, editor, id=name))
        editor.move_to(buffer.cursor)
        if front:
            self.show(tab)
        return tab

    def show(self, tab: Tab) -> None:
        """Bring a tab to the front."""
        self._content.active = tab.name

    async def close(self, tab: Tab) -> None:
        """Take a tab away; a blank one comes for the last."""
        if len(self._tabs) == 1:
            await self.add(Buffer())
        del self._tabs[tab.name]
        await self._content.remove_pane(tab.name)

    def step(self, step: int) -> None:
        """Bring the tab `step` further right to the front, around the ends."""
        tabs = list(self.tabs)
        self.show(tabs[(tabs.index(self.active) + step) % len(tabs)])

    def retitle(self) -> None:
        """Show which tabs hold what their files lack."""
        for tab in self.tabs:
            title = self._titled(tab)
            if title != tab.title:
                tab.title = title
                self._content.get_tab(tab.name).label = title

    def name_of(self, tab: Tab) -> str:
        """What a tab is called, without the mark of what is not saved."""
        if tab.draft_of is not None:
            return f"{tab.draft_of.name} (unsaved)"
        return tab.path.name if tab.path else f"query {tab.name.removeprefix('tab-')}"

    def speak(self, dialect: str) -> None:
        """Change the dialect of all texts."""
        self._dialect = dialect
        for tab in self.tabs:
            tab.editor.speak(dialect)

    def session(self) -> Session:
        """All that is open, as it stands."""
        tabs = list(self.tabs)
        return Session(
            tuple(Buffer(tab.document, tab.editor.cursor, tab.draft_of) for tab in tabs),
            tabs.index(self.active),
        )

    def _titled(self, tab: Tab) -> str:
        mark = " *" if tab.path is not None and tab.document.modified else ""
        return self.name_of(tab) + mark
