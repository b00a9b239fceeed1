"""A click group that loads a command when it runs, and opens what is no command in the editor."""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

ENTRY_POINTS = "sqlcomplete.commands"

# What a source looks like that need not exist as a file: a database URL, or a path.
_SOURCE = re.compile(r"://|[/\\]|\.[A-Za-z0-9]{1,8}$|^:memory:$")


class ReaderLeftError(Exception):
    """Who read our output closed it."""


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command as the help names it: `target` is "module:attribute", None where another package's
    entry point gives it."""

    help: str
    target: str | None = None


class LazyGroup(click.Group):
    """Commands by name, loaded when invoked.

    Those without a target are looked up among the entry points of the group
    `sqlcomplete.commands`, which packages above the engine fill. A first word that is no command
    but names a database or a file goes to the command `fallback`, as does a call with no word.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], fallback: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy)
        self.fallback = fallback

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = self.lazy.get(cmd_name)
        if known is not None and known.target is not None:
            module, _, attribute = known.target.partition(":")
            command = getattr(importlib.import_module(module), attribute)
            assert isinstance(command, click.Command)
            return command
        return self._plugged_in(cmd_name)

    def _plugged_in(self, name: str) -> click.Command | None:
        from importlib.metadata import entry_points

        for point in entry_points(group=ENTRY_POINTS, name=name):
            try:
                command = point.load()
            except ImportError as error:
                raise click.ClickException(
                    f"the command {name!r} cannot be loaded: {error}; reinstall sqlcomplete"
                ) from error
            if not isinstance(command, click.Command):
                raise click.ClickException(f"the command {name!r} of {point.value} is no command")
            return command
        return None

    # click ends the process itself where a write finds no reader, with the code of a failure: so
    # the error leaves us under another name.
    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except BrokenPipeError as error:
            raise ReaderLeftError from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeftError from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A shell that completes a line wants our commands, not the fallback's options.
        words = list(args) if ctx.resilient_parsing else self._with_fallback(list(args))
        return super().parse_args(ctx, words)

    def _with_fallback(self, args: list[str]) -> list[str]:
        """Puts the fallback's name before the first word that is neither ours nor a command."""
        flags: dict[str, bool] = {"--help": False}
        for parameter in self.params:
            if isinstance(parameter, click.Option):
                takes_value = not (parameter.is_flag or parameter.count)
                flags.update(
                    dict.fromkeys((*parameter.opts, *parameter.secondary_opts), takes_value)
                )
        at = 0
        while at < len(args):
            word = args[at]
            name = word.split("=", 1)[0]
            if name not in flags:
                break
            at += 2 if flags[name] and "=" not in word else 1
        if at < len(args) and not self._is_for_fallback(args[at]):
            return args
        if at >= len(args) and any(word in ("--help", "--version") for word in args):
            return args
        return [*args[:at], self.fallback, *args[at:]]

    def _is_for_fallback(self, word: str) -> bool:
        if word in self.lazy:
            return False
        if word.startswith("-"):
            return True
        return bool(_SOURCE.search(word)) or _exists(word)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is not None:
            return name, command, args[1:]
        if name in self.lazy:
            raise click.UsageError(
                f"the command {name!r} is not installed: install sqlcomplete as a package "
                "(pip install .)",
                ctx,
            )
        near = difflib.get_close_matches(name, self.lazy, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"commands: {', '.join(self.lazy)}"
        raise click.UsageError(f"no command, file or database {name[:80]!r}: {hint}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self.lazy.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # click's own would load every command for its help, which takes the interface toolkits in.
        commands = [
            CompletionItem(name, help=lazy.help)
            for name, lazy in self.lazy.items()
            if name.startswith(incomplete)
        ]
        options = click.Command.shell_complete(self, ctx, incomplete)
        files = [] if commands else [CompletionItem(incomplete, type="file")]
        return [*commands, *options, *files]


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False
