"""`sqlcomplete config`: where the configuration file is, which value each setting has, and why."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from sqlcomplete.cli.config import Config
from sqlcomplete.cli.options import SETTINGS, Setting


@click.group()
def config() -> None:
    """Show the settings in force."""


@config.command()
@click.pass_obj
def path(loaded: Config) -> None:
    """Print the configuration file's path."""
    click.echo(str(loaded.path))


@config.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(loaded: Config, as_json: bool) -> None:
    """Show each setting's value and what set it: a variable, the file or the default."""
    rows = [
        {"setting": setting.name, "command": table, "value": value, "from": origin}
        for setting in SETTINGS
        for table, value, origin in _values(loaded, setting)
    ]
    if as_json:
        click.echo(
            json.dumps({"path": str(loaded.path), "exists": loaded.exists, "settings": rows})
        )
        return
    state = "" if loaded.exists else " (absent)"
    click.echo(f"# {loaded.path}{state}")
    for row in rows:
        name = f"[{row['command']}] {row['setting']}" if row["command"] else row["setting"]
        click.echo(f"{name} = {_written(row['value'])}  # {row['from']}")


def _values(loaded: Config, setting: Setting) -> list[tuple[str, Any, str]]:
    """One (table, value, origin) for what holds everywhere, and one for each table that differs."""
    home = setting.commands[0] if len(setting.commands) == 1 else ""
    variable = os.environ.get(setting.variable)
    if variable:
        return [(home, _hidden(setting, variable), setting.variable)]
    homes = (home,) if home else ("", *setting.commands)
    found = [
        (table, _hidden(setting, values[setting.name]), str(loaded.path))
        for table, values in sorted(loaded.values.items())
        if setting.name in values and table in homes
    ]
    if not any(table == home for table, _, _ in found):
        default = list(setting.default or ()) if setting.multiple else setting.default
        found.insert(0, (home, default, "default"))
    return found


def _hidden(setting: Setting, value: Any) -> Any:
    return "(hidden)" if setting.secret else _without_password(value)


def _without_password(value: Any) -> Any:
    """A URL's password is as secret as a token."""
    if isinstance(value, list):
        return [_without_password(entry) for entry in value]
    if isinstance(value, str) and "://" in value and "@" in value:
        scheme, _, rest = value.partition("://")
        login, _, place = rest.rpartition("@")
        user, colon, _ = login.partition(":")
        return f"{scheme}://{user}{':***' if colon else ''}@{place}"
    return value


def _written(value: Any) -> str:
    return "(none)" if value is None else json.dumps(value)
