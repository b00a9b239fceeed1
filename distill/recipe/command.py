"""`python -m distill run RECIPE`: runs a recipe's stages, or goes on where it was broken off."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from distill.recipe.model import RecipeError, read_recipe
from distill.recipe.plan import Stage, plan
from distill.recipe.stamps import Stamps, combined, ingredients

_INPUTS = "Folder that the recipe's paths begin at."
_WORK = "Folder for all that is made.  [default: runs/NAME]"
_STAGE = "Run this stage alone (those it needs must be there); repeatable."
_ANY_CODE = "Go on with artifacts that another version of the code made."


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--inputs", type=click.Path(path_type=Path), default=Path(), help=_INPUTS)
@click.option("--work", type=click.Path(path_type=Path), help=_WORK)
@click.option("--stage", "chosen", multiple=True, help=_STAGE)
@click.option("--dry-run", is_flag=True, help="Print the plan; run nothing.")
@click.option("--any-code", is_flag=True, help=_ANY_CODE)
def run(
    recipe: Path,
    inputs: Path,
    work: Path | None,
    chosen: tuple[str, ...],
    dry_run: bool,
    any_code: bool,
) -> None:
    """Make the model that RECIPE describes: a file, or the name of one that ships."""
    said = read_recipe(find(recipe))
    folder = (work or Path("runs") / said.name).absolute()
    stages = plan(said, folder, inputs.absolute())
    names = [stage.name for stage in stages]
    for name in chosen:
        if name not in names:
            raise RecipeError(f"{recipe}: no stage {name!r}; there are {', '.join(names)}")
    if dry_run:
        print_stages(said.name, stages)
        return
    follow(stages, folder, chosen=chosen or tuple(names), any_code=any_code)


def find(recipe: Path) -> Path:
    """The recipe's file: as it is named, or of that name among those that ship.

    Raises: RecipeError.
    """
    if recipe.exists():
        return recipe
    shipped = Path(__file__).parent.parent / "recipes"
    path = shipped / f"{recipe.name.removesuffix('.yaml')}.yaml"
    if path.exists():
        return path
    known = ", ".join(sorted(p.stem for p in shipped.glob("*.yaml")))
    raise RecipeError(f"{recipe}: no such file, and no recipe of that name; there are {known}")


def follow(
    stages: Sequence[Stage], work: Path, *, chosen: Sequence[str], any_code: bool = False
) -> None:
    """Runs the chosen stages that are not done, each in a process of its own.

    Raises: RecipeError, when an artifact is stale, an input is missing or a stage fails.
    """
    stamps = Stamps(work)
    made: dict[str, str] = {}
    for stage in stages:
        parts = ingredients(stage, made)
        made[stage.name] = combined({k: v for k, v in parts.items() if k != "code"})
        done = stamps.done(stage, parts, any_code=any_code)
        if done or stage.name not in chosen:
            if done:
                click.echo(f"{stage.name}: done", err=True)
            continue
        for name in stage.needs:
            if not next(s for s in stages if s.name == name).writes.exists():
                raise RecipeError(f"{stage.name}: needs stage {name!r}, which has not run")
        stamps.write(stage, parts, whole=False)
        for path, text in stage.text.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        click.echo(f"{stage.name}: {_line(stage)}", err=True)
        began = time.monotonic()
        code = _run(stage.command)
        if code != 0:
            raise RecipeError(
                f"{stage.name}: ended with exit code {code}; the same command goes on from there"
            )
        stamps.write(stage, parts, whole=True)
        click.echo(f"{stage.name}: {time.monotonic() - began:.0f} s", err=True)


def _run(command: Sequence[str]) -> int:
    """Runs a command of ours and returns its exit code. Told to end, it tells the command to, and
    waits while that saves itself."""
    with subprocess.Popen([sys.executable, "-m", "distill", *command]) as child, _told_on(child):
        return child.wait()


@contextmanager
def _told_on(child: subprocess.Popen[bytes]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(s, lambda number, _: child.send_signal(number)) for s in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def print_stages(name: str, stages: Sequence[Stage]) -> None:
    """Prints what each stage would run, with an estimate of its time and size."""
    click.echo(f"{name}: {len(stages)} stages; times on two cores, with no GPU")
    for stage in stages:
        click.echo(f"{stage.name}: about {stage.minutes:.0f} min, {stage.megabytes:,.0f} MB")
        click.echo(f"    {_line(stage)}")
    minutes = sum(stage.minutes for stage in stages)
    size = sum(stage.megabytes for stage in stages)
    click.echo(f"in all about {minutes / 60:.1f} h, {size / 1000:.1f} GB")


def _line(stage: Stage) -> str:
    return shlex.join(["python", "-m", "distill", *stage.command])
