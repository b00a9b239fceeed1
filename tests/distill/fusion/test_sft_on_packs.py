"""SFT reads the packs that fusion reads, from a checkpoint of the same tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file
from tiny import TOKENIZER, tiny_model

from distill.donor import save_model
from distill.fixed_packs import FixedPacks, PacksError
from distill.fusion.fuse import fuse
from distill.packs import parse_shares
from distill.sft import sft
from sqlcomplete.errors import SqlcompleteError


def test_sft_on_packs_is_fusion_without_teachers(
    packs: FixedPacks, student: Path, tmp_path: Path
) -> None:
    options = ["--steps", "3", "--rate", "1e-3", "--seed", "4", "--packs-per-step", "2"]
    tuned = CliRunner().invoke(
        sft,
        [
            "--packs",
            str(packs.folder),
            "--donor",
            str(student),
            "--out",
            str(tmp_path / "sft"),
            *options,
        ],
        catch_exceptions=False,
    )
    assert tuned.exit_code == 0, tuned.output
    fused = CliRunner().invoke(
        fuse,
        [str(packs.folder), "--student", str(student), "--out", str(tmp_path / "fuse"), *options],
        catch_exceptions=False,
    )
    assert fused.exit_code == 0, fused.output
    one, two = (
        load_file(tmp_path / name / "checkpoint" / "model.safetensors") for name in ("sft", "fuse")
    )
    # The sum of a loss is the same; the order in which its terms are added is not.
    assert all(torch.allclose(one[name], two[name], atol=1e-4) for name in one)
    about = json.loads((tmp_path / "sft" / "run.json").read_text())
    assert about["packs"] == packs.manifest.data


def test_packs_in_another_tokenizers_ids_are_refused(packs: FixedPacks, tmp_path: Path) -> None:
    shorter = type(TOKENIZER)(TOKENIZER.tokens[:-1], [], list(TOKENIZER.specials))
    save_model(tiny_model(1, vocabulary=len(shorter)), shorter, tmp_path / "donor")
    arguments = ["--packs", str(packs.folder), "--donor", str(tmp_path / "donor")]
    done = CliRunner().invoke(sft, [*arguments, "--out", str(tmp_path / "run"), "--steps", "1"])
    assert isinstance(done.exception, PacksError)
    assert "make packs with the model's --tokenizer" in str(done.exception)


def test_shares_are_read_and_what_is_no_share_is_named() -> None:
    assert parse_shares(["spider=0.5", "apps=2"]) == {"spider": 0.5, "apps": 2.0}
    with pytest.raises(SqlcompleteError, match="share 'spider'"):
        parse_shares(["spider"])
