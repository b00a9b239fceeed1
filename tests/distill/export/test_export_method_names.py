"""The command takes the methods by the names that the documentation gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from distill.export.command import export
from distill.export.rounding import Method


@pytest.mark.parametrize("method", ["mixed", "steps", "gptq", "nearest", "builder"])
def test_a_documented_method_is_taken(method: str, tmp_path: Path) -> None:
    context = export.make_context("export", [str(tmp_path), "--method", method])
    assert context.params["method"] is Method(method)


def test_another_is_refused_with_the_names(tmp_path: Path) -> None:
    found = CliRunner().invoke(export, [str(tmp_path), "--method", "magic"])
    assert found.exit_code == 2
    assert "'mixed'" in found.output
