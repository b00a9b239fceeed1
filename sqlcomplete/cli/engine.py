"""The command line's way into the engine. Imports are late: most commands need none of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from sqlcomplete.completion import Completion
from sqlcomplete.schema.model import Schema

if TYPE_CHECKING:
    from sqlcomplete.completer import Completer
    from sqlcomplete.model import Weights
    from sqlcomplete.models import LiveModel, Loaded
    from sqlcomplete.profile import Profile


class Completes(Protocol):
    """What a face needs of a completer."""

    def complete(
        self, text: str, cursor: int, *, max_items: int = 10, deadline_ms: float = 150
    ) -> Completion: ...


# How old a kept schema may be, in seconds.
RECENT = 300.0

CompleterFactory = Callable[[Schema], Completes]


def open_schema(source: str | None, dialect: str | None) -> Schema:
    """The schema at `source`, read now; an empty one where there is no source.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    checked = _checked(dialect)
    if source is None:
        return Schema(dialect=checked or "")
    from sqlcomplete.schema import load_schema

    return load_schema(source, checked)


def open_recent_schema(source: str | None, dialect: str | None) -> Schema:
    """As `open_schema`, but a database's schema that was read within the last RECENT seconds is
    taken as it was kept: who completes text by text does not wait for the database each time.

    Raises:
        SqlcompleteError: the dialect is unknown, or the source cannot be read.
    """
    checked = _checked(dialect)
    if source is not None and "://" in source:
        from sqlcomplete.schema import cached_schema

        kept = cached_schema(source, RECENT)
        if kept is not None:
            return kept if checked is None else replace(kept, dialect=checked)
    return open_schema(source, checked)


def _checked(dialect: str | None) -> str | None:
    if dialect is None:
        return None
    from sqlcomplete.dialects.registry import dialect_name

    return dialect_name(dialect)


def read_ddl(text: str, dialect: str | None) -> Schema:
    """The schema that DDL text declares.

    Raises:
        SqlcompleteError: the dialect is unknown, or the text is no DDL.
    """
    from sqlcomplete.schema import schema_from_ddl

    return schema_from_ddl(text, dialect)


def open_engine(
    *,
    model: bool | str,
    weights: Path | None = None,
    on_problem: Callable[[str], None] | None = None,
) -> CompleterFactory:
    """Loads the model once (about a second), and gives what makes a completer of any schema.

    Args:
        model: True for the model in use, which is exchanged when another is chosen; False for
            none; else the name of one, or a folder.
        weights: The folder of a model that goes before all these.
        on_problem: Gets one line where the model in use is missing or damaged, while another goes
            on in its place; standard error where left out.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    from sqlcomplete.completer import Completer
    from sqlcomplete.model import load_weights

    if model is False:
        return lambda schema: Completer(schema, model=None, profile=known_profile(schema))
    if weights is None and model is True:
        from sqlcomplete.models import LiveModel, Registry

        live = LiveModel(Registry(), on_problem=on_problem or warn)
        return lambda schema: LiveCompleter(schema, live)
    if weights is not None:
        loaded = load_weights(weights)
    else:
        assert isinstance(model, str)
        loaded = named_weights(model)
    return lambda schema: Completer(schema, model=loaded, profile=known_profile(schema))


def known_profile(schema: Schema) -> Profile | None:
    """The profile that was trained for the schema; None, and a word of why, where it is damaged."""
    from sqlcomplete.profile import ProfileError, profile_for

    try:
        return profile_for(schema)
    except ProfileError as error:
        warn(str(error))
        return None


def named_weights(model: str) -> Weights:
    """The weights of a model by name, or in a folder.

    Raises:
        ModelError: there is none, or it cannot be loaded.
    """
    from sqlcomplete.model import load_weights
    from sqlcomplete.models import Registry, load_entry

    if is_folder(model):
        return load_weights(Path(model).expanduser())
    return load_entry(Registry().find(model)).weights


def is_folder(model: str) -> bool:
    """Whether a model is named by its folder: a name has no such marks."""
    return any(mark in model for mark in "/\\") or model.startswith(".")


class LiveCompleter:
    """Completes with the model in use: where another has been chosen and loaded, the next call
    starts with it, and with nothing of what the old one kept. Safe for threads."""

    def __init__(self, schema: Schema, live: LiveModel) -> None:
        self._schema = schema
        self._live = live
        self._lock = Lock()
        self._made = self._make()

    def complete(
        self, text: str, cursor: int, *, max_items: int = 10, deadline_ms: float = 150
    ) -> Completion:
        """As `Completer.complete`."""
        loaded, completer = self._made
        if self._live.look() is not loaded:
            with self._lock:
                if self._live.look() is not self._made[0]:
                    self._made = self._make()
                _, completer = self._made
        return completer.complete(text, cursor, max_items=max_items, deadline_ms=deadline_ms)

    def _make(self) -> tuple[Loaded, Completer]:
        from sqlcomplete.completer import Completer

        loaded = self._live.look()
        profile = known_profile(self._schema)
        return loaded, Completer(self._schema, model=loaded.weights, profile=profile)


def warn(line: str) -> None:
    """Tells a person of a model that could not be taken up, and goes on."""
    import click

    click.echo(f"sqlcomplete: {line}", err=True)
