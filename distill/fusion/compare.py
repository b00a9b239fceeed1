"""Measures stored top-K logits against online distillation over the whole vocabulary.

Both train the same student on the same packs for the same steps, each in a process of its own, so
that peak memory is its own. `python -m distill compare-kd PACKS --student S --teacher T --out F`
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import torch
from torch.nn import functional
from transformers import Qwen2ForCausalLM

from distill.donor import load_model
from distill.fixed_packs import FixedPacks, FixedSupply, write_whole
from distill.forward import default_device, half_precision, labelled, labelled_logits
from distill.fusion.collect import collect
from distill.fusion.errors import FusionError
from distill.fusion.fuse import Fusion, FusionSettings
from distill.fusion.loss import Divergence, dense_divergence
from distill.fusion.schedules import Ramp
from distill.fusion.store import LogitsStore
from distill.fusion.teacher import EqualTeacher, load_teacher
from distill.loop import Objective, add_step_gradient
from distill.packs import IGNORED, Pack
from distill.peak_memory import peak_megabytes


class OnlineDistillation:
    """The objective of online distillation: the teacher runs in every step, and the divergence is
    over the whole vocabulary."""

    def __init__(self, teacher: EqualTeacher, settings: FusionSettings) -> None:
        self.teacher = teacher
        self.settings = settings

    def weight(self, pack: Pack) -> float:
        """The labelled tokens."""
        return pack.labelled

    def loss(
        self, model: Qwen2ForCausalLM, pack: Pack, done: float
    ) -> tuple[torch.Tensor, Mapping[str, float]]:
        """The sum over the pack's labelled tokens."""
        device = next(model.parameters()).device
        asked = labelled(pack, device)
        alpha, temperature = self.settings.alpha.at(done), self.settings.temperature.at(done)
        with self.teacher.reading():
            theirs = self.teacher.logits(pack)
        logits = labelled_logits(model, torch.from_numpy(pack.tokens).to(device), asked)
        entropy = functional.cross_entropy(
            logits, asked.targets, reduction="sum", ignore_index=IGNORED
        )
        divergence = dense_divergence(
            logits[: asked.count], theirs, kind=self.settings.divergence, temperature=temperature
        ).sum()
        total = (1 - alpha) * entropy + alpha * temperature**2 * divergence
        return total, {
            "cross_entropy": float(entropy.detach()),
            "divergence": float(divergence.detach()),
        }


@dataclass(frozen=True, slots=True)
class Way:
    """One way of distilling, measured. `top_k` is None for online. `seconds` of each step, without
    the first; `peak_megabytes` of the process (of the GPU, where one is used); `losses` and
    `divergences` are means per labelled token, of each step."""

    top_k: int | None
    seconds: tuple[float, ...]
    peak_megabytes: float
    bytes_per_token: float | None
    losses: tuple[float, ...]
    divergences: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is to measure."""

    packs: Path
    student: Path
    teacher: Path
    logits: Path | None
    top_k: int | None
    steps: int
    packs_per_step: int
    rate: float
    settings: FusionSettings
    seed: int

    @property
    def chosen(self) -> list[int]:
        """The packs of these steps, each once."""
        return list(range(self.steps * self.packs_per_step))


def measure(job: Job) -> Way:
    """Trains for the steps of `job` in this process and measures them."""
    torch.set_flush_denormal(True)
    packs = FixedPacks(job.packs)
    device = default_device()
    model, tokenizer = load_model(job.student)
    model.to(device).train()
    store = LogitsStore(job.logits, packs, top_k=job.top_k) if job.logits else None
    objective: Objective
    if store is None:
        teacher = load_teacher(job.teacher, packs.tokenizer)
        assert isinstance(teacher, EqualTeacher)
        objective = OnlineDistillation(teacher, job.settings)
    else:
        objective = Fusion([store], tokenizer, job.settings)
    optimiser = torch.optim.AdamW(model.parameters(), lr=job.rate, betas=(0.9, 0.98), foreach=True)
    supply = FixedSupply(packs, seed=job.seed, chosen=job.chosen)
    seconds, losses, divergences = [], [], []
    for step in range(job.steps):
        chosen = supply.take(job.packs_per_step)
        started = time.perf_counter()
        sums = add_step_gradient(model, objective, chosen, step / job.steps)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        seconds.append(time.perf_counter() - started)
        weight = sums["weight"] or 1.0
        losses.append(sums["loss"] / weight)
        divergences.append(sums["divergence"] / weight)
    if device.type == "cuda":
        peak = torch.cuda.max_memory_allocated() / 1e6
    else:
        peak = peak_megabytes()
    return Way(
        top_k=store.top_k if store else None,
        seconds=tuple(seconds[1:] or seconds),
        peak_megabytes=peak,
        bytes_per_token=_bytes_per_token(store) if store else None,
        losses=tuple(losses),
        divergences=tuple(divergences),
    )


def _bytes_per_token(store: LogitsStore) -> float:
    """On disk, had only the store's `top_k` been kept."""
    one = 4 if store.manifest.vocabulary <= 1 << 16 else 6
    return store.bytes_per_token() - one * (store.manifest.top_k - store.top_k)


def gradient_agreement(job: Job, teacher: EqualTeacher) -> dict[str, float]:
    """On one pack and the untrained student: stored and online loss, their relative difference,
    and the cosine between the two gradients."""
    packs = FixedPacks(job.packs)
    device = default_device()
    model, tokenizer = load_model(job.student)
    model.to(device).train()
    assert job.logits is not None
    store = LogitsStore(job.logits, packs, top_k=job.top_k)
    pack = max((packs.pack(i) for i in job.chosen), key=lambda pack: pack.labelled)
    count = max(pack.labelled, 1)
    found = []
    objectives: tuple[Objective, ...] = (
        OnlineDistillation(teacher, job.settings),
        Fusion([store], tokenizer, job.settings),
    )
    for objective in objectives:
        model.zero_grad(set_to_none=True)
        with half_precision(device):
            loss, _ = objective.loss(model, pack, 0.0)
        (loss / count).backward()
        gradient = torch.cat([p.grad.reshape(-1) for p in model.parameters() if p.grad is not None])
        found.append((float(loss.detach()) / count, gradient))
    (online, one), (stored, two) = found
    return {
        "online_loss": online,
        "stored_loss": stored,
        "relative_difference": abs(stored - online) / max(abs(online), 1e-12),
        "gradient_cosine": _cosine(one, two),
    }


def _cosine(one: torch.Tensor, two: torch.Tensor) -> float:
    """In double precision: a sum of a hundred million squares in fp32 is off by per cents."""
    products = torch.zeros(3, dtype=torch.float64, device=one.device)
    for a, b in zip(one.split(1 << 22), two.split(1 << 22), strict=True):
        a, b = a.double(), b.double()
        products += torch.stack([a @ b, a @ a, b @ b])
    dot, first, second = products.tolist()
    return float(dot / max((first * second) ** 0.5, 1e-300))


def summary(online: Way, stored: Way) -> dict[str, object]:
    """The two side by side; ratios are stored over online."""
    seconds = statistics.median(stored.seconds), statistics.median(online.seconds)
    pairs = list(zip(stored.losses, online.losses, strict=True))
    return {
        "top_k": stored.top_k,
        "seconds_per_step": round(seconds[0], 3),
        "time_ratio": round(seconds[0] / seconds[1], 3),
        "peak_megabytes": round(stored.peak_megabytes),
        "memory_ratio": round(stored.peak_megabytes / online.peak_megabytes, 3),
        "bytes_per_token": round(stored.bytes_per_token or 0, 1),
        "loss_first_step": [round(v, 4) for v in pairs[0]],
        "loss_last_step": [round(v, 4) for v in pairs[-1]],
        "mean_relative_difference": round(
            statistics.fmean(abs(a - b) / max(abs(b), 1e-12) for a, b in pairs), 4
        ),
    }


def _apart(job: Job) -> Way:
    """Measures in a process of its own, which begins with nothing but what is imported."""
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")
    if "forkserver" in known:
        context.set_forkserver_preload([__name__])
    with context.Pool(1) as pool:
        return pool.apply(measure, (job,))


@click.command("compare-kd")
@click.argument("packs", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--student", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--teacher", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--top-k", "tops", default=(1, 10, 50), multiple=True, show_default=True)
@click.option("--steps", default=5, show_default=True)
@click.option("--packs-per-step", default=1, show_default=True)
@click.option("--rate", default=1e-4, show_default=True)
@click.option("--alpha", default=0.5, show_default=True)
@click.option("--temperature", default=1.0, show_default=True)
@click.option("--divergence", type=click.Choice(["forward", "reverse", "jsd"]), default="forward")
@click.option("--seed", default=1, show_default=True)
def command(
    packs: Path,
    student: Path,
    teacher: Path,
    out: Path,
    tops: tuple[int, ...],
    steps: int,
    packs_per_step: int,
    rate: float,
    alpha: float,
    temperature: float,
    divergence: Divergence,
    seed: int,
) -> None:
    """Measure stored top-K logits against online distillation over the whole vocabulary: time per
    step, peak memory, bytes per token, agreement of loss and gradient."""
    fixed = FixedPacks(packs)
    settings = FusionSettings(
        alpha=Ramp(alpha, alpha),
        temperature=Ramp(temperature, temperature),
        divergence=divergence,
    )
    job = Job(packs, student, teacher, None, None, steps, packs_per_step, rate, settings, seed)
    if len(job.chosen) > len(fixed):
        raise FusionError(f"{packs}: {len(fixed)} packs, and {len(job.chosen)} are needed")
    reader = load_teacher(teacher, fixed.tokenizer)
    if reader.alignment != "equal" or not isinstance(reader, EqualTeacher):
        raise FusionError(f"{teacher}: online distillation needs the packs' own tokenizer")
    # The teacher reads once, for the largest K: what fewer would have kept is a part of it.
    logits = out / "logits"
    started = time.perf_counter()
    collect(fixed, reader, logits, k=max(tops), shards=_shards(fixed, len(job.chosen)))
    collecting = time.perf_counter() - started
    agreements = {k: gradient_agreement(replace(job, logits=logits, top_k=k), reader) for k in tops}
    del reader
    online = _apart(job)
    about: dict[str, object] = {
        "seconds_per_step": round(statistics.median(online.seconds), 3),
        "peak_megabytes": round(online.peak_megabytes),
        "losses": [round(v, 4) for v in online.losses],
        "bytes_per_token_of_the_whole_in_fp16": 2 * len(fixed.tokenizer),
        "collecting_seconds_once": round(collecting, 2),
    }
    click.echo(json.dumps(about))
    ways = []
    for k in tops:
        line = summary(online, _apart(replace(job, logits=logits, top_k=k)))
        line["one_pack"] = {name: round(value, 5) for name, value in agreements[k].items()}
        ways.append(line)
        click.echo(json.dumps(line))
    report = {"fusion": asdict(settings), "online": about, "stored": ways}
    write_whole(out / "comparison.json", json.dumps(report, indent=1) + "\n")


def _shards(packs: FixedPacks, count: int) -> list[int]:
    """The shards that hold the first `count` packs."""
    found, held = [], 0
    for number, (_, packs_in_it) in enumerate(packs.manifest.shards):
        if held < count:
            found.append(number)
        held += packs_in_it
    return found
