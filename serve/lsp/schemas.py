"""Opens the schema that the settings name, and makes of it all that answers need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from serve.lsp.diagnosing import Diagnoser
from serve.lsp.settings import LspSettings
from sqlcomplete.cli.engine import CompleterFactory, Completes, open_engine, open_recent_schema
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Schema
from sqlcomplete.schema.open import load_schema, migration_files

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+_.-]*://")
_DDL = (".sql", ".ddl")


class SchemaRefusedError(SqlcompleteError):
    """A source that this server opens for nobody but whoever started it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a schema is: a database's `url`, or a file's or folder's `path`."""

    url: str | None = None
    path: Path | None = None

    def holds(self, path: Path) -> bool:
        """Whether a change of that file changes the schema."""
        return self.path is not None and (path == self.path or self.path in path.parents)

    def scripts(self) -> tuple[Path, ...]:
        """The files of DDL in it; none where it is a database or JSON."""
        if self.path is None:
            return ()
        try:
            if self.path.is_dir():
                return tuple(migration_files(self.path))
        except (OSError, SqlcompleteError):
            return ()
        return (self.path,) if self.path.suffix.lower() in _DDL else ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A schema with what works on it; without tables where none could be opened."""

    schema: Schema
    index: SchemaIndex
    completer: Completes
    diagnoser: Diagnoser
    source: Source | None = None


class Engine:
    """What all connections of one process share: the databases that may be named, the model.

    Args:
        databases: URLs by the names that settings may give.
        load_model: gives what makes completers with the model; may take a second and raise.
        trusted: the source that the command line named, which may be any URL.
        allow_urls: whether settings may give a URL too.
    """

    def __init__(
        self,
        databases: Mapping[str, str],
        load_model: Callable[[], CompleterFactory],
        *,
        trusted: str | None = None,
        allow_urls: bool = False,
    ) -> None:
        self._databases = dict(databases)
        self._load_model = load_model
        self._trusted = trusted
        self._allow_urls = allow_urls
        self._plain = open_engine(model=False)
        self._model: CompleterFactory | None = None
        self._loading = Lock()

    def source(self, settings: LspSettings, root: Path | None) -> Source | None:
        """Where the settings' schema is.

        Raises:
            SchemaRefusedError: they give a URL, and only names are taken.
        """
        named = settings.schema
        if named is None:
            return None
        if named in self._databases:
            return Source(url=self._databases[named])
        if _URL.match(named):
            if named != self._trusted and not self._allow_urls:
                raise SchemaRefusedError(
                    "schema: a database is given by its name among [databases] of the "
                    "configuration file, since a workspace may come from anyone; "
                    "or start the server with --allow-database-urls"
                )
            return Source(url=named)
        path = Path(named).expanduser()
        if not path.is_absolute() and named != self._trusted and root is not None:
            path = root / path
        return Source(path=path.absolute())

    def read(self, source: Source | None, dialect: str | None) -> Schema:
        """The schema at a source; an empty one where there is none.

        Raises:
            SqlcompleteError: it cannot be read.
        """
        if source is None:
            return Schema(dialect=dialect or "")
        if source.url is not None:
            return open_recent_schema(source.url, dialect)
        return load_schema(str(source.path), dialect)

    def refreshed(self, source: Source, dialect: str | None) -> Schema:
        """The schema read anew, whatever was kept of it.

        Raises:
            SqlcompleteError: it cannot be read.
        """
        return load_schema(source.url or str(source.path), dialect)

    def opened(self, schema: Schema, source: Source | None, settings: LspSettings) -> Opened:
        """The schema ready for work, without the model."""
        index = SchemaIndex(schema)
        index.warm()
        names = settings.diagnostics == "all"
        return Opened(schema, index, self._plain(schema), Diagnoser(index, names=names), source)

    def with_model(self, opened: Opened) -> Opened:
        """The same with the model, which is loaded at the first call.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._loading:
            if self._model is None:
                self._model = self._load_model()
        completer = self._model(opened.schema)
        return Opened(opened.schema, opened.index, completer, opened.diagnoser, opened.source)
