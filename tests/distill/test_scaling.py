"""A run keeps its weights on its way; the curve of its loss is measured once, on equal packs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill import scaling
from distill.ablation.paired import OnPack
from distill.corpus import read_corpora
from distill.donor import save_model
from distill.loop import TrainingError
from distill.packs import Packer, training_sources
from distill.sft import Settings, train
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)


def tiny_model() -> Qwen2ForCausalLM:
    torch.manual_seed(0)
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(TOKENIZER),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=1,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=512,
            tie_word_embeddings=True,
        )
    )


def write_corpus(folder: Path) -> Path:
    folder.mkdir()
    tables = [{"name": "orders", "columns": [{"name": "id"}, {"name": "total"}]}]
    schemas, queries = [], []
    for split in ("train", "dev"):
        schemas.append({"db_id": split, "dialect": "sqlite", "tables": tables})
        queries += [
            {
                "id": f"{split}{i}",
                "db_id": split,
                "source": "s",
                "dialect": "sqlite",
                "question": None,
                "sql": f"SELECT total FROM orders WHERE id > {i}",
                "split": split,
            }
            for i in range(12)
        ]
    for name, lines in (("schemas", schemas), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    return folder


def test_a_runs_curve_is_measured_once_and_falls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = write_corpus(tmp_path / "shop")
    run, donor = tmp_path / "run", tmp_path / "donor"
    model = tiny_model()
    donor.mkdir()
    save_model(model, TOKENIZER, donor)
    run.mkdir()
    (run / "run.json").write_text(json.dumps({"donor": str(donor)}))
    settings = Settings(
        minutes=60, steps=24, learning_rate=3e-3, length=128, quantised_from=1, keep_at=(500, 1500)
    )
    packer = Packer(training_sources(read_corpora([corpus])), TOKENIZER, length=128, seed=1)
    train(model, packer, settings, run)
    assert sorted(p.name for p in (run / "kept").iterdir()) == ["1500", "500"]
    words = [str(run), str(corpus), "--packs", "3", "--length", "128"]
    first = CliRunner().invoke(scaling.command, words)
    assert first.exit_code == 0, first.output
    rows = [line.split("|")[1:-1] for line in first.output.splitlines()[2:]]
    assert [int(row[0].replace(",", "")) for row in rows] == [0, 500, 1500, 24 * 128]
    nats = [float(row[1]) for row in rows]
    assert nats == sorted(nats, reverse=True)
    assert rows[0][2].strip() == ""
    change = float(rows[1][2].split("±")[0])
    assert change == pytest.approx(nats[1] - nats[0], abs=2e-4)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("measured twice")

    monkeypatch.setattr(scaling, "on_packs", never)
    assert CliRunner().invoke(scaling.command, words).output == first.output
    other = CliRunner().invoke(scaling.command, [*words, "--seed", "9"])
    assert isinstance(other.exception, AssertionError)


def test_a_run_broken_off_keeps_again_what_it_passes_again(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "shop")
    packer = Packer(training_sources(read_corpora([corpus])), TOKENIZER, length=128, seed=1)
    (tmp_path / "run" / "kept" / "200").mkdir(parents=True)
    settings = Settings(minutes=60, steps=2, length=128, quantised_from=1, keep_at=(200, 9999))
    train(tiny_model(), packer, settings, tmp_path / "run")
    assert [p.name for p in (tmp_path / "run" / "kept").iterdir()] == ["200"]
    assert (tmp_path / "run" / "kept" / "200" / "model.safetensors").exists()
    assert [tokens for tokens, _ in scaling.checkpoints(tmp_path / "run")] == [200, 256]


def test_no_run_and_no_measurements_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no run with a checkpoint"):
        scaling.checkpoints(tmp_path)
    (tmp_path / "scaling.json").write_text("{}")
    with pytest.raises(TrainingError, match="not measurements of this form"):
        scaling._known(tmp_path / "scaling.json")


def test_the_table_has_paired_differences() -> None:
    points = [
        scaling.Point(0, {"a": (OnPack(10, 20.0, 1), OnPack(10, 22.0, 1))}),
        scaling.Point(1_000_000, {"a": (OnPack(10, 19.0, 1), OnPack(10, 21.0, 1))}),
    ]
    assert scaling.table(points).splitlines()[2:] == [
        "| 0 | 2.1000 |  |",
        "| 1,000,000 | 2.0000 | -0.1000 ± 0.0000 |",
    ]
