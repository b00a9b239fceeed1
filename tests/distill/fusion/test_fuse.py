"""Training by fusion: the gradient does not depend on how a step is cut up, runs resume exactly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file
from tiny import TOKENIZER, make_packs, tiny_model

from distill.donor import load_model, save_model
from distill.fixed_packs import FixedPacks, FixedSupply
from distill.fusion.collect import collect
from distill.fusion.errors import FusionError
from distill.fusion.fuse import Fusion, FusionSettings, fuse
from distill.fusion.identifiers import identifier_mask
from distill.fusion.loss import dense_divergence
from distill.fusion.schedules import Ramp, TeacherOrder
from distill.fusion.store import LogitsStore
from distill.fusion.teacher import EqualTeacher, load_teacher
from distill.loop import Settings, add_step_gradient, train
from distill.packs import Pack
from distill.parallel import Alone
from distill.sft import CrossEntropy


@pytest.fixture(scope="module")
def logits(packs: FixedPacks, teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("logits") / "logits"
    collect(packs, load_teacher(teacher, packs.tokenizer), out, k=10)
    return out


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """fp32 throughout: bf16 gradients differ in their third digit."""
    monkeypatch.setattr("torch.ops.mkldnn._is_mkldnn_bf16_supported", lambda: False)
    yield


def gradient(
    fusion: Fusion, packs: list[Pack], *, done: float = 0.0, parts: list[Alone] | None = None
) -> torch.Tensor:
    model = tiny_model(1)
    for part in parts or [Alone()]:
        add_step_gradient(model, fusion, packs, done, part)
    return torch.cat([p.grad.reshape(-1) for p in model.parameters() if p.grad is not None])


class _Part(Alone):
    """One of several processes, which the test adds up itself."""

    def __init__(self, rank: int, world: int) -> None:
        self.rank = rank
        self.world = world


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("identifier_weight", [1.0, 2.5])
def test_a_steps_gradient_does_not_depend_on_order_accumulation_epoch_or_processes(
    packs: FixedPacks, logits: Path, identifier_weight: float
) -> None:
    settings = FusionSettings(identifier_weight=identifier_weight)
    fusion = Fusion([LogitsStore(logits, packs)], TOKENIZER, settings)
    supply = FixedSupply(packs, seed=1)
    first, second = supply.take(6), supply.take(6)
    assert [p.id for p in first] != [p.id for p in second]
    whole = gradient(fusion, first)
    # An epoch later, in another order.
    assert torch.allclose(gradient(fusion, second), whole, rtol=1e-4, atol=1e-7)
    # Over two processes with three packs each, over four with unequal parts.
    for world in (2, 4):
        parts: list[Alone] = [_Part(rank, world) for rank in range(world)]
        assert torch.allclose(gradient(fusion, first, parts=parts), whole, rtol=1e-4, atol=1e-7)
    # As one sum over all tokens, divided once, without the loop.
    model = tiny_model(1)
    total = sum(fusion.loss(model, p, 0.0)[0] for p in first)
    assert isinstance(total, torch.Tensor)
    (total / sum(fusion.weight(p) for p in first)).backward()
    by_hand = torch.cat([p.grad.reshape(-1) for p in model.parameters() if p.grad is not None])
    assert torch.allclose(by_hand, whole, rtol=1e-4, atol=1e-7)


def test_a_pack_without_a_labelled_token_teaches_nothing(
    packs: FixedPacks, teacher: Path, logits: Path
) -> None:
    whole = packs.pack(0)
    empty = Pack(whole.tokens, np.full_like(whole.labels, -100), "p00000000")
    reader = load_teacher(teacher, TOKENIZER)
    with reader.reading():
        assert len(reader.read(empty, 10).tail) == 0
    model = tiny_model(1)
    sums = add_step_gradient(model, CrossEntropy(), [empty], 0.0)
    assert sums["weight"] == sums["loss"] == 0
    assert all(p.grad is None or (p.grad == 0).all() for p in model.parameters())


@pytest.mark.usefixtures("exact")
def test_with_the_whole_vocabulary_stored_it_is_online_distillation(
    packs: FixedPacks, teacher: Path, tmp_path: Path
) -> None:
    out = tmp_path / "whole"
    collect(packs, load_teacher(teacher, TOKENIZER), out, k=len(TOKENIZER))
    fusion = Fusion([LogitsStore(out, packs)], TOKENIZER, FusionSettings(alpha=Ramp(1.0, 1.0)))
    reader = load_teacher(teacher, TOKENIZER)
    assert isinstance(reader, EqualTeacher)
    student = tiny_model(1)
    online = EqualTeacher(student, "student")
    pack = packs.pack(2)
    with reader.reading():
        dense = dense_divergence(online.logits(pack), reader.logits(pack)).sum()
    found, _ = fusion.loss(student, pack, 0.0)
    # The disk's fp16 is what parts them.
    assert abs(float(found.detach() - dense)) / float(dense) < 1e-3


@pytest.mark.usefixtures("exact")
def test_alpha_zero_is_sft_on_the_same_packs(packs: FixedPacks, logits: Path) -> None:
    fusion = Fusion([LogitsStore(logits, packs)], TOKENIZER, FusionSettings(alpha=Ramp(0.0, 0.0)))
    model = tiny_model(1)
    for pack in packs:
        one, _ = fusion.loss(model, pack, 0.5)
        two, _ = CrossEntropy().loss(model, pack, 0.5)
        assert torch.allclose(one, two, rtol=1e-5)


def run(packs: FixedPacks, student: Path, logits: Path, out: Path, *more: str) -> list[str]:
    arguments = [str(packs.folder), "--student", str(student), "--logits", str(logits)]
    arguments += ["--out", str(out), "--packs-per-step", "2", *more]
    done = CliRunner().invoke(fuse, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


def weights(out: Path) -> dict[str, torch.Tensor]:
    return load_file(out / "checkpoint" / "model.safetensors")


def test_a_student_comes_nearer_to_its_teacher(
    packs: FixedPacks, student: Path, logits: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    run(packs, student, logits, out, "--steps", "30", "--alpha", "0.5:1", "--rate", "0.01")
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert log[-1]["divergence"] < log[0]["divergence"] * 0.7
    assert [line["step"] for line in log] == [10, 20, 30]
    model, tokenizer = load_model(out / "checkpoint")
    assert len(tokenizer) == model.config.vocab_size


def test_a_run_broken_off_goes_on_exactly(
    packs: FixedPacks, student: Path, logits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--steps", "9", "--rounded-from", "0.5", "--temperature", "2:1:cosine")
    run(packs, student, logits, tmp_path / "whole", *options)
    real = FixedSupply.take

    def stop(self: FixedSupply, count: int) -> list[Pack]:
        if self.position >= 8:
            os.kill(os.getpid(), 15)
        return real(self, count)

    with monkeypatch.context() as patch:
        patch.setattr(FixedSupply, "take", stop)
        with pytest.raises(Exception, match="stopped at step 5, saved"):
            run(packs, student, logits, tmp_path / "cut", *options)
    with (tmp_path / "cut" / "log.jsonl").open("a") as file:
        file.write('{"step": 8, "lost": true}\n')
    # A kill between two renames leaves the checkpoint under its old name.
    (tmp_path / "cut" / "checkpoint").rename(tmp_path / "cut" / "checkpoint.old")
    run(packs, student, logits, tmp_path / "cut", *options)
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.equal(whole[name], cut[name]) for name in whole)
    assert "lost" not in (tmp_path / "cut" / "log.jsonl").read_text()


def test_a_run_goes_on_with_what_it_was_begun_with_or_not_at_all(
    packs: FixedPacks, corpus: Path, student: Path, logits: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    run(packs, student, logits, out, "--steps", "2")
    with pytest.raises(FusionError, match="begun with another fusion"):
        run(packs, student, logits, out, "--steps", "4", "--alpha", "0.9")
    with pytest.raises(FusionError, match="of other packs"):
        others = make_packs(corpus, tmp_path / "others", seed=5)
        run(others, student, logits, tmp_path / "new", "--steps", "2")
    with pytest.raises(FusionError, match="always sure"):
        more = ("--steps", "1", "--top-k", "1", "--tail", "renormalise")
        run(packs, student, logits, tmp_path / "new", *more)
    foreign = tmp_path / "foreign"
    shorter = type(TOKENIZER)(TOKENIZER.tokens[:-1], [], list(TOKENIZER.specials))
    save_model(tiny_model(1, vocabulary=len(shorter)), shorter, foreign)
    with pytest.raises(FusionError, match="make packs with the student's --tokenizer"):
        run(packs, foreign, logits, tmp_path / "new", "--steps", "2")


def test_a_collection_under_way_trains_on_what_is_there_and_says_so(
    packs: FixedPacks, student: Path, teacher: Path, tmp_path: Path
) -> None:
    collect(packs, load_teacher(teacher, TOKENIZER), tmp_path / "logits", k=3, shards=[2])
    lines = run(packs, student, tmp_path / "logits", tmp_path / "run", "--steps", "2")
    assert "2 of 6 packs have every teacher's logits" in lines


def test_checkpoints_of_runs_before_packs_were_fixed_still_resume(
    corpus: Path, tmp_path: Path
) -> None:
    from distill.corpus import read_corpora
    from distill.packs import Packer, training_sources

    def packer() -> Packer:
        return Packer(training_sources(read_corpora([corpus])), TOKENIZER, length=128, seed=1)

    out = tmp_path / "run"
    model = tiny_model(1)
    settings = Settings(minutes=9, steps=3, length=128)
    train(model, packer(), CrossEntropy(), settings, out, tokenizer=TOKENIZER)
    path = out / "checkpoint" / "state.pt"
    state = torch.load(path, weights_only=False)
    state["chance"] = state.pop("supply")["chance"]
    torch.save(state, path)
    drawn = packer()
    train(model, drawn, CrossEntropy(), settings, out, tokenizer=TOKENIZER)
    assert drawn.drawn == 3
    expected = packer()
    expected.take(3)
    assert (drawn.draw().tokens == expected.draw().tokens).all()


def test_names_are_found_among_the_labelled_tokens(packs: FixedPacks) -> None:
    pack = packs.pack(0)
    mask = identifier_mask(pack, TOKENIZER)
    targets = pack.labels[1:][pack.labels[1:] >= 0]
    assert mask.shape == targets.shape
    named = "".join(
        TOKENIZER.token_text[t] if m else " " for t, m in zip(targets.tolist(), mask, strict=True)
    )
    words = {w.lower() for w in named.split() if len(w) > 1}
    # The pack's end may cut the last word short.
    assert {"total", "orders", "id"} <= words
    assert not words & {"select", "from", "where", "and"}


def test_schedules_and_the_order_of_teachers() -> None:
    assert [Ramp(0.2, 0.8).at(x) for x in (0, 0.5, 1)] == pytest.approx([0.2, 0.5, 0.8])
    assert Ramp(0.0, 1.0, "cosine").at(0.25) == pytest.approx(0.1464, abs=1e-3)
    assert TeacherOrder(2).shares(0.9) == (0.5, 0.5)
    order = TeacherOrder(3, "sequence")
    assert order.shares(0.0) == (1, 0, 0)
    assert order.shares(0.5) == (0, 1, 0)
    assert order.shares(1.0) == (0, 0, 1)
    assert order.shares(1 / 3) == pytest.approx((0.5, 0.5, 0), abs=1e-6)
    for step in range(101):
        shares = order.shares(step / 100)
        assert sum(shares) == pytest.approx(1)
        assert min(shares) >= 0


@pytest.mark.slow
@pytest.mark.parametrize("option", [(), ("--fsdp",)], ids=["data-parallel", "fsdp"])
def test_two_processes_train_what_one_does(
    packs: FixedPacks, student: Path, logits: Path, tmp_path: Path, option: tuple[str, ...]
) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    arguments = ["distill", "fuse", str(packs.folder), "--student", str(student)]
    arguments += ["--logits", str(logits), "--packs-per-step", "4", "--rounded-from", "1"]
    start = [sys.executable, "-m"]
    torchrun = [*start, "torch.distributed.run", "--nproc-per-node", "2", "--standalone", "-m"]

    def go(command: list[str], out: str, steps: int, *more: str) -> None:
        done = subprocess.run(
            [*command, *arguments, "--steps", str(steps), "--out", str(tmp_path / out), *more],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2000:]

    go(torchrun, "two", 3, *option)
    go(start, "one", 3)
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    worst = max(float((value - two[name]).abs().max()) for name, value in one.items())
    # Adam's first steps are of the rate's size whatever the gradient: the order in which bf16
    # products are summed shows at a hundredth of it.
    assert worst < 2e-5
    # What several processes began one can go on with, and the other way round.
    steps = {"one": start, "two": torchrun}
    (tmp_path / "one").rename(tmp_path / "swap")
    (tmp_path / "two").rename(tmp_path / "one")
    (tmp_path / "swap").rename(tmp_path / "two")
    go(steps["one"], "one", 5)
    go(steps["two"], "two", 5, *option)
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    worst = max(float((value - two[name]).abs().max()) for name, value in one.items())
    assert worst < 4e-5
