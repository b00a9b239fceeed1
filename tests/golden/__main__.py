"""Prints how the engine's answers differ from the golden files, or renews these."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from .differences import Difference, differences, table
from .record import DIALECTS, FOLDER, completer_of, read, record, statements, written


@click.command()
@click.option("--renew", is_flag=True, help="Write the golden files anew.")
@click.option("--dialect", "chosen", multiple=True, type=click.Choice(DIALECTS))
@click.option("--rows", default=60, show_default=True, help="Changes to print at most.")
def main(renew: bool, chosen: tuple[str, ...], rows: int) -> None:
    """Compares the engine's answers at every cursor with the golden files. Exits with 1 where they
    differ and are not renewed."""
    found: list[Difference] = []
    for dialect in chosen or DIALECTS:
        completer = completer_of(dialect)
        path = FOLDER / "expected" / f"{dialect}.txt"
        golden = read(path)
        parts = []
        for number, text in enumerate(statements(dialect)):
            answers = tuple(record(text, completer))
            found += differences(dialect, golden, text, answers)
            parts.append(written(number, text, answers))
        if renew:
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(parts), encoding="utf-8")
    console = Console()
    if found:
        console.print(table(found, rows))
    else:
        console.print("no difference")
    sys.exit(1 if found and not renew else 0)


if __name__ == "__main__":
    main()
