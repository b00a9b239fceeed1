"""The exported folders say what the checkpoint says, and parity measures how nearly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from export_models import TOKENIZER, random_packs, tiny_model

from distill.__main__ import distill
from distill.donor import load_model, save_model
from distill.export import export_int4
from distill.export.command import export
from distill.export.embedded import size_in_wheel
from distill.export.rounding import Method
from distill.from_onnx import load_from_onnx
from distill.parity.command import parity
from distill.parity.compare import Agreement, agreement, as_markdown, compare
from distill.parity.scorers import ReferenceScorer, TorchScorer, divergence, greedy
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.session import Session

PROMPTS = [list(map(int, p.tokens[:20])) for p in random_packs(3, seed=5)]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoint")
    save_model(tiny_model(), TOKENIZER, folder)
    return folder


@pytest.fixture(scope="module")
def exported(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_int4(checkpoint, folder, name="tiny", packs=random_packs(2))
    return folder


def kl_of(checkpoint: Path, folder: Path) -> float:
    session, exact = Session.load(folder), TorchScorer(tiny_model())
    return sum(
        divergence(exact.logits(p, positions=20), session.logits(p, positions=20)) for p in PROMPTS
    ) / len(PROMPTS)


def test_the_shipped_graph_says_what_torch_says(checkpoint: Path, exported: Path) -> None:
    assert kl_of(checkpoint, exported) < 0.01
    about = json.loads((exported / "model.json").read_text())
    assert about == {"name": "tiny", "layers": 2, "key_value_heads": 1, "head_size": 32}


def test_the_graph_holds_the_rounded_weights_and_comes_back_into_torch(exported: Path) -> None:
    model, _ = load_from_onnx(exported)
    exact = tiny_model().state_dict()
    for name, weight in model.state_dict().items():
        deviation = float(exact[name].std()) if exact[name].ndim > 1 else 1.0
        assert float((weight - exact[name]).abs().max()) < deviation, name
    session = Session.load(exported)
    assert (
        divergence(
            TorchScorer(model).logits(PROMPTS[0], positions=20),
            session.logits(PROMPTS[0], positions=20),
        )
        < 0.003
    )  # the kernel's int8 activations


def test_each_method_exports_and_the_default_is_the_most_exact(
    checkpoint: Path, exported: Path, tmp_path: Path
) -> None:
    found = {Method.MIXED: kl_of(checkpoint, exported)}
    for method in (Method.BUILDER, Method.NEAREST, Method.GPTQ):
        packs = random_packs(16, length=128)
        export_int4(checkpoint, tmp_path / method, name="t", packs=packs, method=method)
        found[method] = kl_of(checkpoint, tmp_path / method)
    assert found[Method.GPTQ] < found[Method.NEAREST]
    assert found[Method.MIXED] == min(found.values())


def test_a_graph_is_read_back_as_a_checkpoint(exported: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(distill, ["adapt", str(exported), "--out", str(tmp_path / "again")])
    assert done.exit_code == 0, done.output
    expected, _ = load_from_onnx(exported)
    again, tokenizer = load_model(tmp_path / "again")
    assert tokenizer.tokens == TOKENIZER.tokens
    assert all(torch.equal(w, again.state_dict()[n]) for n, w in expected.state_dict().items())


def test_on_the_grids_it_began_from_what_did_not_move_is_not_rounded_again(
    exported: Path, tmp_path: Path
) -> None:
    model, tokenizer = load_from_onnx(exported)
    began = {name: w.clone() for name, w in model.state_dict().items()}
    layer = model.model.layers[0].mlp.up_proj.weight.data
    layer += 0.02 * layer.std() * torch.randn(layer.shape)
    save_model(model, tokenizer, tmp_path / "tuned")
    packs = random_packs(2)
    export_int4(tmp_path / "tuned", tmp_path / "out", name="t", packs=packs, grids_of=exported)
    again, _ = load_from_onnx(tmp_path / "out")
    moved = [n for n, w in again.state_dict().items() if not torch.equal(w, began[n])]
    assert moved == ["model.layers.0.mlp.up_proj.weight"]
    with pytest.raises(ModelError, match=r"rows in the graph|no node of the graph"):
        save_model(tiny_model(layers=3), TOKENIZER, tmp_path / "other")
        export_int4(tmp_path / "other", tmp_path / "no", name="t", packs=(), grids_of=exported)


def test_a_limit_is_kept_or_refused(checkpoint: Path, exported: Path, tmp_path: Path) -> None:
    free = size_in_wheel(exported / "model.onnx")
    limit = free - 10_000
    export_int4(checkpoint, tmp_path / "a", name="t", packs=random_packs(1), limit=limit)
    assert limit - 20_000 < size_in_wheel(tmp_path / "a" / "model.onnx") <= limit
    with pytest.raises(ModelError, match="too large"):
        export_int4(checkpoint, tmp_path / "b", name="t", packs=random_packs(1), limit=20_000)


def test_greedy_goes_on_the_same_with_and_without_a_cache() -> None:
    model = tiny_model()
    scorer = TorchScorer(model)
    outputs = [greedy(scorer, prompt, 6) for prompt in PROMPTS]
    for prompt, output in zip(PROMPTS, outputs, strict=True):
        tokens = list(prompt)
        for token in output:
            with torch.no_grad():
                assert int(model(torch.tensor([tokens])).logits[0, -1].argmax()) == token
            tokens.append(token)
    assert [greedy(scorer, prompt, 6) for prompt in PROMPTS] == outputs


def test_agreement_counts_tokens_first_tokens_and_whole_outputs() -> None:
    expected = [[1, 2, 3, 4], [5, 6, 7, 8]]
    found = [[1, 2, 3, 4], [9, 6, 7, 0]]
    assert agreement(expected, found, None) == Agreement(2, 6 / 8, 0.5, 0.5, None)
    assert "75.0%" in as_markdown({"x": agreement(expected, found, 0.25)})


def test_divergence_is_the_sum_over_the_vocabulary() -> None:
    p, q = np.array([[0.0, np.log(3)]], np.float32), np.zeros((1, 2), np.float32)
    expected = 0.25 * np.log(0.25 / 0.5) + 0.75 * np.log(0.75 / 0.5)
    assert divergence(p, q) == pytest.approx(expected, rel=1e-6)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    table = {"name": "orders", "columns": [{"name": "id"}, {"name": "total"}]}
    schema = {"db_id": "shop", "dialect": "sqlite", "tables": [table]}
    (folder / "schemas.jsonl").write_text(json.dumps(schema) + "\n")
    lines = [
        {
            "id": f"q{i}",
            "db_id": "shop",
            "source": "test",
            "dialect": "sqlite",
            "question": None,
            "sql": f"SELECT total FROM orders WHERE id > {i}",
            "split": "dev" if i % 2 else "train",
        }
        for i in range(8)
    ]
    (folder / "queries.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_parity_measures_the_reference_and_the_shipped_graph(
    checkpoint: Path, exported: Path, corpus: Path, tmp_path: Path
) -> None:
    reference = tmp_path / "reference"
    run = CliRunner()
    done = run.invoke(export, [str(checkpoint), "--reference", str(reference)])
    assert done.exit_code == 0, done.output
    command = [str(checkpoint), str(exported), "--prompts", str(corpus), "--limit", "4"]
    command += ["--reference", str(reference), "--json", str(tmp_path / "p.json")]
    done = run.invoke(parity, [*command, "--length", "5"])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "p.json").read_text())
    assert found["reference graph"]["prompts"] == 4
    assert found["reference graph"]["tokens"] == 1
    assert abs(found["reference graph"]["kl"]) < 1e-5
    assert 0 < found["shipped graph"]["kl"] < 0.05


def test_a_back_end_that_says_something_else_is_seen() -> None:
    torch_scorer = TorchScorer(tiny_model())
    other = tiny_model()
    torch.nn.init.normal_(other.model.layers[0].mlp.up_proj.weight)
    result = compare(
        PROMPTS,
        torch_scorer,
        {"other": TorchScorer(other.eval())},
        {"constant": lambda prompts, count: [[1] * count for _ in prompts]},
        length=4,
    )
    assert result["other"].kl is not None
    assert result["other"].kl > 0.01
    assert result["constant"].whole == 0
    assert result["constant"].kl is None


def test_a_folder_without_a_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="--reference"):
        ReferenceScorer(tmp_path)


def test_the_command_exports_for_a_corpus(checkpoint: Path, corpus: Path, tmp_path: Path) -> None:
    # Packs have 1024 tokens: this checkpoint's context is shorter, which only the cache minds.
    run = CliRunner()
    done = run.invoke(
        export,
        [str(checkpoint), "--out", str(tmp_path / "out"), "--corpus", str(corpus), "--packs", "1"],
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "model.onnx").is_file()
    done = run.invoke(export, [str(checkpoint)])
    assert done.exit_code == 2
    assert "--out" in done.output
