"""Settings say what is wrong with them, by the key's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from distill.agents.settings import AgentsSettings, SettingsError, read_settings
from distill.agents.symbolic.expansion import TRANSFORMS
from distill.agents.weights import TRANSFORM_WEIGHTS

MODEL = {"base_url": "http://127.0.0.1:1/v1", "model": "m"}


def test_a_plain_mapping_fills_them() -> None:
    settings = AgentsSettings.from_mapping(
        {
            "agents": ["expansion", "selection"],
            "rounds": 3,
            "back_ends": {"expansion": "model"},
            "model": MODEL | {"budget": 2},
            "selection": {"keep": 0.5, "quotas": {"select: filter": 0.2, "dialect: mysql": 0.1}},
        }
    )
    assert settings.agents == ("expansion", "selection")
    assert settings.back_end("expansion") == "model"
    assert settings.back_end("selection") == "symbolic"
    assert settings.asks_model
    assert settings.model is not None
    assert settings.model.budget == 2.0
    assert AgentsSettings.from_mapping({}) == AgentsSettings()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"round": 1}, "unknown key 'round'"),
        ({"selection": {"kepe": 1}}, "unknown key 'selection.kepe'"),
        ({"model": MODEL | {"api_key": "x"}}, "unknown key 'model.api_key'"),
        ({"rounds": 0}, "rounds: .*greater than or equal to 1"),
        ({"selection": {"keep": 1.5}}, "selection.keep: .*less than or equal to 1"),
        ({"selection": {"quotas": {"select: filters": 0.5}}}, "no task category 'select: filters'"),
        ({"agents": ["expander"]}, "agents.0: .*'expansion'"),
        ({"agents": ["expansion", "expansion"]}, "agents: one is named twice"),
        ({"back_ends": {"expansion": "model"}}, "model is missing"),
        ({"back_ends": {"expansoin": "model"}}, "back_ends.expansoin"),
        ({"model": {"model": "m"}}, "model.base_url: "),
    ],
)
def test_what_is_wrong_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        AgentsSettings.from_mapping(values, where="mine.yaml")
    assert str(caught.value).startswith("mine.yaml: ")
    assert "\n" not in str(caught.value)


def test_files_that_are_no_settings_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(file)
    for text, message in (
        ("a: [", "not YAML"),
        ("- a", "expected keys"),
        ("1: 2", "expected keys"),
    ):
        file.write_text(text)
        with pytest.raises(SettingsError, match=message):
            read_settings(file)
    file.write_text("rounds: 2\n")
    assert read_settings(file) == {"rounds": 2}


def test_weights_of_transforms_change_those_that_are_named() -> None:
    told = AgentsSettings.from_mapping({"symbolic": {"transforms": {"window": 4, "rename": 0}}})
    assert told.symbolic.transforms == {**TRANSFORM_WEIGHTS, "window": 4.0, "rename": 0.0}
    assert AgentsSettings.from_mapping({}).symbolic.transforms == TRANSFORM_WEIGHTS
    assert list(TRANSFORM_WEIGHTS) == list(TRANSFORMS)


@pytest.mark.parametrize(
    ("transforms", "said"),
    [
        ({"renmae": 1}, "symbolic.transforms: no transform 'renmae'; there are filter"),
        ({"rename": -1}, "symbolic.transforms.rename"),
        (dict.fromkeys(TRANSFORM_WEIGHTS, 0), "all are off"),
    ],
)
def test_weights_that_cannot_be_are_named(transforms: dict[str, float], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        AgentsSettings.from_mapping({"symbolic": {"transforms": transforms}})
