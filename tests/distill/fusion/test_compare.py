"""Stored logits measured against online distillation on the same steps."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from pytest import MonkeyPatch

from distill.fixed_packs import FixedPacks
from distill.fusion import compare
from distill.fusion.errors import FusionError


def test_stored_and_online_agree_the_more_is_kept(
    packs: FixedPacks, teacher: Path, student: Path, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    # A process of its own for each costs seconds, and is for memory alone.
    monkeypatch.setattr(compare, "_apart", compare.measure)
    whole = len(packs.tokenizer)
    arguments = [str(packs.folder), "--student", str(student), "--teacher", str(teacher)]
    arguments += ["--out", str(tmp_path), "--steps", "3", "--alpha", "1"]
    for k in (1, 10, whole):
        arguments += ["--top-k", str(k)]
    done = CliRunner().invoke(compare.command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "comparison.json").read_text())
    one, ten, all_of_it = report["stored"]
    apart = [way["one_pack"]["relative_difference"] for way in (one, ten, all_of_it)]
    assert apart[0] > apart[1] > apart[2]
    assert apart[2] < 0.01
    assert all_of_it["one_pack"]["gradient_cosine"] > 0.999
    assert one["bytes_per_token"] < ten["bytes_per_token"] < all_of_it["bytes_per_token"]
    assert report["online"]["peak_megabytes"] > 0
    again = CliRunner().invoke(compare.command, [*arguments, "--steps", "7"])
    assert isinstance(again.exception, FusionError)
