"""The command `sqlcomplete`: what its commands are, and how every failure ends in one line.

Exit codes: 0 fine, 1 problems found, 2 a user's error, 70 a defect of ours, 130 interrupted,
141 the reader of our output went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from sqlcomplete.cli.config import load_config
from sqlcomplete.cli.group import Lazy, LazyGroup, ReaderLeftError
from sqlcomplete.cli.options import COMMANDS_WITH_TABLES
from sqlcomplete.errors import SqlcompleteError

PROGRAM = "sqlcomplete"
COMPLETE_VARIABLE = "_SQLCOMPLETE_COMPLETE"
DEBUG_VARIABLE = "SQLCOMPLETE_DEBUG"

EXIT_DEFECT = 70
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141

# In the order of the help. Those without a target come from the packages above the engine.
COMMANDS = {
    "edit": Lazy("Open the editor on a database or a DDL file (what runs without a command)."),
    "complete": Lazy(
        "Complete the SQL in a file at a cursor.", "sqlcomplete.cli.complete:complete"
    ),
    "serve": Lazy("Answer completions over HTTP, on this machine only by default."),
    "lsp": Lazy("Complete SQL in any editor, over the language server protocol."),
    "schema": Lazy("Show or refresh what is known of a database.", "sqlcomplete.cli.schema:schema"),
    "train": Lazy("Learn how a company writes SQL from its schema and query logs."),
    "demo": Lazy("Show it at work on a bundled database."),
    "models": Lazy(
        "List, compare, choose, export and remove models.", "sqlcomplete.cli.models:models"
    ),
    "doctor": Lazy(
        "Check the installation and time a completion.", "sqlcomplete.cli.doctor:doctor"
    ),
    "config": Lazy("Show the settings in force.", "sqlcomplete.cli.settings:config"),
    "completion": Lazy("Print a shell's completion script.", "sqlcomplete.cli.shells:completion"),
}


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from sqlcomplete.cli.versions import version_of

        click.echo(f"{PROGRAM} {version_of('sqlcomplete')}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    fallback="edit",
    subcommand_metavar="[COMMAND | URL | FILE] ...",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The configuration file. Also: SQLCOMPLETE_CONFIG.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version.",
)
@click.pass_context
def cli(ctx: click.Context, config_file: Path | None) -> None:
    """SQL completion from a small local model, held to your live schema.

    With a database URL or a file and no command, opens the editor on it.
    """
    loaded = load_config(config_file)
    ctx.obj = loaded
    defaults: dict[str, object] = {name: loaded.for_command(name) for name in COMMANDS_WITH_TABLES}
    shared = loaded.for_command("schema")
    defaults["schema"] = {"show": shared, "refresh": shared}
    ctx.default_map = defaults


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns the process's exit code; `None` takes sys.argv's."""
    try:
        return _run(arguments)
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        _say(error.format_message())
        return 2
    except SqlcompleteError as error:
        _say(str(error))
        return error.exit_code
    except (BrokenPipeError, ReaderLeftError):
        # The interpreter flushes stdout once more at its end: let that go nowhere.
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 (a device, not a path)
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        _say(
            f"internal error: {type(error).__name__}: {error}; "
            f"set {DEBUG_VARIABLE}=1 to see where, and please report it"
        )
        return EXIT_DEFECT


def _run(arguments: Sequence[str] | None) -> int:
    result = cli.main(
        args=None if arguments is None else list(arguments),
        prog_name=PROGRAM,
        complete_var=COMPLETE_VARIABLE,
        standalone_mode=False,
    )
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _say(message: str) -> None:
    line = " ".join(message.split())
    click.echo(f"{PROGRAM}: {line}", err=True)


def main() -> None:
    """The entry point."""
    # A terminal that cannot show a character shows a mark instead of an error.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run())
