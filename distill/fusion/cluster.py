"""Collects logits over Ray Data: each actor holds the teacher, and shards of packs stream through.

Actors write the shards themselves, so the folders must be shared by the machines. A kill loses the
shards in flight, and the same command goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from distill.fixed_packs import FixedPacks
from distill.fusion.collect import collect_shard, prepare
from distill.fusion.errors import FusionError
from distill.fusion.teacher import load_teacher


def collect_on_ray(
    packs: FixedPacks,
    teacher: Path,
    out: Path,
    *,
    k: int = 10,
    rounded: bool = False,
    actors: int = 2,
    address: str | None = None,
    report: Callable[[dict[str, object]], None] = lambda _: None,
) -> None:
    """Collects what is missing with so many actors, on the cluster at `address` or on this machine;
    an actor takes a GPU where the cluster has any.

    Raises: FusionError, when Ray is missing, or the folder holds other logits.
    """
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise FusionError("--ray needs Ray; pip install 'sqlcomplete[ray]'") from error
    # The manifest is written, or compared, before any actor starts.
    missing = prepare(packs, load_teacher(teacher, packs.tokenizer, rounded=rounded), out, k)
    if not missing:
        return
    own = not ray.is_initialized()
    if own:
        ray.init(
            address=address,
            num_cpus=None if address else actors + 1,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        rows = [{"shard": number} for number in missing]
        done = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
            _Reader,
            fn_constructor_args=(packs.folder.resolve(), teacher.resolve(), out.resolve()),
            fn_constructor_kwargs={"k": k, "rounded": rounded},
            concurrency=min(actors, len(rows)),
            num_gpus=1 if ray.cluster_resources().get("GPU") else None,
        )
        started = time.monotonic()
        tokens = 0
        for row in done.iter_rows():
            tokens += int(row["labelled"])
            report(
                {
                    "shard": int(row["shard"]),
                    "labelled": tokens,
                    "labelled_per_s": round(tokens / (time.monotonic() - started), 1),
                }
            )
    finally:
        if own:
            ray.shutdown()


class _Reader:
    """One actor: the teacher, read once, and the shards that come to it."""

    def __init__(self, packs: Path, teacher: Path, out: Path, *, k: int, rounded: bool) -> None:
        torch.set_flush_denormal(True)
        self._packs = FixedPacks(packs)
        self._teacher = load_teacher(teacher, self._packs.tokenizer, rounded=rounded)
        self._out = out
        self._k = k

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        number = int(row["shard"])
        labelled = collect_shard(self._packs, self._teacher, self._out, number, self._k)
        return {"shard": number, "labelled": labelled}
