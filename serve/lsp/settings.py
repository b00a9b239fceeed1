"""What a client, a workspace or the command line may set, and one line about what is wrong."""

from __future__ import annotations

import difflib
import logging
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from sqlcomplete.dialects.registry import dialect_name
from sqlcomplete.errors import SqlcompleteError

log = logging.getLogger("sqlcomplete.lsp")

WORKSPACE_FILE = ".sqlcomplete.toml"
SECTION = "sqlcomplete"

GhostItem = Literal["auto", "always", "never"]
Diagnostics = Literal["all", "syntax", "off"]


class LspSettingsError(SqlcompleteError):
    """A setting that is unknown or has a value that it may not have."""


@dataclass(frozen=True, slots=True)
class LspSettings:
    """`schema` is a path, relative to the workspace, or a name among the configuration's databases;
    `deadline_ms` is the time for one completion. `ghost_item` says whether the ghost stands in the
    list too: `auto` where the client cannot draw it."""

    schema: str | None = None
    dialect: str | None = None
    model: bool = True
    max_items: int = 50
    deadline_ms: int = 150
    ghost_item: GhostItem = "auto"
    diagnostics: Diagnostics = "all"

    def merged(self, values: Mapping[str, Any], where: str) -> LspSettings:
        """These settings with those of `values` in their place.

        Keys are written `max-items` or `maxItems`; null and "" leave a setting as it is.

        Raises:
            LspSettingsError: a key that is not known, a value of the wrong type; `where` is named.
        """
        changes: dict[str, Any] = {}
        for key, value in values.items():
            name = _plain(key)
            check = _CHECKS.get(name)
            if check is None:
                near = difflib.get_close_matches(name, _CHECKS, n=1, cutoff=0.4)
                hint = f"did you mean '{_shown(near[0])}'?" if near else f"known: {_KNOWN}"
                raise LspSettingsError(f"{where}: unknown setting '{str(key)[:60]}': {hint}")
            if value is None or value == "":
                continue
            if not check.holds(value):
                raise LspSettingsError(
                    f"{where}: {_shown(name)} must be {check.words}, not {str(value)[:60]!r}"
                )
            changes[name] = value
        made = replace(self, **changes)
        if "dialect" in changes:
            made = replace(made, dialect=dialect_name(cast(str, made.dialect)))
        return made

    def with_client(self, values: Mapping[str, Any]) -> LspSettings:
        """These settings with the client's. What we do not know is left alone and logged: an
        extension may have settings of its own. A value that is our default says nothing: many
        clients send all that their extension declares, whether or not a person has set it.

        Raises:
            LspSettingsError: a value of the wrong type.
        """
        known = {key: value for key, value in values.items() if _plain(str(key)) in _CHECKS}
        for key in values.keys() - known.keys():
            log.warning("the client's setting %.60r is none of ours", key)
        own = {k: v for k, v in known.items() if v != getattr(_DEFAULTS, _plain(str(k)))}
        return self.merged(own, "settings")


_DEFAULTS = LspSettings()


@dataclass(frozen=True, slots=True)
class _Check:
    words: str
    holds: Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(low: int, high: int) -> _Check:
    # true is an int in Python.
    return _Check(
        f"a whole number from {low} to {high}",
        lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
    )


def _one_of(*words: str) -> _Check:
    return _Check("one of " + ", ".join(words), lambda v: isinstance(v, str) and v in words)


_CHECKS: dict[str, _Check] = {
    "schema": _Check("a path or a database's name", _text),
    "dialect": _Check("a dialect's name", _text),
    "model": _Check("true or false", lambda v: isinstance(v, bool)),
    "max_items": _whole(0, 100),
    "deadline_ms": _whole(1, 60_000),
    "ghost_item": _one_of("auto", "always", "never"),
    "diagnostics": _one_of("all", "syntax", "off"),
}


def _plain(key: str) -> str:
    """A setting's name from `max-items`, `max_items` or `maxItems`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in key).replace("-", "_")


def _shown(name: str) -> str:
    return name.replace("_", "-")


_KNOWN = ", ".join(map(_shown, _CHECKS))


def client_values(settings: object) -> Mapping[str, Any]:
    """The settings in what a client sent: its section of ours where there is one.

    Raises:
        LspSettingsError: they are no object.
    """
    if settings is None:
        return {}
    if isinstance(settings, Mapping):
        own = settings.get(SECTION, settings)
        if own is None:
            return {}
        if isinstance(own, Mapping):
            return own
    raise LspSettingsError("the client's settings must be an object")


def workspace_values(root: Path | None) -> Mapping[str, Any]:
    """The settings of the workspace's own file; none where there is no such file.

    Raises:
        LspSettingsError: the file cannot be read or is no TOML.
    """
    if root is None:
        return {}
    path = root / WORKSPACE_FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LspSettingsError(f"{path}: {reason}") from None
    except UnicodeDecodeError:
        raise LspSettingsError(f"{path}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise LspSettingsError(f"{path}: not valid TOML: {error}") from None
