"""The ablation: rows that differ in one thing, resumed, compared on the very same tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from click.testing import CliRunner
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.__main__ import distill
from distill.ablation.paired import OnPack, difference, mean_nats
from distill.ablation.rows import ROWS
from distill.ablation.table import Result, as_markdown, result_of
from distill.donor import save_model
from distill.recipe import command as recipe_command
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)
STATEMENTS = (
    "SELECT name, country FROM customers WHERE country = 'DE' ORDER BY name",
    "SELECT status, COUNT(*) FROM orders GROUP BY status",
    "SELECT id FROM orders WHERE total > 10 AND status = 'paid'",
    "UPDATE orders SET status = 'paid' WHERE id = 7",
)
TABLES = {"customers": ("id", "name", "country"), "orders": ("id", "status", "total")}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than models of this size do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with both splits, a model of two small layers, a recipe."""
    folder = tmp_path_factory.mktemp("ablation")
    corpus = folder / "corpus"
    corpus.mkdir()
    schemas, queries = [], []
    for db_id, split in (("shop", "train"), ("store", "dev")):
        tables = [{"name": t, "columns": [{"name": c} for c in cs]} for t, cs in TABLES.items()]
        schemas.append({"db_id": db_id, "dialect": "sqlite", "tables": tables})
        queries += [
            {"id": f"{db_id}{i}", "db_id": db_id, "source": "test", "dialect": "sqlite"}
            | {"question": None, "sql": sql, "split": split}
            for i, sql in enumerate(STATEMENTS)
        ]
    for name, lines in (("schemas", schemas), ("queries", queries)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (corpus / f"{name}.jsonl").write_text(text)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(TOKENIZER),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=512,
        tie_word_embeddings=True,
    )
    save_model(Qwen2ForCausalLM(config), TOKENIZER, folder / "start")
    said = {
        "name": "tiny",
        "donor": "start",
        "corpora": {"people": "corpus"},
        "length": 192,
        "agents": {"rounds": 1, "per_seed": 1, "workers": 0},
        "teachers": [{"name": "t", "sft": {"rate": 1e-3}}],
        "student": {"of": "t"},
        "fusion": {"rate": 1e-3, "rounded_from": 0},
    }
    (folder / "tiny.yaml").write_text(yaml.safe_dump(said))
    return folder


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs stages in this process, and names those that ran: a process each takes seconds."""
    names: list[str] = []

    def run(command: Sequence[str]) -> int:
        names.append(command[0])
        distill.main(list(command), standalone_mode=False)
        return 0

    monkeypatch.setattr(recipe_command, "_run", run)
    return names


def ablate(inputs: Path, work: Path, *more: str) -> str:
    words = ["ablate", str(inputs / "tiny.yaml"), "--inputs", str(inputs), "--work", str(work)]
    words += ["--start", str(inputs / "start"), "--steps", "2", "--dev-packs", "2", *more]
    found = CliRunner().invoke(distill, words)
    if found.exception is not None:
        raise found.exception
    return found.output


def test_rows_are_trained_measured_and_not_done_again(
    inputs: Path, tmp_path: Path, ran: list[str]
) -> None:
    rows = "donor,raw,agents,sft,fusion-k1,fusion-reverse"
    ablate(inputs, tmp_path, "--rows", rows)
    assert ran.count("sft") == 2
    assert ran.count("fuse") == 3
    assert ran.count("logits") == 1
    document = json.loads((tmp_path / "ablation.json").read_text())
    found = {row["name"]: row for row in document["rows"]}
    assert list(found) == [row.name for row in ROWS if row.name in rows.split(",")]
    for name in ("raw", "sft"):
        nats = found[name]["nats"]["people"]["rounded"]
        assert nats < found["donor"]["nats"]["people"]["rounded"]
        said = found[name]["difference"]["people"]["rounded"]["mean"]
        assert said == pytest.approx(nats - found["donor"]["nats"]["people"]["rounded"])
    page = (tmp_path / "ablation.md").read_text()
    assert page.count("\n| fusion-k1 |") == 1
    # What is left to do: one row that was lost, and no stage below it.
    ran.clear()
    lost = next((tmp_path / "results").glob("fusion-reverse-*"))
    lost.unlink()
    ablate(inputs, tmp_path, "--rows", rows)
    assert ran == ["fuse"]
    assert json.loads((tmp_path / "ablation.json").read_text()) == document
    assert not list((tmp_path / "rows").glob("*/checkpoint"))


def test_other_settings_are_another_row(inputs: Path, tmp_path: Path, ran: list[str]) -> None:
    ablate(inputs, tmp_path, "--rows", "donor,raw")
    ablate(inputs, tmp_path, "--rows", "donor,raw", "--steps", "3")
    assert len(list((tmp_path / "results").glob("raw-*.json"))) == 2
    assert len(list((tmp_path / "results").glob("donor-*.json"))) == 1


def test_the_plan_is_printed_and_nothing_runs(inputs: Path, tmp_path: Path, ran: list[str]) -> None:
    said = ablate(inputs, tmp_path / "w", "--dry-run", "--keystrokes", "3")
    for row in ROWS:
        assert f"keystrokes {row.name}-" in said
    assert ran == []
    assert not (tmp_path / "w").exists()


def test_an_unknown_row_and_lone_logits_are_refused(inputs: Path, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no row 'nothing'"):
        ablate(inputs, tmp_path, "--rows", "nothing")
    assert not (tmp_path / "results").exists()


def test_a_paired_difference_knows_noise_from_effect() -> None:
    chance = np.random.default_rng(1)
    hard = chance.uniform(0.2, 3.0, 40)
    base = [OnPack(100, 100 * h, 50) for h in hard]
    # Packs differ by nats, the two models by a twentieth: only the pairing shows it.
    better = [OnPack(100, 100 * (h - 0.05 + e), 50) for h, e in zip(hard, noise(40), strict=True)]
    found = difference(better, base)
    assert found.mean == pytest.approx(-0.05, abs=0.01)
    assert found.clear
    assert found.error < 0.01
    alike = [OnPack(100, 100 * (h + e), 50) for h, e in zip(hard, noise(40), strict=True)]
    assert abs(difference(alike, base).mean) < 0.01
    assert mean_nats(base) == pytest.approx(hard.mean())
    with pytest.raises(ValueError, match="different packs"):
        difference(base[1:], base)


def noise(count: int) -> np.ndarray:
    return np.asarray(np.random.default_rng(2).normal(0, 0.02, count))


def test_one_pack_has_no_error_and_is_never_called_clear() -> None:
    found = difference([OnPack(10, 1.0, 5)], [OnPack(10, 9.0, 5)])
    assert not found.clear


def test_the_table_marks_noise() -> None:
    donor, raw = ROWS[0], next(row for row in ROWS if row.name == "raw")
    one = {"exact": (OnPack(10, 10, 5), OnPack(10, 20, 5))}
    two = {"exact": (OnPack(10, 12, 5), OnPack(10, 17, 5))}
    results = [
        Result(row, {"c": {**ways, "rounded": ways["exact"]}}, {"c": (0.5, (0.4, 0.6))})
        for row, ways in ((donor, one), (raw, two))
    ]
    page = as_markdown(results, {"steps": 2})
    assert "-0.0500 ± 0.2500 to donor (noise)" in page
    assert "50.0% (40.0% to 60.0%)" in page


def test_keystrokes_stand_beside_the_loss_of_the_same_corpus() -> None:
    packs = [{"labelled": 4, "nats": 2.0, "hits": 3}] * 2
    figures = {"overall": {"saved": 0.25, "saved_interval": [0.2, 0.3]}}
    measured = {"corpora": {"people": {"exact": packs, "rounded": packs}}}
    replayed = {"systems": [{"corpora": {"people": figures}}]}
    page = as_markdown([result_of(ROWS[0], measured, replayed)], {})
    assert "| 0.5000 | 0.5000 | 75.0% | - | 25.0% (20.0% to 30.0%) |" in page
