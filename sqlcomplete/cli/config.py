"""The configuration file: where it is, what it may say, and one line about what is wrong in it."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import platformdirs

from sqlcomplete.cli.options import COMMANDS_WITH_TABLES, SETTINGS, ModelChoice, Setting
from sqlcomplete.errors import SqlcompleteError

CONFIG_VARIABLE = "SQLCOMPLETE_CONFIG"
DATABASES = "databases"


class ConfigError(SqlcompleteError):
    """The configuration file cannot be read, or says something that it may not."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the file sets. `values` maps a table's name ("" for the top) to its settings by name;
    `databases` are the URLs that requests and workspaces may name."""

    path: Path
    exists: bool = False
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    databases: Mapping[str, str] = field(default_factory=dict)

    def for_command(self, command: str) -> dict[str, Any]:
        """Defaults for one command, by parameter name: its own table goes before the top."""
        merged = {**self.values.get("", {}), **self.values.get(command, {})}
        return {name.replace("-", "_"): value for name, value in merged.items()}


def config_path() -> Path:
    """The file that is read when no flag and no variable names another."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_config_dir("sqlcomplete", appauthor=False)) / "config.toml"


def load_config(path: Path | None = None) -> Config:
    """Reads the file; one that is absent is empty, unless it was named.

    Raises:
        ConfigError: the file named is missing, is not TOML, or has a key or value it may not.
    """
    named = path is not None or bool(os.environ.get(CONFIG_VARIABLE))
    path = path or config_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise ConfigError(f"{path}: no such configuration file") from None
        return Config(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ConfigError(f"{path}: cannot read the configuration: {reason}") from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    databases = _databases(document.pop(DATABASES, {}), path)
    return Config(path, exists=True, values=_check(document, path), databases=databases)


def _databases(table: object, path: Path) -> dict[str, str]:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [{DATABASES}] must be a table of names and URLs")
    for name, url in table.items():
        if not isinstance(url, str):
            raise ConfigError(f"{path}: [{DATABASES}] {name} must be a database's URL")
    return dict(table)


def _check(document: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    values: dict[str, dict[str, Any]] = {"": {}}
    for key, value in document.items():
        if isinstance(value, dict):
            if key not in COMMANDS_WITH_TABLES:
                raise _unknown(path, f"[{key}]", key, COMMANDS_WITH_TABLES)
            own = {name: _value(path, key, name, inner) for name, inner in value.items()}
            values[key] = own
        else:
            values[""][key] = _value(path, "", key, value)
    return values


def _value(path: Path, table: str, key: str, value: Any) -> Any:
    allowed = {s.name: s for s in SETTINGS if not table or not s.commands or table in s.commands}
    if not table:
        # At the top stand only the settings that several commands share: a port there would
        # look as if it meant something to each of them.
        allowed = {name: s for name, s in allowed.items() if len(s.commands) != 1}
    setting = allowed.get(key)
    where = f"[{table}] {key}" if table else key
    if setting is None:
        raise _unknown(path, where, key, allowed)
    return _typed(path, where, setting, value)


def _typed(path: Path, where: str, setting: Setting, value: Any) -> Any:
    if setting.multiple:
        entries = value if isinstance(value, list) else [value]
        return [_single(path, where, setting, entry) for entry in entries]
    return _single(path, where, setting, value)


def _single(path: Path, where: str, setting: Setting, value: Any) -> Any:
    if isinstance(setting.value_type, ModelChoice) and isinstance(value, bool):
        return value  # `model = false` reads better than "none"
    if not _is_of(setting.python_type, value):
        raise ConfigError(f"{path}: {where} must be {setting.type_words}, not {value!r}")
    if isinstance(setting.value_type, click.ParamType):
        try:
            setting.value_type.convert(value, None, None)
        except click.BadParameter as error:
            raise ConfigError(f"{path}: {where}: {error.message}") from None
    return value


def _is_of(wanted: type[Any], value: object) -> bool:
    if wanted is bool or isinstance(value, bool):
        # bool is an int in Python; `port = true` must not pass for 1.
        return wanted is bool and isinstance(value, bool)
    return isinstance(value, (int, float) if wanted is float else wanted)


def _unknown(
    path: Path, where: str, key: str, known: Mapping[str, Any] | frozenset[str]
) -> ConfigError:
    near = difflib.get_close_matches(key.replace("_", "-"), list(known), n=1, cutoff=0.4)
    names = sorted(known)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
    return ConfigError(f"{path}: unknown key {where}: {hint}")
