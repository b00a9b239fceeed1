"""Opening, saving and closing: nothing is overwritten, dropped or put over anything unasked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from textual.app import App

from sqlcomplete.errors import SqlcompleteError
from tui.documents.document import Document, Outside
from tui.documents.files import is_write_protected
from tui.documents.form import TextFormError
from tui.documents.journal import Buffer, Journal, Session
from tui.panes.dialogs import AskPath, Choice, Confirm
from tui.panes.notices import Notices
from tui.workspace.keeper import Keeper
from tui.workspace.tabs import Tab, Workspace

LOOK_S = 2.0  # between looks at what others did to the open files

Say = Callable[..., None]
"""Tells the user one line; `error=True` marks it as a failure."""


class Files:
    """The ways of documents in and out. Its coroutines ask questions, so they run in workers."""

    def __init__(
        self,
        app: App[None],
        workspace: Workspace,
        keeper: Keeper,
        journal: Journal,
        notices: Notices,
        say: Say,
    ) -> None:
        self._app = app
        self._workspace = workspace
        self._keeper = keeper
        self._journal = journal
        self._notices = notices
        self._say = say
        self._looking = False

    # Coming in

    async def restore(self, session: Session) -> None:
        """Open the tabs of the last session. A tab with nothing unsaved shows its file as it is
        now; unsaved text stays, with what is known of the file it was made from."""
        for number, buffer in enumerate(session.buffers):
            path = buffer.document.path
            if path is not None and not buffer.document.modified:
                # Where it cannot be read, the journal's text is what is left; `look` says so.
                with contextlib.suppress(OSError, TextFormError):
                    buffer = Buffer(Document.read(path), buffer.cursor)
            front = number == session.active
            await self._workspace.add(buffer, front=front)

    async def open_named(self, path: Path) -> None:
        """Open the file that the command line names, as it is on disk. What the last session had
        unsaved of it goes into a tab beside it, and is offered."""
        drafts = [*self._journal.drafts_of(path)]
        for left in self._workspace.tabs:  # more than one, where two editors had it open
            if left.path and left.path.resolve() == path.resolve() and left.document.modified:
                drafts.append(Buffer(left.document, left.editor.cursor, path))
                await self._workspace.close(left)
        tab = self._workspace.of_path(path) or await self._open_file(path)
        if tab is None:
            for draft in drafts:
                await self._workspace.add(_as_draft(draft), front=False)
            return
        self._workspace.show(tab)
        for draft in drafts:
            if draft.document.text == tab.base.text:
                continue
            beside = await self._workspace.add(_as_draft(draft), front=False)
            self._app.run_worker(self._offer(tab, beside), group="offer")

    async def _offer(self, tab: Tab, draft: Tab) -> None:
        name = self._workspace.name_of(tab)
        answer = await self._app.push_screen_wait(
            Choice(
                f"The last session left text of {name} that is not saved.",
                "It stands in a tab beside it.",
                (("u", "use it here"), ("d", "drop it")),
                "keep both",
            )
        )
        if answer == "u":
            await self.use_draft(draft)
        elif answer == "d":
            await self._workspace.close(draft)
            self._keeper.touch()

    async def use_draft(self, draft: Tab) -> bool:
        """Put the unsaved text of the last session into its file's tab, where undo takes it back.
        Returns whether the tab holds such a text."""
        if draft.draft_of is None:
            return False
        tab = self._workspace.of_path(draft.draft_of) or await self._open_file(draft.draft_of)
        if tab is None:
            return True
        _replace_all(tab, draft.editor.text)
        self._workspace.show(tab)
        await self._workspace.close(draft)
        self._touched()
        return True

    async def open(self) -> None:
        """Ask for a file and open it in a tab of its own."""
        name = await self._app.push_screen_wait(AskPath("Open"))
        if name is None:
            return
        path = Path(name).expanduser().absolute()
        known = self._workspace.of_path(path)
        if known is not None:
            self._workspace.show(known)
        else:
            await self._open_file(path)

    async def _open_file(self, path: Path) -> Tab | None:
        try:
            document = await asyncio.to_thread(Document.read, path)
        except FileNotFoundError:
            if not path.parent.is_dir():
                self._say(f"{path}: cannot be opened: no such folder", error=True)
                return None
            document = Document(path=path)
            self._say(f"{path.name} is new: it is made when you save")
        except (OSError, TextFormError) as error:
            self._say(f"{path}: cannot be opened: {_reason(error)}", error=True)
            return None
        front = self._workspace.active
        tab = await self._workspace.add(Buffer(document))
        if front.path is None and front.draft_of is None and not front.editor.text.strip():
            await self._workspace.close(front)
        self._touched()
        return tab

    async def revert(self, tab: Tab) -> None:
        """Show the file as it is on disk; undo brings the text back."""
        if tab.path is None:
            self._say("this tab has no file", error=True)
            return
        try:
            document = await asyncio.to_thread(Document.read, tab.path)
        except (OSError, TextFormError) as error:
            self._say(f"{tab.path}: cannot be read: {_reason(error)}", error=True)
            return
        _replace_all(tab, document.text)
        tab.base = document
        self._tell(tab, Outside.NOTHING)
        self._say(f"{tab.path.name} is as on disk; {_UNDO}")
        self._touched()

    # Going out

    async def save(self, tab: Tab, *, to_another: bool = False) -> bool:
        """Write a tab to its file, after asking for one where it has none, and wherever something
        would be overwritten. Returns whether it was written."""
        path = tab.path
        if path is None or to_another:
            proposed = str(path or tab.draft_of or "")
            name = await self._app.push_screen_wait(AskPath("Save to", proposed))
            if name is None:
                return False
            path = Path(name).expanduser().absolute()
        if not await self._may_write(tab, path):
            return False
        subject = f"file {tab.name}"
        try:
            written = await asyncio.to_thread(tab.document.written, path)
        except (OSError, TextFormError) as error:
            reason = _reason(error)
            self._say(f"{path}: cannot be written: {reason}", error=True)
            self._notices.tell(subject, f"{path.name} is not saved: {reason}")
            return False
        tab.base, tab.draft_of = written, None
        self._notices.tell(subject, None)
        self._tell(tab, Outside.NOTHING)
        self._say(f"saved to {path}")
        self._touched()
        return True

    async def _may_write(self, tab: Tab, path: Path) -> bool:
        if path == tab.path:
            others = await asyncio.to_thread(tab.base.outside)
            if others is Outside.CHANGED:
                return await self._over_a_change(tab, path)
        elif path.is_dir():
            self._say(f"{path} is a folder", error=True)
            return False
        elif path.exists() and not await self._yes(f"{path.name} exists. Replace it?", path):
            return False
        if is_write_protected(path):
            return await self._yes(f"{path.name} is write-protected. Replace it?", path)
        return True

    async def _over_a_change(self, tab: Tab, path: Path) -> bool:
        new = tab.base.stamp is None
        answer = await self._app.push_screen_wait(
            Choice(
                f"{path.name} was {'made' if new else 'changed'} by someone else. Replace it?",
                str(path),
                (("y", "replace it"), ("t", "open theirs in a tab")),
                "leave it",
            )
        )
        if answer == "t":
            try:
                theirs = await asyncio.to_thread(Document.read, path)
            except (OSError, TextFormError) as error:
                self._say(f"{path}: cannot be opened: {_reason(error)}", error=True)
            else:
                await self._workspace.add(Buffer(Document(theirs.text)))
        return answer == "y"

    async def _yes(self, question: str, path: Path) -> bool:
        return await self._app.push_screen_wait(Confirm(question, str(path), "replace it")) == "y"

    async def close(self, tab: Tab) -> None:
        """Close a tab, at once where nothing would be lost."""
        document = tab.document
        gone = document.path is not None and document.outside() is not Outside.NOTHING
        if document.modified or (gone and document.text.strip()):
            answer = await self._app.push_screen_wait(
                Choice(
                    f"Close {self._workspace.name_of(tab)}? Its text is not in a file.",
                    _beginning(document.text),
                    (("y", "close it"), ("s", "save it first")),
                    "leave it",
                )
            )
            if answer is None or (answer == "s" and not await self.save(tab)):
                return
        for subject in ("file", "outside"):
            self._notices.tell(f"{subject} {tab.name}", None)
        await self._workspace.close(tab)
        self._touched()

    def unkept(self) -> list[Tab]:
        """The tabs whose text would be gone after quitting."""
        if self._keeper.failure is None:
            return []
        tabs = list(self._workspace.tabs)
        return [t for t in tabs if t.document.modified or t.base.outside() is Outside.REMOVED]

    # What others do

    async def look(self) -> None:
        """Show what others did to the open files: one that is not edited here is read again."""
        if self._looking:
            return
        self._looking = True
        try:
            for tab in self._workspace.tabs:
                if tab.path is not None:
                    base = tab.base
                    others = await asyncio.to_thread(base.outside, thorough=False)
                    if tab.base is base:
                        await self._seen(tab, others)
        finally:
            self._looking = False

    async def _seen(self, tab: Tab, others: Outside) -> None:
        assert tab.path is not None
        if others is Outside.CHANGED and tab.base.stamp is not None and not _edited(tab):
            try:
                document = await asyncio.to_thread(Document.read, tab.path)
            except (OSError, TextFormError):
                self._tell(tab, others)
                return
            if _edited(tab):
                return
            _replace_all(tab, document.text)
            tab.base = document
            self._say(f"{tab.path.name} was changed by someone else and read again; {_UNDO}")
            others = Outside.NOTHING
        self._tell(tab, others)

    def _tell(self, tab: Tab, others: Outside) -> None:
        name = self._workspace.name_of(tab)
        texts = {
            Outside.NOTHING: None,
            Outside.CHANGED: f"{name} was changed by someone else; saving asks",
            Outside.REMOVED: f"{name} was removed from the disk: its text is only here",
        }
        self._notices.tell(f"outside {tab.name}", texts[others])

    def _touched(self) -> None:
        self._workspace.retitle()
        self._keeper.touch()


_UNDO = "undo brings your text back"


def _edited(tab: Tab) -> bool:
    return tab.document.modified


def _as_draft(buffer: Buffer) -> Buffer:
    return Buffer(Document(buffer.document.text), buffer.cursor, buffer.draft_of)


def _replace_all(tab: Tab, text: str) -> None:
    """Put text in place of all that stands in a tab, as one step that can be undone."""
    editor = tab.editor
    if text != editor.text:
        cursor = editor.cursor
        editor.dismiss()
        editor.change(0, len(editor.text), text)
        editor.quietly(lambda: editor.move_to(cursor))


def _beginning(text: str) -> str:
    lines = text.strip().split("\n")
    return "\n".join([*lines[:5], "…"] if len(lines) > 5 else lines)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error) if isinstance(error, SqlcompleteError) else type(error).__name__
