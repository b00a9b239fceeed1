"""Collects a teacher's top-K logits, teacher-forced on the tokens of fixed packs.

`python -m distill logits PACKS --teacher CHECKPOINT --out FOLDER --top-k 10` goes on where it was
broken off: a shard is there whole or not at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import torch

from distill.fixed_packs import FixedPacks
from distill.fusion.errors import FusionError
from distill.fusion.store import (
    LogitsManifest,
    PackLogits,
    read_manifest,
    shard_path,
    write_manifest,
    write_shard,
)
from distill.fusion.teacher import Teacher, load_teacher

# Raised whenever the values that are written change.
CODE = "top-k/1"


def collect_shard(packs: FixedPacks, teacher: Teacher, out: Path, number: int, k: int) -> int:
    """Writes the logits of one shard of packs; returns the labelled tokens."""
    found = []
    with teacher.reading():
        for pack in packs.shard(number):
            found.append(PackLogits(pack, teacher.read(pack, k)))
    write_shard(shard_path(out, number), found, len(packs.tokenizer))
    return sum(len(f.kept.tail) for f in found)


def prepare(packs: FixedPacks, teacher: Teacher, out: Path, k: int) -> list[int]:
    """Writes the folder's manifest, or compares it; returns the shards that are still missing.

    Raises: FusionError, when the folder holds logits of another teacher, data, tokenizer or K.
    """
    if not 1 <= k <= len(packs.tokenizer):
        raise FusionError(f"top-K of {k}: give 1 to {len(packs.tokenizer)}, the vocabulary's size")
    wanted = LogitsManifest(
        data=packs.manifest.data,
        tokenizer=packs.manifest.tokenizer,
        teacher=teacher.fingerprint,
        alignment=teacher.alignment,
        top_k=k,
        vocabulary=len(packs.tokenizer),
        code=CODE,
    )
    standing = read_manifest(out)
    if standing is None:
        write_manifest(out, wanted)
    else:
        standing.refuse_unless(wanted, out)
    shards = range(len(packs.manifest.shards))
    return [n for n in shards if not shard_path(out, n).exists()]


def collect(
    packs: FixedPacks,
    teacher: Teacher,
    out: Path,
    *,
    k: int = 10,
    minutes: float | None = None,
    shards: Iterable[int] | None = None,
    report: Callable[[dict[str, object]], None] = lambda _: None,
) -> bool:
    """Collects what is missing, for `minutes` at most (a shard begun is finished); true when all
    is there. `shards` limits the work to some. Raises: FusionError."""
    missing = prepare(packs, teacher, out, k)
    if shards is not None:
        allowed = set(shards)
        missing = [n for n in missing if n in allowed]
    started = time.monotonic()
    tokens = 0
    for done, number in enumerate(missing):
        spent = time.monotonic() - started
        if minutes is not None and spent > minutes * 60:
            return False
        tokens += collect_shard(packs, teacher, out, number, k)
        spent = time.monotonic() - started
        report(
            {
                "shard": number,
                "left": len(missing) - done - 1,
                "labelled": tokens,
                "labelled_per_s": round(tokens / spent, 1),
                "bytes": shard_path(out, number).stat().st_size,
            }
        )
    return True


@click.command()
@click.argument("packs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--teacher",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A checkpoint folder, or a folder of a Hugging Face model.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--top-k", default=10, show_default=True, help="Tokens kept of each distribution.")
@click.option("--minutes", type=float, help="Stop after so long; the same command goes on.")
@click.option("--ray", "actors", type=click.IntRange(1), help="Over Ray Data, with so many actors.")
@click.option("--ray-address", help="A cluster that exists; this machine otherwise.")
@click.option("--rounded", is_flag=True, help="Read the teacher with its weights on the int4 grid.")
def logits(
    packs: Path,
    teacher: Path,
    out: Path,
    top_k: int,
    minutes: float | None,
    actors: int | None,
    ray_address: str | None,
    rounded: bool,
) -> None:
    """Collect a teacher's top-K logits on fixed packs, going on where it was broken off."""
    torch.set_flush_denormal(True)
    fixed = FixedPacks(packs)
    whole = True

    def report(line: dict[str, object]) -> None:
        click.echo(json.dumps(line))

    if actors is None:
        reader = load_teacher(teacher, fixed.tokenizer, rounded=rounded)
        whole = collect(fixed, reader, out, k=top_k, minutes=minutes, report=report)
    else:
        # Imported here: it imports this module, and Ray only when it runs.
        from distill.fusion.cluster import collect_on_ray

        if minutes is not None:
            raise click.UsageError("--minutes is for one process; stop a Ray run by SIGINT")
        collect_on_ray(
            fixed,
            teacher,
            out,
            k=top_k,
            rounded=rounded,
            actors=actors,
            address=ray_address,
            report=report,
        )
    size = sum(p.stat().st_size for p in out.glob("shard-*.safetensors"))
    click.echo(json.dumps({"out": str(out), "whole": whole, "megabytes": round(size / 1e6, 2)}))
