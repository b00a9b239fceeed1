"""One model from several checkpoints of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from tiny import TOKENIZER, tiny_model

from distill.averaging import command
from distill.donor import load_model, save_model
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer


def saved(folder: Path, seed: int, layers: int = 2) -> Path:
    save_model(tiny_model(seed, layers=layers), TOKENIZER, folder)
    return folder


def test_the_average_counts_each_by_its_weight(tmp_path: Path) -> None:
    one, two = saved(tmp_path / "one", 1), saved(tmp_path / "two", 2)
    result = CliRunner().invoke(command, [str(one), f"{two}=3", "--out", str(tmp_path / "mean")])
    assert result.exit_code == 0, result.output
    mean, tokenizer = load_model(tmp_path / "mean")
    assert len(tokenizer) == len(TOKENIZER)
    a, b = load_model(one)[0].state_dict(), load_model(two)[0].state_dict()
    for name, tensor in mean.state_dict().items():
        torch.testing.assert_close(tensor, a[name] / 4 + b[name] * 3 / 4)


def test_what_has_no_average_is_refused(tmp_path: Path) -> None:
    one, deeper = saved(tmp_path / "one", 1), saved(tmp_path / "deeper", 1, layers=3)
    result = CliRunner().invoke(command, [str(one), str(deeper), "--out", str(tmp_path / "mean")])
    assert isinstance(result.exception, ModelError)
    assert "unlike shapes" in str(result.exception)

    specials = list(TOKENIZER.specials)
    other = Tokenizer([*specials, *reversed(BYTE_CHARACTERS)], [], specials)
    save_model(tiny_model(1), other, tmp_path / "other")
    result = CliRunner().invoke(
        command, [str(one), str(tmp_path / "other"), "--out", str(tmp_path / "mean")]
    )
    assert "another vocabulary" in str(result.exception)
    assert not (tmp_path / "mean").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [("nowhere", "no checkpoint's folder"), ("{}=0", "over 0"), ("{}=much", "no number")],
)
def test_a_part_that_cannot_be_read_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    given = text.format(saved(tmp_path / "one", 1))
    result = CliRunner().invoke(command, [given, "--out", str(tmp_path / "mean")])
    assert result.exit_code == 2
    assert says in result.output
