"""Training on a corpus the test writes: packs, steps that lower the loss, a resumed run."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.corpus import Statement, read_corpora
from distill.donor import load_model
from distill.packs import IGNORED, Packer, training_sources
from distill.quantise import fake_quantised, round_to_int4
from distill.samples import make_sample, tidy
from distill.sft import Settings, bits_per_byte, train
from sqlcomplete.model.prompt import END, PREFIX, SPECIALS, SUFFIX
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)


def tiny_model() -> Qwen2ForCausalLM:
    torch.manual_seed(0)
    return Qwen2ForCausalLM(
        Qwen2Config(
            vocab_size=len(TOKENIZER),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
        )
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    schema = {
        "db_id": "shop",
        "dialect": "sqlite",
        "tables": [{"name": "orders", "columns": [{"name": "id"}, {"name": "total"}]}],
    }
    (folder / "schemas.jsonl").write_text(json.dumps(schema) + "\n")
    with (folder / "queries.jsonl").open("w") as file:
        for i in range(30):
            record = {
                "id": f"q{i}",
                "db_id": "shop",
                "source": "test",
                "dialect": "sqlite",
                "question": "How many orders?",
                "sql": f"SELECT total FROM orders WHERE id > {i}",
                "split": "train",
            }
            file.write(json.dumps(record) + "\n")
    return folder


def packer(corpus: Path, seed: int = 1) -> Packer:
    return Packer(training_sources(read_corpora([corpus])), TOKENIZER, length=256, seed=seed)


def test_a_pack_counts_loss_on_what_is_written_alone(corpus: Path) -> None:
    pack = packer(corpus).draw()
    assert pack.tokens.shape == pack.labels.shape == (256,)
    counted = pack.labels != IGNORED
    assert (pack.labels[counted] == pack.tokens[counted]).all()
    said = TOKENIZER.decode(pack.tokens[counted].tolist())
    assert "SELECT total" in said
    assert "orders(id, total)" not in said
    assert not np.isin(pack.tokens[counted], [SUFFIX, PREFIX]).any()
    assert END in pack.tokens[counted]


def test_the_same_seed_draws_the_same_packs(corpus: Path) -> None:
    one, two = packer(corpus), packer(corpus)
    for _ in range(5):
        assert (one.draw().tokens == two.draw().tokens).all()


def test_passes_read_every_statement_before_one_again(corpus: Path) -> None:
    sources = training_sources(read_corpora([corpus]))

    def in_passes() -> Packer:
        return Packer(sources, TOKENIZER, length=256, seed=1, in_passes=True)

    read = in_passes()
    seen: list[str] = []
    sampled = read._sampled

    def noted(statement: Statement) -> tuple[list[int], list[int], list[int]]:
        seen.append(statement.id)
        return sampled(statement)

    read._sampled = noted  # type: ignore[method-assign]
    while read._unread.get(0) != []:
        read._drawn()
    # A statement that did not fit opens the next pack, and is sampled once more for it.
    once = [one for one, following in zip(seen, [*seen[1:], ""], strict=True) if one != following]
    assert sorted(once) == sorted(s.id for s in sources[0].statements)

    whole = in_passes()
    first = whole.take(5)
    again = in_passes()
    again.take(2)
    state = again.state()
    later = in_passes()
    again.take(1)
    later.restore(state)
    for pack, other in zip(later.take(3), first[2:], strict=True):
        assert (pack.tokens == other.tokens).all()


def test_a_sample_is_the_statement_cut_once(corpus: Path) -> None:
    statement = read_corpora([corpus])[0].statements[0]
    chance = random.Random(0)
    for _ in range(50):
        sample = make_sample(statement, chance, infill=1.0)
        whole = (sample.written + sample.suffix).lower()
        assert whole.endswith(statement.sql.lower())


def test_tidying_leaves_strings_alone() -> None:
    sql = "SELECT a ,  b FROM t WHERE c = 'x ,  y' AND d = sqlc.arg('day') ;"
    assert tidy(sql) == "SELECT a, b FROM t WHERE c = 'x ,  y' AND d = @day"


def test_training_lowers_the_loss_and_resumes(corpus: Path, tmp_path: Path) -> None:
    model = tiny_model()
    before, _ = bits_per_byte(model, packer(corpus, 9), 2)
    settings = Settings(minutes=60, steps=60, learning_rate=3e-3, length=256, quantised_from=0.7)
    train(model, packer(corpus), settings, _folder(tmp_path))
    after, accuracy = bits_per_byte(model, packer(corpus, 9), 2)
    assert after < before * 0.7
    assert accuracy > 0.3
    state = torch.load(_folder(tmp_path) / "checkpoint" / "state.pt", weights_only=False)
    # The run's steps are done: going on from its checkpoint adds no step.
    again, _ = load_model(_folder(tmp_path) / "checkpoint")
    train(again, packer(corpus), settings, _folder(tmp_path))
    later = torch.load(_folder(tmp_path) / "checkpoint" / "state.pt", weights_only=False)
    assert later["step"] == state["step"] == 60


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(exist_ok=True)
    return folder


def test_rounding_keeps_sixteen_levels_a_block_and_gives_the_weights_back() -> None:
    weight = torch.randn(4, 64)
    rounded = round_to_int4(weight)
    for block in rounded.reshape(-1, 32):
        assert len(block.unique()) <= 16
    assert (rounded - weight).abs().max() < 0.5
    model = tiny_model()
    exact = model.model.layers[0].mlp.up_proj.weight.detach().clone()
    with fake_quantised(model, active=True):
        assert not torch.equal(model.model.layers[0].mlp.up_proj.weight, exact)
    assert torch.equal(model.model.layers[0].mlp.up_proj.weight, exact)
