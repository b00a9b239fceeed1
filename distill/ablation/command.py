"""`python -m distill ablate RECIPE --start CHECKPOINT --steps N`: the table, or what is left of it.

A row's result is a file of its own, named by the fingerprint of all that decides it: a run that was
killed goes on with the rows that are left, and a row of other settings is another row.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from distill.ablation.rows import ROWS, Row
from distill.ablation.stages import Plan, own, shared
from distill.ablation.table import Result, as_json, as_markdown, result_of
from distill.fingerprint import weights_fingerprint
from distill.fixed_packs import FixedPacks, write_whole
from distill.fusion.errors import FusionError
from distill.fusion.store import LogitsStore
from distill.loop import last_checkpoint
from distill.recipe.command import find, follow, print_stages
from distill.recipe.model import RecipeError, read_recipe
from distill.recipe.plan import CHECKPOINT, Stage
from distill.recipe.stamps import combined, ingredients

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_START = "The checkpoint that every row begins with."
_TEACHER = "Whose logits are poured in.  [default: the start itself]"
_ROWS = "These rows alone, separated by commas.  [default: all]"
_SEEDS = "Statements that the agents begin with, the same ones for every row."
_KEYSTROKES = "Replay so many statements a corpus with an int4 graph of each row."
_KEEP = "Keep the rows' checkpoints."
_ANY_CODE = "Go on with what another version of the code made."


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option("--start", required=True, type=_FOLDER, help=_START)
@click.option("--teacher", type=_FOLDER, help=_TEACHER)
@click.option("--inputs", type=_FOLDER, default=Path(), help="Folder the recipe's paths begin at.")
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--steps", required=True, type=click.IntRange(1), help="Of every row's training.")
@click.option("--rows", "names", help=_ROWS)
@click.option("--seeds", default=600, show_default=True, type=click.IntRange(1), help=_SEEDS)
@click.option("--packs", type=_FOLDER, help="Packs that exist, for the rows that train on packs.")
@click.option("--logits", type=_FOLDER, help="The teacher's logits of them, likewise.")
@click.option(
    "--dev-packs", default=12, show_default=True, type=click.IntRange(2), help="A corpus."
)
@click.option("--keystrokes", default=0, show_default=True, help=_KEYSTROKES)
@click.option("--seed", default=1, show_default=True, help="Of all chance.")
@click.option("--keep", is_flag=True, help=_KEEP)
@click.option("--dry-run", is_flag=True, help="Print the rows and their commands; run nothing.")
@click.option("--any-code", is_flag=True, help=_ANY_CODE)
def ablate(
    recipe: Path,
    start: Path,
    teacher: Path | None,
    inputs: Path,
    work: Path,
    steps: int,
    names: str | None,
    seeds: int,
    packs: Path | None,
    logits: Path | None,
    dev_packs: int,
    keystrokes: int,
    seed: int,
    keep: bool,
    dry_run: bool,
    any_code: bool,
) -> None:
    """Train and measure RECIPE's stages one at a time, at equal steps; write ablation.md."""
    rows = _chosen(names)
    if logits is not None and packs is None:
        raise click.UsageError("--logits goes with --packs: whose logits are they?")
    weights = {
        "start": weights_fingerprint(start),
        "teacher": weights_fingerprint(teacher or start),
    }
    if packs is not None:
        weights |= _of_packs(packs, logits, rows, weights["teacher"])
    plan = Plan(
        recipe=read_recipe(find(recipe)),
        inputs=inputs.absolute(),
        work=work.absolute(),
        start=start.absolute(),
        teacher=(teacher or start).absolute(),
        weights=weights,
        steps=steps,
        seeds=seeds,
        dev_packs=dev_packs,
        keystrokes=keystrokes,
        packs=packs.absolute() if packs else None,
        logits=logits.absolute() if logits else None,
        seed=seed,
    )
    if dry_run:
        print_stages("ablation", _all_stages(plan, rows))
        return
    results: list[Result] = []
    way = "rounded" if plan.fusion.rounded_from < 1 else "exact"
    about = {"steps": steps, "start": start.name, "dev packs a corpus": dev_packs, "seed": seed}
    for row in rows:
        results.append(_result(plan, row, _tops(rows), keep=keep, any_code=any_code))
        document = as_json(results, {**about, "weights": weights, "recipe": plan.recipe.name})
        write_whole(work / "ablation.json", json.dumps(document, indent=1) + "\n")
        write_whole(work / "ablation.md", as_markdown(results, about, way))
    click.echo((work / "ablation.md").read_text(encoding="utf-8"), nl=False)


def _chosen(names: str | None) -> list[Row]:
    """Raises: RecipeError, for a row that there is not."""
    known = {row.name: row for row in ROWS}
    wanted = [name.strip() for name in names.split(",") if name.strip()] if names else list(known)
    for name in wanted:
        if name not in known:
            raise RecipeError(f"--rows: no row {name!r}; there are {', '.join(known)}")
    return [row for row in ROWS if row.name in wanted]


def _of_packs(
    packs: Path, logits: Path | None, rows: Sequence[Row], teacher: str
) -> dict[str, str]:
    """Fingerprints of what was given. Raises: FusionError, when it does not belong together."""
    fixed = FixedPacks(packs)
    found = {"packs": fixed.manifest.data}
    if logits is not None:
        store = LogitsStore(logits, fixed, top_k=_tops(rows))
        if store.manifest.teacher != teacher:
            raise FusionError(
                f"{logits}: of a teacher {store.manifest.teacher}, but this one is {teacher}"
            )
        if len(store.covered) < len(fixed):
            raise FusionError(
                f"{logits}: has {len(store.covered)} of {len(fixed)} packs; the rows without a "
                "teacher would train on others"
            )
        found["logits"] = f"{store.manifest.teacher}/{store.manifest.top_k}"
    return found


def _tops(rows: Sequence[Row]) -> int:
    """The largest K: what fewer keep is a part of it."""
    return max([row.top_k for row in rows if row.top_k is not None], default=1)


def _made(stages: Sequence[Stage]) -> dict[str, str]:
    made: dict[str, str] = {}
    for stage in stages:
        parts = ingredients(stage, made)
        made[stage.name] = combined({k: v for k, v in parts.items() if k != "code"})
    return made


def _result(plan: Plan, row: Row, tops: int, *, keep: bool, any_code: bool) -> Result:
    below = shared(plan, row, tops)
    made = _made(below)
    mark, stages = own(plan, row, made)
    folder = plan.work / "rows" / f"{row.name}-{mark}"
    path = plan.work / "results" / f"{folder.name}.json"
    if path.exists():
        click.echo(f"{row.name}: done", err=True)
    else:
        # A kill between two renames leaves the checkpoint under its other name.
        last_checkpoint(folder)
        every = (*below, *stages)
        follow(every, plan.work, chosen=[s.name for s in every], any_code=any_code)
        replayed = _read(folder / "keystrokes.json") if plan.keystrokes else None
        document = {"row": row.name, "measured": _read(folder / "measure.json")}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({**document, "replayed": replayed}) + "\n")
        if not keep:
            shutil.rmtree(folder / CHECKPOINT, ignore_errors=True)
    try:
        found = _read(path)
        return result_of(row, found["measured"], found["replayed"])
    except (KeyError, TypeError, IndexError) as error:
        raise RecipeError(f"{path}: not a row's result ({error}); remove it") from error


def _all_stages(plan: Plan, rows: Sequence[Row]) -> list[Stage]:
    stages: dict[str, Stage] = {}
    for row in rows:
        below = shared(plan, row, _tops(rows))
        _, mine = own(plan, row, {stage.name: "" for stage in below})
        stages |= {stage.name: stage for stage in (*below, *mine)}
    return list(stages.values())


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(f"{path}: cannot be read ({error}); remove it") from error
