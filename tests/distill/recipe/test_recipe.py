"""Recipes: read strictly, planned, run stage by stage, gone on with, never mixed with the stale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from distill.data.settings import MixRecipe
from distill.recipe.command import find, follow, run
from distill.recipe.model import Recipe, RecipeError, read_recipe
from distill.recipe.plan import Stage, plan
from distill.recipe.stamps import Stamps, combined, ingredients

SHIPPED = sorted((Path(__file__).parents[3] / "distill" / "recipes").glob("*.yaml"))
LEAST = {
    "name": "least",
    "donor": "donor",
    "corpora": {"one": "corpus"},
    "teachers": [{"name": "t", "sft": {"steps": 2}}],
    "student": {"of": "t"},
}


def recipe(**changes: object) -> Recipe:
    return Recipe.from_mapping({**LEAST, **changes}, where="here")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_the_recipes_that_ship_are_read_and_planned(path: Path, tmp_path: Path) -> None:
    said = read_recipe(path)
    stages = plan(said, tmp_path, tmp_path)
    names = [stage.name for stage in stages]
    assert len(names) == len(set(names))
    assert names[-2:] == ["export", "evaluation"]
    for place, stage in enumerate(stages):
        assert set(stage.needs) <= set(names[:place]), stage.name


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dnor": "x"}, "unknown key 'dnor'"),
        ({"fusion": {"alfa": 1}}, "unknown key 'fusion.alfa'"),
        ({"teachers": [{"name": "t"}]}, "one of sft, mean and checkpoint"),
        ({"teachers": [{"name": "t", "sft": {}, "mean": {"t": 1}}]}, "one of sft, mean"),
        ({"teachers": [{"name": "t", "mean": {"later": 1}}]}, "no teacher 'later' .* before it"),
        ({"teachers": [{"name": "t", "sft": {}, "start": "t"}]}, "no teacher 't' .* before it"),
        ({"teachers": [{"name": "t", "checkpoint": "t", "start": "t"}]}, "there is no sft"),
        ({"teachers": [{"name": "t", "mean": {"t": 0}}]}, "teachers.0.mean.t"),
        ({"fusion": {"teachers": ["nobody"]}}, "fusion.teachers: no teacher 'nobody'"),
        ({"fusion": {"kept": 1}}, "fusion.kept"),
        ({"student": {"of": "nobody"}}, "no teacher 'nobody'"),
        ({"student": {}}, "student: give either"),
        ({"corpora": {}}, "name at least one"),
        ({"agents": {"rounds": 0}}, "agents: rounds"),
        ({"fusion": {"divergence": "sideways"}}, "fusion.divergence"),
        ({"name": "a/b"}, "name"),
    ],
)
def test_what_a_recipe_cannot_say_is_one_line(changes: dict[str, object], said: str) -> None:
    with pytest.raises(RecipeError, match=said) as caught:
        recipe(**changes)
    assert "\n" not in str(caught.value)


def test_a_missing_key_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="'donor' is missing"):
        Recipe.from_mapping({"name": "x", "corpora": {}, "teachers": []}, where="here")
    with pytest.raises(RecipeError, match="embedded"):
        find(tmp_path / "nowhere.yaml")
    assert find(Path("smoke")).exists()


def test_the_dry_run_prints_every_command_and_runs_none(tmp_path: Path) -> None:
    found = CliRunner().invoke(run, ["embedded", "--dry-run", "--work", str(tmp_path / "w")])
    assert found.exit_code == 0
    for name in ("mix", "teacher-soup", "packs", "logits-soup", "fusion", "mean", "export"):
        assert f"{name}: about" in found.output
    assert "in all about" in found.output
    assert not (tmp_path / "w").exists()


def test_a_pruned_student_and_two_teachers_have_their_stages(tmp_path: Path) -> None:
    two = [{"name": "a", "sft": {}}, {"name": "b", "checkpoint": "b"}]
    said = recipe(teachers=two, student={"of": "a", "layers": 4})
    stages = {stage.name: stage for stage in plan(said, tmp_path, tmp_path)}
    assert stages["fusion"].needs == ("pruned", "packs", "logits-a", "logits-b")
    assert str(tmp_path / "b") in stages["logits-b"].command
    assert stages["logits-b"].reads == (tmp_path / "b",)


def test_a_line_of_runs_and_their_mean_have_their_stages(tmp_path: Path) -> None:
    (tmp_path / "donor").mkdir()
    line = [
        {"name": "a", "sft": {"steps": 2}},
        {"name": "b", "sft": {"steps": 2}, "start": "a"},
        {"name": "soup", "mean": {"a": 1, "b": 2}},
    ]
    fusion = {"teachers": ["soup"], "kept": 0.25}
    said = recipe(teachers=line, student={"of": "soup"}, fusion=fusion)
    stages = {stage.name: stage for stage in plan(said, tmp_path / "w", tmp_path)}
    a = tmp_path / "w" / "teacher-a" / "checkpoint"
    b = tmp_path / "w" / "teacher-b" / "checkpoint"
    assert stages["teacher-a"].reads[0] == tmp_path / "donor"
    assert stages["teacher-b"].needs == ("teacher-a",)
    assert tmp_path / "donor" not in stages["teacher-b"].reads
    given = stages["teacher-b"].command
    assert given[given.index("--donor") + 1] == str(a)
    assert stages["teacher-soup"].command[:3] == ("average", f"{a}=1", f"{b}=2")
    # One teacher is poured in, and what ships is between it and the student.
    assert [name for name in stages if name.startswith("logits")] == ["logits-soup"]
    soup, fused = tmp_path / "w" / "teacher-soup", tmp_path / "w" / "fusion" / "checkpoint"
    assert stages["mean"].command[1:3] == (f"{soup}=0.25", f"{fused}=0.75")
    assert stages["mean"].needs == ("teacher-soup", "fusion")
    assert stages["export"].needs == ("mean",)
    # What is rounded is rounded for the statements it was trained on.
    assert stages["export"].command[-2:] == ("--corpus", str(tmp_path / "corpus"))


def stage(tmp_path: Path, name: str, **changes: object) -> Stage:
    """A stage that prints the help of a command and leaves nothing: its file is made here."""
    given: dict[str, object] = {
        "command": ("agents", "--help"),
        "writes": tmp_path / name,
        "settings": {"rate": 1},
        "modules": ("corpus.py",),
        **changes,
    }
    return Stage(name=name, **given)  # type: ignore[arg-type]


def test_what_is_done_is_not_done_again_and_what_is_stale_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "queries.jsonl").write_text("1\n")
    one = stage(tmp_path, "one", reads=(data,))
    two = stage(tmp_path, "two", needs=("one",))
    one.writes.write_text("made")
    with pytest.raises(RecipeError, match="not made by this run"):
        follow((one, two), tmp_path / "w", chosen=("one", "two"))
    one.writes.unlink()
    follow((one,), tmp_path / "w", chosen=("one",))
    one.writes.write_text("made")
    stamps = Stamps(tmp_path / "w")
    parts = ingredients(one, {})
    assert stamps.done(one, parts)
    (data / "queries.jsonl").write_text("2\n")
    with pytest.raises(RecipeError, match="stale: made with other input data"):
        stamps.done(one, ingredients(one, {}))
    (data / "queries.jsonl").write_text("1\n")
    other = stage(tmp_path, "one", reads=(data,), settings={"rate": 2})
    with pytest.raises(RecipeError, match="other settings"):
        stamps.done(other, ingredients(other, {}))
    edited = {**parts, "code": "another"}
    with pytest.raises(RecipeError, match="other code"):
        stamps.done(one, edited)
    assert stamps.done(one, edited, any_code=True)
    assert combined(parts) != combined(ingredients(other, {}))


def test_a_stage_that_fails_says_so_and_is_gone_on_with(tmp_path: Path) -> None:
    broken = stage(tmp_path, "one", command=("agents", "--no-such-option"))
    with pytest.raises(RecipeError, match="one: ended with exit code 2"):
        follow((broken,), tmp_path / "w", chosen=("one",))
    assert not Stamps(tmp_path / "w").done(broken, ingredients(broken, {}))
    with pytest.raises(RecipeError, match="nothing is there"):
        ingredients(stage(tmp_path, "two", reads=(tmp_path / "gone",)), {})


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_smoke_recipe_makes_a_model_from_end_to_end(tmp_path: Path) -> None:
    from small import write_corpus, write_donor

    write_donor(tmp_path / "donor")
    write_corpus(tmp_path / "corpus")
    (tmp_path / "smoke.yaml").write_text(
        yaml.safe_dump(yaml.safe_load(find(Path("smoke")).read_text()))
    )
    words = [str(tmp_path / "smoke.yaml"), "--inputs", str(tmp_path), "--work", str(tmp_path / "w")]
    first = CliRunner().invoke(run, words)
    assert first.exit_code == 0, first.output
    assert (tmp_path / "w" / "export" / "model.onnx").exists()
    measured = json.loads((tmp_path / "w" / "evaluation.json").read_text())
    assert measured
    again = CliRunner().invoke(run, words)
    assert again.exit_code == 0
    assert again.output.count(": done") == len(
        plan(read_recipe(find(Path("smoke"))), tmp_path, tmp_path)
    )


def test_a_mix_comes_first_and_all_training_draws_by_it(tmp_path: Path) -> None:
    mix = {"parts": {"all": {"share": 1, "corpus": "one"}}, "held_out": {"kept": "away"}}
    line = [{"name": "t", "sft": {"steps": 2}}, {"name": "u", "sft": {"steps": 2, "raw": True}}]
    said = recipe(mix=mix, agents={"rounds": 1}, teachers=line, shares={"s": 2.0})
    stages = {stage.name: stage for stage in plan(said, tmp_path / "w", tmp_path)}
    assert next(iter(stages)) == "mix"
    assert stages["mix"].reads == (tmp_path / "corpus", tmp_path / "away")
    folder = tmp_path / "w" / "mix"
    assert stages["agents"].needs == ("mix",)
    assert str(folder) in stages["agents"].command
    for name, data in (("teacher-t", "agents"), ("teacher-u", "mix"), ("packs", "agents")):
        given = stages[name].command
        assert given[1] == str(tmp_path / "w" / data)
        assert given[given.index("--mix") + 1] == str(folder / "mix.json")
        assert "--share" not in given
        assert {"mix", data} <= set(stages[name].needs)
    # The stage's file is what `mix` reads.
    ((path, text),) = stages["mix"].text.items()
    path.parent.mkdir()
    path.write_text(text)
    read = MixRecipe.read(path)
    assert (read.mix, dict(read.shares), dict(read.corpora)) == (
        said.mix, {"s": 2.0}, {"one": "corpus"},
    )  # fmt: skip
    with pytest.raises(RecipeError, match="no corpus 'nobody'"):
        recipe(mix={"parts": {"all": {"share": 1, "corpus": "nobody"}}})
