"""A student of the teacher's most influential layers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from tiny import TOKENIZER, tiny_model

from distill.donor import load_model, save_model
from distill.fixed_packs import FixedPacks
from distill.fusion.errors import FusionError
from distill.fusion.prune import Measure, command, influence, keep_layers, prune


def with_an_idle_layer(number: int) -> torch.nn.Module:
    """A model one layer of which adds nothing to its input."""
    model = tiny_model(3, layers=4)
    layer = model.model.layers[number]
    torch.nn.init.zeros_(layer.self_attn.o_proj.weight)
    torch.nn.init.zeros_(layer.mlp.down_proj.weight)
    return model


@pytest.mark.parametrize("measure", ["cosine", "loss"])
def test_a_layer_that_does_nothing_has_no_influence(packs: FixedPacks, measure: Measure) -> None:
    found, whole = influence(with_an_idle_layer(2), list(packs)[:2], measure)
    assert whole > 0
    assert len(found) == 4
    assert abs(found[2]) < 1e-3
    assert min(abs(found[i]) for i in (0, 1, 3)) > 2 * abs(found[2])


def test_layers_go_in_steps_and_the_idle_one_first(packs: FixedPacks) -> None:
    student, kept, steps = prune(
        with_an_idle_layer(1), list(packs)[:2], 2, measure="cosine", at_once=1
    )
    assert steps[0].dropped == (1,)
    assert steps[0].loss_after == pytest.approx(steps[0].loss_before, abs=1e-3)
    assert len(steps) == 2
    assert len(student.model.layers) == len(kept) == 2
    assert set(steps[1].influence) == {0, 2, 3}
    with pytest.raises(FusionError, match="the model has 4"):
        prune(with_an_idle_layer(1), list(packs)[:1], 5)


def test_keeping_all_layers_changes_nothing(packs: FixedPacks) -> None:
    model = tiny_model(3, layers=4).eval()
    tokens = torch.from_numpy(packs.pack(0).tokens)[None]
    with torch.no_grad():
        before = model(input_ids=tokens).logits
        after = keep_layers(model, range(4)).eval()(input_ids=tokens).logits
    assert torch.equal(before, after)


def test_the_command_writes_a_checkpoint_with_what_was_measured(
    packs: FixedPacks, tmp_path: Path
) -> None:
    save_model(tiny_model(3, layers=4), TOKENIZER, tmp_path / "teacher")
    arguments = [str(tmp_path / "teacher"), str(packs.folder), "--layers", "3"]
    done = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path / "student")])
    assert done.exit_code == 0, done.output
    student, _ = load_model(tmp_path / "student")
    assert student.config.num_hidden_layers == 3
    # What was written can be generated with: the cache knows the layers by their new numbers.
    student.generate(torch.tensor([[5, 6, 7]]), max_new_tokens=3, do_sample=False)
    about = json.loads((tmp_path / "student" / "influence.json").read_text())
    assert len(about["kept"]) == 3
    assert len(about["steps"][0]["influence"]) == 4
