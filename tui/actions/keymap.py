"""The user's keys: a TOML file in the configuration folder.

[keys]
"run.statement" = ["f5", "ctrl+j"]
"list.next" = ["ctrl+n", "down"]     # Down enters the list
"edit.find" = "ctrl+f"
"tab.close" = []                     # no key
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from textual.keys import Keys

from sqlcomplete.errors import SqlcompleteError
from tui.actions.registry import ACTIONS, BY_ID, Action

Keymap = Mapping[str, tuple[str, ...]]
"""The keys of every action, by its id."""

DEFAULTS: Keymap = {action.id: action.keys for action in ACTIONS}
_KNOWN = frozenset(key.value for key in Keys)


class KeymapError(SqlcompleteError):
    """The key file cannot be read, or names an action or a key that there is not."""


def keys_file() -> Path:
    """Where the user's keys are read from."""
    folder = platformdirs.user_config_dir("sqlcomplete", appauthor=False)
    return Path(folder) / "keys.toml"


def load_keymap(path: Path | None = None) -> Keymap:
    """The keys in force: those of the file, and for the rest the usual ones. A key that the file
    gives to one action is taken from those that had it by default.

    Raises:
        KeymapError: in one line what is wrong in the file.
    """
    path = path or keys_file()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return DEFAULTS
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise KeymapError(f"{path}: cannot read the keys: {reason}") from None
    except tomllib.TOMLDecodeError as error:
        raise KeymapError(f"{path}: not valid TOML: {error}") from None
    table = document.pop("keys", {})
    if document or not isinstance(table, dict):
        raise KeymapError(f"{path}: expected one table [keys] of actions and their keys")
    chosen = {name: _keys(path, name, value) for name, value in table.items()}
    taken = {key for keys in chosen.values() for key in keys}
    # An action that shares a key on purpose goes on sharing it with what the user did not touch.
    shared = {key for key in taken if sum(key in a.keys for a in ACTIONS) > 1}
    return {action.id: chosen.get(action.id, _rest(action, taken - shared)) for action in ACTIONS}


def _rest(action: Action, taken: set[str]) -> tuple[str, ...]:
    return tuple(key for key in action.keys if key not in taken)


def _keys(path: Path, name: str, value: object) -> tuple[str, ...]:
    if name not in BY_ID:
        near = difflib.get_close_matches(name, BY_ID, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(BY_ID)}"
        raise KeymapError(f"{path}: no action {name!r}: {hint}")
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise KeymapError(f"{path}: {name} must be a key or a list of keys")
    for key in keys:
        if not _is_key(key):
            raise KeymapError(f"{path}: {name}: {key!r} is no key; one looks like ctrl+s or f5")
    return tuple(key.lower() if len(key.split("+")[-1]) > 1 else key for key in keys)


def _is_key(key: str) -> bool:
    *modifiers, last = key.split("+")
    if not last or any(m not in ("ctrl", "alt", "shift", "super", "meta") for m in modifiers):
        return False
    return key in _KNOWN or len(last) == 1 or last in _KNOWN or last.replace("_", "").isalpha()
