"""Every setting, declared once: its flag, its variable, its key in the file, its default, its help.

A value comes from the flag, else from `SQLCOMPLETE_<NAME>`, else from the configuration file, else
from the default here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `name` is the flag without its dashes and the file's key.

    `commands` are those that take it. A setting of one command stands in the file's table of that
    command; one of several may stand at the file's top too. `secret` values are never printed.
    """

    name: str
    help: str
    commands: tuple[str, ...]
    value_type: click.ParamType[Any] | type[Any] = str
    default: Any = None
    metavar: str | None = None
    multiple: bool = False
    secret: bool = False

    @property
    def parameter(self) -> str:
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        return "SQLCOMPLETE_" + self.name.replace("-", "_").upper()

    @property
    def python_type(self) -> type[Any]:
        if isinstance(self.value_type, type):
            return self.value_type
        if isinstance(self.value_type, ModelChoice):
            return str
        if isinstance(self.value_type, click.IntRange):
            return int
        if isinstance(self.value_type, click.FloatRange):
            return float
        return str

    @property
    def type_words(self) -> str:
        words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
        return words[self.python_type] + (" or a list of them" if self.multiple else "")

    def __call__(self, command: F) -> F:
        """Decorates a command with the option."""
        flag = f"--{self.name}/--no-{self.name}" if self.value_type is bool else f"--{self.name}"
        decorate = click.option(
            flag,
            self.parameter,
            type=None if self.value_type is bool else self.value_type,
            default=self.default,
            envvar=self.variable,
            help=self.help,
            metavar=self.metavar,
            multiple=self.multiple,
            show_default=self.default is not None and self.value_type is not bool,
        )
        return decorate(command)


class ModelChoice(click.ParamType[Any]):
    """True for the model in use, False for none, else a name or a folder."""

    name = "model"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, bool):
            return value
        word = str(value).strip()
        if word.lower() in ("none", "0", "false", "no", "off"):
            return False
        if word.lower() in ("current", "1", "true", "yes", "on", ""):
            return True
        return word


class ModelSetting(Setting):
    """The model by name, with `--no-model` beside it for none."""

    def __call__(self, command: F) -> F:
        """Decorates a command with both options."""
        off = "sqlcomplete.no_model"

        def no_model(ctx: click.Context, _: click.Parameter, value: bool) -> None:
            ctx.meta[off] = value

        def chosen(ctx: click.Context, _: click.Parameter, value: Any) -> Any:
            if ctx.meta.get(off):
                return False
            return True if value is None else value

        named = click.option(
            "--model",
            self.parameter,
            type=self.value_type,
            envvar=self.variable,
            help=self.help,
            metavar=self.metavar,
            callback=chosen,
        )
        # Eager, so that it is known when the other's value is settled.
        without = click.option(
            "--no-model",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=no_model,
            help="No model: candidates come from the schema and syntax alone.",
        )
        return named(without(command))


SCHEMA = Setting(
    "schema",
    "Where the tables are: a database URL, a file or folder of DDL, or a schema in JSON.",
    ("complete", "edit", "serve", "lsp"),
    metavar="SOURCE",
)
DIALECT = Setting(
    "dialect",
    "The SQL dialect, by sqlglot's name. Without it: the schema source's own.",
    ("complete", "edit", "serve", "lsp", "schema"),
    metavar="NAME",
)
MODEL = ModelSetting(
    "model",
    "The model: a name from `sqlcomplete models list`, a folder, or none. "
    "Without it: the one in use.",
    ("complete", "edit", "serve", "lsp", "doctor"),
    value_type=ModelChoice(),
    metavar="NAME",
)
WEIGHTS = Setting(
    "weights",
    "The folder of another model than the embedded one.",
    ("complete", "serve", "lsp", "doctor"),
    value_type=click.Path(path_type=Path),
    metavar="FOLDER",
)
MAX_ITEMS = Setting(
    "max-items",
    "At most so many items.",
    ("complete", "edit"),
    value_type=click.IntRange(0, 100),
    default=10,
)
DEADLINE_MS = Setting(
    "deadline-ms",
    "How long the model may take; past it, what the schema says stands alone.",
    ("complete",),
    value_type=click.IntRange(1, 60_000),
    default=2000,
)
# An editor's list scrolls, and asks at each key: other defaults than a single completion's.
LSP_MAX_ITEMS = Setting(
    "max-items",
    "At most so many items.",
    ("lsp",),
    value_type=click.IntRange(0, 100),
    default=50,
)
LSP_DEADLINE_MS = Setting(
    "deadline-ms",
    "How long one completion may take; past it, what the schema says stands alone.",
    ("lsp",),
    value_type=click.IntRange(1, 60_000),
    default=150,
)
BACKEND = Setting(
    "backend",
    "Where the model runs: onnx, here; or a server, as openai://host[:port]/v1[?model=NAME] "
    "(openai+https:// over TLS). Its key is SQLCOMPLETE_BACKEND_KEY.",
    ("serve", "lsp"),
    default="onnx",
    metavar="WHERE",
)
BACKEND_TIMEOUT = Setting(
    "backend-timeout",
    "Seconds after which an answer of the backend's server is given up.",
    ("serve", "lsp"),
    value_type=click.FloatRange(0.1, 600),
    default=10.0,
    metavar="SECONDS",
)
HOST = Setting(
    "host",
    "The address to listen on. One that other machines reach needs --token.",
    ("serve",),
    default="127.0.0.1",
)
PORT = Setting(
    "port",
    "The port to listen on; 0 takes a free one.",
    ("serve",),
    value_type=click.IntRange(0, 65535),
    default=8765,
)
TOKEN = Setting(
    "token",
    "Answer only requests with this bearer token. Better given by the variable than by the flag.",
    ("serve",),
    secret=True,
)
ALLOW_HOST = Setting(
    "allow-host",
    "A further name that requests may call this server by (repeatable).",
    ("serve",),
    multiple=True,
    metavar="NAME",
)
ALLOW_ORIGIN = Setting(
    "allow-origin",
    "A browser origin that may call this server (repeatable).",
    ("serve",),
    multiple=True,
    metavar="ORIGIN",
)
ALLOW_DATABASE_URLS = Setting(
    "allow-database-urls",
    "Let a request name a database for the server to read a schema from.",
    ("serve", "lsp"),
    value_type=bool,
    default=False,
)
WORKERS = Setting(
    "workers",
    "How many completions run at once.",
    ("serve",),
    value_type=click.IntRange(1, 64),
    default=2,
)
MAX_SCHEMAS = Setting(
    "max-schemas",
    "How many schemas are kept; past it, the one unused for longest goes.",
    ("serve",),
    value_type=click.IntRange(1, 10_000),
    default=32,
)
CACHE_MEMORY = Setting(
    "cache-memory",
    "Mebibytes that the model's caches of all sessions may take; the one unused for longest goes.",
    ("serve",),
    value_type=click.IntRange(16, 1_000_000),
    default=160,
    metavar="MIB",
)
RATE = Setting(
    "rate",
    "How many requests a second one client's address may send.",
    ("serve",),
    value_type=click.FloatRange(0.1, 1_000_000),
    default=500.0,
)
EVENTS = Setting(
    "events",
    "Keep what editors report of suggestions in this file of JSON lines. Without it, nothing is.",
    ("serve",),
    value_type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
)

SETTINGS: tuple[Setting, ...] = (
    SCHEMA,
    DIALECT,
    MODEL,
    WEIGHTS,
    # Before those of the same name that several commands take, which stand at the file's top.
    LSP_MAX_ITEMS,
    LSP_DEADLINE_MS,
    MAX_ITEMS,
    DEADLINE_MS,
    BACKEND,
    BACKEND_TIMEOUT,
    HOST,
    PORT,
    TOKEN,
    ALLOW_HOST,
    ALLOW_ORIGIN,
    ALLOW_DATABASE_URLS,
    WORKERS,
    MAX_SCHEMAS,
    CACHE_MEMORY,
    RATE,
    EVENTS,
)

# `schema` has no table of its own: at the file's top, `schema` is where the tables are.
COMMANDS_WITH_TABLES: frozenset[str] = frozenset(
    command for setting in SETTINGS for command in setting.commands
) - {"schema"}
