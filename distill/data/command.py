"""`python -m distill mix RECIPE --inputs INPUTS --out FOLDER`: one corpus of several."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from distill.corpus import QUERIES, SCHEMAS, read_corpora
from distill.data.drawing import REPORT
from distill.data.mix import Mix, mixed
from distill.data.report import markdown, report
from distill.data.settings import MixError, MixRecipe

PAGE = "MIX.md"
LEFT_OUT = "left_out.jsonl"


@click.command("mix")
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder that the recipe's paths begin at.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--length", default=1024, show_default=True, help="Tokens of a training pack.")
def command(recipe: Path, inputs: Path, out: Path, length: int) -> None:
    """Write the corpus that RECIPE's section `mix` describes, and a report of it."""
    from distill.recipe.command import find

    said = MixRecipe.read(find(recipe))
    folders = {inputs / folder: name for name, folder in said.corpora.items()}
    away = {inputs / folder: name for name, folder in said.mix.held_out.items()}
    mix = mixed(
        read_corpora(folders, names=folders),
        said.mix,
        held_out=read_corpora(away, names=away),
        shares=said.shares,
        length=length,
    )
    found = report(mix, said.mix)
    write_mix(mix, found, out)
    left = sum(sum(counts.values()) for counts in found["left_out"].values())
    click.echo(json.dumps({"out": str(out), "statements": len(mix.chosen), "left_out": left}))


def write_mix(mix: Mix, found: Mapping[str, Any], out: Path) -> None:
    """Writes the corpus, its report and the ids of what was left out: all of it, or nothing. A
    mix that stands there is replaced. Raises: MixError, when something else does."""
    if out.exists() and not (out / REPORT).is_file():
        raise MixError(f"{out}: is there and no mix (no {REPORT}); name another folder with --out")
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _write(fresh / QUERIES, ({**asdict(s), "split": "train"} for s in mix.chosen))
    _write(fresh / SCHEMAS, (record.document for record in mix.schemas.values()))
    _write(
        fresh / LEFT_OUT,
        (
            {
                "id": left.statement.id,
                "source": left.statement.source,
                "db_id": left.statement.db_id,
                "reason": left.reason,
                "twin": left.twin,
            }
            for left in mix.left_out
        ),
    )
    (fresh / REPORT).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (fresh / PAGE).write_text(markdown(found), encoding="utf-8")
    if out.exists():
        shutil.rmtree(out)
    fresh.rename(out)


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
