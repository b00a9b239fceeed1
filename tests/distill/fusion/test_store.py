"""Packs on disk, logits collected on them, and every mismatch refused."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from tiny import TOKENIZER, make_packs, tiny_model

from distill.donor import load_model, save_model
from distill.fixed_packs import FixedPacks, FixedSupply, PacksError
from distill.fixed_packs import packs as packs_command
from distill.forward import exact_logits, labelled
from distill.fusion.cluster import collect_on_ray
from distill.fusion.collect import collect
from distill.fusion.collect import logits as logits_command
from distill.fusion.errors import FusionError
from distill.fusion.loss import top_k
from distill.fusion.store import LogitsStore, shard_path
from distill.fusion.teacher import load_teacher


@pytest.fixture(scope="module")
def logits(packs: FixedPacks, teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("logits") / "logits"
    assert collect(packs, load_teacher(teacher, packs.tokenizer), out, k=5)
    return out


def test_the_same_seed_fixes_the_same_packs(corpus: Path, tmp_path: Path) -> None:
    one, two = (make_packs(corpus, tmp_path / name) for name in ("one", "two"))
    other = make_packs(corpus, tmp_path / "three", seed=2)
    assert one.manifest == two.manifest
    assert one.manifest.data != other.manifest.data
    assert one.manifest.labelled == sum(p.labelled for p in one)


def test_an_epoch_hands_out_every_pack_once_and_goes_on_exactly(packs: FixedPacks) -> None:
    supply = FixedSupply(packs, seed=3)
    first = [p.id for p in supply.take(6)]
    state = supply.state()
    second = [p.id for p in supply.take(6)]
    assert sorted(first) == sorted(second) == sorted(p.id for p in packs)
    assert first != second
    again = FixedSupply(packs, seed=99)
    again.restore(state)
    assert [p.id for p in again.take(6)] == second


def test_a_changed_pack_is_refused(corpus: Path, tmp_path: Path) -> None:
    made = make_packs(corpus, tmp_path / "packs")
    path = tmp_path / "packs" / made.manifest.shards[0][0]
    raw = bytearray(path.read_bytes())
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + size])
    raw[8 + size + header["tokens"]["data_offsets"][0]] ^= 1
    path.write_bytes(raw)
    with pytest.raises(PacksError, match="not what its hash says"):
        list(FixedPacks(tmp_path / "packs"))


def test_rows_are_the_teachers_own_at_the_labelled_tokens(
    packs: FixedPacks, teacher: Path, logits: Path
) -> None:
    model, _ = load_model(teacher)
    store = LogitsStore(logits, packs)
    pack = packs.pack(3)
    asked = labelled(pack, torch.device("cpu"))
    with torch.no_grad():
        whole = exact_logits(model, torch.from_numpy(pack.tokens), asked)[: asked.count]
        # By hand, without the shift's function: the row before each labelled token.
        all_rows = model(input_ids=torch.from_numpy(pack.tokens)[None]).logits[0]
    rows = [t - 1 for t in range(1, len(pack.labels)) if pack.labels[t] >= 0]
    assert torch.allclose(whole, all_rows[rows], atol=1e-4)
    kept = store.rows(pack)
    expected = top_k(whole, 5)
    assert len(kept.tail) == pack.labelled
    # The processor's bf16 and the disk's fp16 are what parts them.
    assert (kept.tokens[:, 0] == expected.tokens[:, 0]).float().mean() > 0.9
    assert (kept.logprobs - expected.logprobs).abs().mean() < 0.05
    mass = kept.logprobs.exp().sum(-1) + kept.tail.exp()
    assert torch.allclose(mass, torch.ones_like(mass), atol=5e-3)


def test_a_token_costs_4k_and_3_bytes(packs: FixedPacks, logits: Path) -> None:
    store = LogitsStore(logits, packs)
    overhead = 3 * 1100 / packs.manifest.labelled  # shards' headers: these are tiny shards
    assert 4 * 5 + 3 <= store.bytes_per_token() < 4 * 5 + 3 + overhead


def test_a_broken_off_collection_goes_on_and_is_the_same(
    packs: FixedPacks, teacher: Path, logits: Path, tmp_path: Path
) -> None:
    reader = load_teacher(teacher, packs.tokenizer)
    out = tmp_path / "logits"
    assert not collect(packs, reader, out, k=5, minutes=0) or not shard_path(out, 0).exists()
    collect(packs, reader, out, k=5, shards=[1])
    (out / "shard-00000.safetensors.new").write_bytes(b"half a shard")
    assert LogitsStore(out, packs).covered == [2, 3]
    before = shard_path(out, 1).stat().st_mtime_ns
    assert collect(packs, reader, out, k=5)
    assert shard_path(out, 1).stat().st_mtime_ns == before
    for number in range(3):
        assert shard_path(out, number).read_bytes() == shard_path(logits, number).read_bytes()


def test_logits_of_another_teacher_k_or_data_are_refused(
    packs: FixedPacks, corpus: Path, teacher: Path, student: Path, logits: Path, tmp_path: Path
) -> None:
    with pytest.raises(FusionError, match=r"teacher's weights' fingerprint is .* but this one is"):
        collect(packs, load_teacher(student, packs.tokenizer), logits, k=5)
    with pytest.raises(FusionError, match="top-K is 5"):
        collect(packs, load_teacher(teacher, packs.tokenizer), logits, k=6)
    others = make_packs(corpus, tmp_path / "others", seed=2)
    with pytest.raises(FusionError, match="packs' fingerprint is"):
        collect(others, load_teacher(teacher, packs.tokenizer), logits, k=5)
    with pytest.raises(FusionError, match="of other packs"):
        LogitsStore(logits, others)


def test_a_pack_with_other_tokens_under_the_same_id_is_refused(
    packs: FixedPacks, logits: Path
) -> None:
    pack = packs.pack(0)
    tokens = pack.tokens.copy()
    tokens[-1] += 1
    with pytest.raises(FusionError, match="of other tokens"):
        LogitsStore(logits, packs).rows(replace(pack, tokens=tokens))
    with pytest.raises(FusionError, match="no logits of pack"):
        LogitsStore(logits, packs).rows(replace(pack, id="p99999999"))


def test_fewer_of_what_is_stored_are_what_fewer_would_have_stored(
    packs: FixedPacks, teacher: Path, logits: Path, tmp_path: Path
) -> None:
    collect(packs, load_teacher(teacher, packs.tokenizer), tmp_path / "two", k=2)
    two = LogitsStore(tmp_path / "two", packs).rows(packs.pack(1))
    first = LogitsStore(logits, packs, top_k=2).rows(packs.pack(1))
    assert torch.equal(first.tokens, two.tokens)
    assert torch.equal(first.logprobs, two.logprobs)
    assert torch.allclose(first.tail, two.tail, atol=5e-3)
    with pytest.raises(FusionError, match="holds the top 5, not 6"):
        LogitsStore(logits, packs, top_k=6)


def test_a_damaged_shard_is_named(packs: FixedPacks, teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "logits"
    collect(packs, load_teacher(teacher, packs.tokenizer), out, k=3)
    shard_path(out, 1).write_bytes(b"\x00" * 40)
    with pytest.raises(FusionError, match=r"shard-00001\.safetensors: damaged"):
        LogitsStore(out, packs)


def test_without_ray_the_command_says_what_to_install(
    packs: FixedPacks, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(FusionError, match=r"pip install 'sqlcomplete\[ray\]'"):
        collect_on_ray(packs, teacher, tmp_path / "logits", k=3)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_local_ray_collects_the_same_logits(
    packs: FixedPacks, teacher: Path, logits: Path, tmp_path: Path
) -> None:
    pytest.importorskip("ray.data")
    out = tmp_path / "logits"
    collect(packs, load_teacher(teacher, packs.tokenizer), out, k=5, shards=[1])
    lines: list[dict[str, object]] = []
    collect_on_ray(packs, teacher, out, k=5, actors=1, report=lines.append)
    assert sorted(int(str(line["shard"])) for line in lines) == [0, 2]
    for pack in packs:
        one, two = (LogitsStore(folder, packs).rows(pack) for folder in (out, logits))
        assert (one.tokens == two.tokens).float().mean() > 0.99
        assert torch.allclose(one.logprobs, two.logprobs, atol=0.05)


def test_the_teachers_fingerprint_is_its_weights_not_its_optimisers(tmp_path: Path) -> None:
    save_model(tiny_model(1), TOKENIZER, tmp_path / "a")
    save_model(tiny_model(1), TOKENIZER, tmp_path / "b")
    (tmp_path / "b" / "state.pt").write_bytes(b"x")
    a, b = (load_teacher(tmp_path / n, TOKENIZER).fingerprint for n in "ab")
    assert a == b
    assert load_teacher(tmp_path / "a", TOKENIZER, rounded=True).fingerprint != a


def test_the_commands_make_packs_and_logits(corpus: Path, teacher: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    out = tmp_path / "packs"
    arguments = [str(corpus), "--tokenizer", str(teacher), "--out", str(out)]
    made = runner.invoke(packs_command, [*arguments, "--tokens", "400", "--length", "192"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.output)["labelled"] >= 400
    done = runner.invoke(
        logits_command,
        [str(out), "--teacher", str(teacher), "--out", str(tmp_path / "logits"), "--top-k", "4"],
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.output.splitlines()[-1])["whole"] is True
    again = runner.invoke(packs_command, [*arguments, "--packs", "2"])
    assert isinstance(again.exception, PacksError)
    assert np.array_equal(FixedPacks(out).pack(0).tokens, FixedPacks(out).pack(0).tokens)
