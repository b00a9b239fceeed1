"""`mix`, then `sft` and `packs` by its report: what is drawn, and how often, is the mix's."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import torch
import yaml
from click.testing import CliRunner
from corpora import statement, write_corpus
from transformers import Qwen2Config, Qwen2ForCausalLM

from distill.data.command import command as mix_command
from distill.donor import save_model
from distill.fixed_packs import FixedPacks, packs
from distill.packs import IGNORED
from distill.sft import sft
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

TOKENIZER = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)


@pytest.fixture
def mix(tmp_path: Path) -> Path:
    """Two sources alike in size, of which one has nine tenths of the mix."""
    write_corpus(
        tmp_path / "one",
        [
            statement(f"SELECT {name}{i} FROM {name} WHERE k{i}", f"{name}/x", question="Why?")
            for name in ("rare", "often")
            for i in range(20)
        ],
    )
    said = {
        "corpora": {"one": "one"},
        "mix": {
            "parts": {
                "a": {"share": 0.1, "sources": ["rare"]},
                "b": {"share": 0.9, "sources": ["often"]},
            },
            "comments": {"questions": 0},
        },
    }
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(said))
    words = [str(tmp_path / "r.yaml"), "--inputs", str(tmp_path), "--out", str(tmp_path / "mix")]
    done = CliRunner().invoke(mix_command, words)
    assert done.exit_code == 0, done.output
    return tmp_path / "mix"


@pytest.fixture
def donor(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(TOKENIZER),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
    )
    (tmp_path / "donor").mkdir()
    save_model(Qwen2ForCausalLM(config), TOKENIZER, tmp_path / "donor")
    return tmp_path / "donor"


def test_packs_hold_the_parts_by_their_shares_and_no_question(
    mix: Path, donor: Path, tmp_path: Path
) -> None:
    out = tmp_path / "packs"
    words = [str(mix), "--tokenizer", str(donor), "--out", str(out), "--packs", "150"]
    done = CliRunner().invoke(packs, [*words, "--length", "256", "--mix", str(mix / "mix.json")])
    assert done.exit_code == 0, done.output
    drawn: Counter[str] = Counter()
    fixed = FixedPacks(out)
    for pack in fixed:
        said = TOKENIZER.decode(pack.tokens[pack.labels != IGNORED].tolist()).lower()
        assert "why?" not in said
        drawn["often"] += said.count("from often")
        drawn["rare"] += said.count("from rare")
    assert drawn["rare"] / drawn.total() == pytest.approx(0.1, abs=0.05)
    assert fixed.manifest.made_of["comments"]["questions"] == 0


def test_sft_trains_by_the_mix_and_says_so(mix: Path, donor: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = [str(mix), "--donor", str(donor), "--out", str(out), "--steps", "2", "--length", "128"]
    report = str(mix / "mix.json")
    done = CliRunner().invoke(sft, [*words, "--rounded-from", "1", "--mix", report])
    assert done.exit_code == 0, done.output
    about = json.loads((out / "run.json").read_text())
    assert about["shares"]["often"] == pytest.approx(9 * about["shares"]["rare"], rel=0.1)
    assert about["comments"]["questions"] == 0
    state = torch.load(out / "checkpoint" / "state.pt", weights_only=False)
    assert set(state["supply"]["unread"]) <= {0, 1}
    assert state["supply"]["unread"]
