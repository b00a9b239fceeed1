"""`sqlcomplete completion`: the script that makes a shell complete our command line."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    \b
    bash: sqlcomplete completion bash > ~/.local/share/bash-completion/completions/sqlcomplete
    zsh:  sqlcomplete completion zsh > a folder of $fpath, as _sqlcomplete
    fish: sqlcomplete completion fish > ~/.config/fish/completions/sqlcomplete.fish
    """
    made = get_completion_class(shell)
    assert made is not None  # click has all three
    root = ctx.find_root()
    program = "sqlcomplete"
    script = made(root.command, {}, program, f"_{program.upper()}_COMPLETE")
    # Not source(): for bash it starts the shell to check its version, and there may be none here.
    click.echo(script.source_template % script.source_vars())
