"""Settings and schema of one session: read, watched, and exchanged while answers go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import from_fs_path

from serve.lsp.protocol import defect
from serve.lsp.schemas import Engine, Opened, Source
from serve.lsp.settings import (
    SECTION,
    WORKSPACE_FILE,
    LspSettings,
    client_values,
    workspace_values,
)
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.model import Schema

if TYPE_CHECKING:
    from serve.lsp.server import SqlServer

_LOOK_EVERY_S = 2.0
_WATCH_ID = "sqlcomplete-watch"
_CONFIGURATION_ID = "sqlcomplete-configuration"


class Opening:
    """What is in force: `settings` and `opened`. Used from the event loop; reads on a thread.

    Until a schema is there, and where none can be opened, answers come from the syntax alone.
    """

    def __init__(self, server: SqlServer, engine: Engine, base: LspSettings) -> None:
        self._server = server
        self._engine = engine
        self._base = base
        self._client: Mapping[str, Any] = {}
        self._root: Path | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lsp-open")
        self._turn = 0
        self._looked = 0.0
        self._stamp: object = None
        self._watching = False
        self.settings = base
        self.opened: Opened = engine.opened(Schema(dialect=base.dialect or ""), None, base)

    def end(self) -> None:
        """Lets go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    # Settings

    def initialize(self, params: types.InitializeParams) -> None:
        """Takes the workspace and the client's first settings."""
        from serve.lsp.server import workspace_root

        self._root = workspace_root(params)
        self._take(params.initialization_options)

    async def begin(self) -> None:
        """Settles the settings, opens the schema and asks to be told of changes."""
        capabilities = self._server.client_capabilities.workspace
        pulls = capabilities is not None and bool(capabilities.configuration)
        if pulls:
            await self._pull()
        self._settle()
        self.reopen()
        changes = None if capabilities is None else capabilities.did_change_configuration
        if pulls and changes is not None and changes.dynamic_registration:
            await self._register(
                types.Registration(
                    _CONFIGURATION_ID,
                    types.WORKSPACE_DID_CHANGE_CONFIGURATION,
                    types.DidChangeConfigurationRegistrationOptions(section=SECTION),
                )
            )

    def configure(self, settings: object) -> None:
        """Takes settings that the client sent; asks for them where it only told of a change."""
        capabilities = self._server.client_capabilities.workspace
        if settings is None and capabilities is not None and capabilities.configuration:
            task = asyncio.ensure_future(self._pull())
            task.add_done_callback(lambda _: self._changed())
            return
        self._take(settings)
        self._changed()

    def _take(self, settings: object) -> None:
        try:
            self._client = client_values(settings)
        except SqlcompleteError as error:
            self._server.show(types.MessageType.Warning, str(error))

    async def _pull(self) -> None:
        try:
            answers = await self._server.workspace_configuration_async(
                types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
            )
        except JsonRpcException:
            return  # a client that cannot say after all
        if answers and answers[0]:
            self._take(answers[0])

    def _settle(self) -> bool:
        """Puts the settings together; whether they are others than before."""
        before = self.settings
        try:
            made = self._base.merged(workspace_values(self._root), WORKSPACE_FILE)
            self.settings = made.with_client(self._client)
        except SqlcompleteError as error:
            # What was in force stays: half of the new settings would be a surprise.
            self._server.show(types.MessageType.Warning, str(error))
        return self.settings != before

    def _changed(self) -> None:
        if self._settle():
            self.reopen()

    # The schema

    def file_changed(self, path: Path) -> None:
        """Reads anew what depends on that file."""
        if self._root is not None and path == self._root / WORKSPACE_FILE:
            self._changed()
        source = self.opened.source
        if source is not None and source.holds(path):
            self.reopen()

    def look(self) -> None:
        """For clients that watch no files: reads the schema's file anew where it has changed, at
        most every two seconds."""
        now = time.monotonic()
        source = self.opened.source
        if self._watching or source is None or source.path is None:
            return
        if now - self._looked < _LOOK_EVERY_S:
            return
        self._looked = now
        loop, path = asyncio.get_running_loop(), source.path

        def work() -> None:
            if _stamp(path) != self._stamp and not loop.is_closed():
                loop.call_soon_threadsafe(self.reopen)

        self._thread.submit(work)

    def reopen(self, *, anew: bool = False) -> None:
        """Opens the schema that the settings name, on the thread; `anew` reads a database even
        where what was read of it is recent."""
        self._turn += 1
        turn, settings = self._turn, self.settings
        loop = asyncio.get_running_loop()
        before = self.opened

        def use(opened: Opened) -> None:
            if turn == self._turn and not self._server.stopping.is_set():
                self._use(opened)

        def say(message: str) -> None:
            if turn == self._turn and not self._server.stopping.is_set():
                self._server.show(types.MessageType.Warning, message)

        def later(action: Any, value: Any) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(action, value)

        def work() -> None:
            if turn != self._turn:
                return
            source: Source | None = None
            try:
                source = self._engine.source(settings, self._root)
                self._stamp = None if source is None else _stamp(source.path)
                if anew and source is not None:
                    schema = self._engine.refreshed(source, settings.dialect)
                else:
                    schema = self._engine.read(source, settings.dialect)
            except SqlcompleteError as error:
                # A file that is broken for the moment leaves what was read of it in use.
                keeps = source is not None and source == before.source
                went = "the last one stays in use" if keeps else "completing without tables"
                later(say, f"{error}; {went}")
                schema = before.schema if keeps else Schema(dialect=settings.dialect or "")
            opened = self._engine.opened(schema, source, settings)
            # Without the model at once; with it when it is there.
            later(use, opened)
            if settings.model:
                try:
                    later(use, self._engine.with_model(opened))
                except SqlcompleteError as error:
                    later(say, f"{error}; completing without the model")

        def guarded() -> None:
            try:
                work()
            except Exception as error:
                defect(error)
                later(say, f"a defect of sqlcomplete: {type(error).__name__}")

        self._thread.submit(guarded)

    def _use(self, opened: Opened) -> None:
        before = self.opened
        self.opened = opened
        if opened.index is not before.index:
            self._server.check_all()
        if opened.source != before.source or not self._watching:
            task = asyncio.ensure_future(self._watch(opened.source))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    # Watching

    async def _watch(self, source: Source | None) -> None:
        """Asks the client to tell of changes to the schema's files and the workspace's settings."""
        capabilities = self._server.client_capabilities.workspace
        files = None if capabilities is None else capabilities.did_change_watched_files
        if files is None or not files.dynamic_registration:
            return
        relative = bool(files.relative_pattern_support)
        watchers = [types.FileSystemWatcher(f"**/{WORKSPACE_FILE}")]
        path = None if source is None else source.path
        if path is not None:
            folder, name = (path, "**/*.sql") if path.is_dir() else (path.parent, path.name)
            base = from_fs_path(str(folder))
            pattern: Any = f"**/{name}" if not name.startswith("**") else name
            if relative and base is not None:
                pattern = types.RelativePattern(base, name)
            watchers.append(types.FileSystemWatcher(pattern))
        if self._watching:
            await self._server.client_unregister_capability_async(
                types.UnregistrationParams(
                    [types.Unregistration(_WATCH_ID, types.WORKSPACE_DID_CHANGE_WATCHED_FILES)]
                )
            )
        self._watching = await self._register(
            types.Registration(
                _WATCH_ID,
                types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                types.DidChangeWatchedFilesRegistrationOptions(watchers),
            )
        )

    async def _register(self, registration: types.Registration) -> bool:
        try:
            await self._server.client_register_capability_async(
                types.RegistrationParams([registration])
            )
        except JsonRpcException:
            return False
        return True


def _stamp(path: Path | None) -> object:
    """What changes where a file, or a file of a folder, is written: times and sizes."""
    if path is None:
        return None
    try:
        files = sorted(path.rglob("*.sql")) if path.is_dir() else [path]
        return tuple((str(f), (s := f.stat()).st_mtime_ns, s.st_size) for f in files[:2000])
    except OSError:
        return None
