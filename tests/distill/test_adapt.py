"""`adapt`: a donor with another checkpoint's vocabulary; what is refused, in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner, Result
from tiny_donor import write_llama
from tokenizers import Tokenizer as Fast
from tokenizers import decoders, models, pre_tokenizers
from transformers import LlamaForCausalLM

from distill.__main__ import distill
from distill.donor import load_model
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

MERGES = [("S", "E"), ("SE", "L"), ("i", "d")]
DONOR_TOKENS = ["<|endoftext|>", *BYTE_CHARACTERS, *(a + b for a, b in MERGES)]


@pytest.fixture(scope="module")
def donor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of one layer with a byte-level BPE, as a hub's folder has it."""
    folder = tmp_path_factory.mktemp("donor")
    fast = Fast(models.BPE({t: i for i, t in enumerate(DONOR_TOKENS)}, MERGES))
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast.decoder = decoders.ByteLevel()
    write_llama(folder, fast, layers=1, width=16)
    return folder


def vocabulary(folder: Path, merges: list[tuple[str, str]]) -> Path:
    folder.mkdir()
    tokens = [*SPECIALS, *BYTE_CHARACTERS, *(a + b for a, b in merges)]
    Tokenizer(tokens, merges, SPECIALS).save(folder / "vocabulary.json")
    return folder


def adapt(*words: object) -> Result:
    return CliRunner().invoke(distill, ["adapt", *map(str, words)])


def test_a_donor_takes_over_a_checkpoints_vocabulary(donor: Path, tmp_path: Path) -> None:
    other = vocabulary(tmp_path / "tuned", MERGES[:2])
    found = adapt(donor, "--vocabulary-of", other, "--out", tmp_path / "out")
    assert found.exit_code == 0, found.output
    model, tokenizer = load_model(tmp_path / "out")
    assert tokenizer.tokens == Tokenizer.load(other / "vocabulary.json").tokens
    whole = LlamaForCausalLM.from_pretrained(donor)
    places = [DONOR_TOKENS.index(token) for token in tokenizer.tokens[len(SPECIALS) :]]
    rows = model.get_input_embeddings().weight[len(SPECIALS) :]
    assert torch.equal(rows, whole.get_input_embeddings().weight[torch.tensor(places)])
    # It says what the donor says, of the tokens that both have.
    ours = tokenizer.encode("SELid")
    theirs = [DONOR_TOKENS.index(tokenizer.tokens[one]) for one in ours]
    expected = whole(torch.tensor([theirs])).logits[..., torch.tensor(places)]
    assert torch.allclose(
        model(torch.tensor([ours])).logits[..., len(SPECIALS) :], expected, atol=1e-5
    )


def test_a_vocabulary_of_another_donor_is_refused(donor: Path, tmp_path: Path) -> None:
    other = vocabulary(tmp_path / "tuned", [*MERGES, ("q", "x")])
    found = adapt(donor, "--vocabulary-of", other, "--out", tmp_path / "out")
    assert isinstance(found.exception, ModelError)
    assert "lacks 1 of its" in str(found.exception) and "'qx'" in str(found.exception)
    assert not (tmp_path / "out").exists()


def test_a_donor_that_is_none_is_one_line(donor: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    other = vocabulary(tmp_path / "tuned", MERGES)
    for name in (tmp_path / "empty", tmp_path / "none.gguf"):
        found = adapt(name, "--vocabulary-of", other, "--out", tmp_path / "out")
        assert isinstance(found.exception, ModelError)
        assert str(found.exception).startswith(f"{name}: no donor") and "\n" not in str(
            found.exception
        )


def test_a_checkpoint_keeps_its_vocabulary(tmp_path: Path) -> None:
    other = vocabulary(tmp_path / "tuned", MERGES)
    found = adapt(other, "--vocabulary-of", other, "--out", tmp_path / "out")
    assert found.exit_code == 2 and "keeps the vocabulary" in found.output


def test_a_donor_is_trimmed_to_a_corpus(donor: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    schema = {"db_id": "s", "dialect": "sqlite", "tables": [{"name": "t", "columns": []}]}
    query = {"id": "1", "db_id": "s", "source": "x", "dialect": "sqlite", "question": None}
    (corpus / "schemas.jsonl").write_text(json.dumps(schema) + "\n")
    (corpus / "queries.jsonl").write_text(
        json.dumps(query | {"sql": "SELECT 1 FROM t", "split": "train"}) + "\n"
    )
    size = len(SPECIALS) + len(BYTE_CHARACTERS) + 2
    found = adapt(donor, corpus, "--vocabulary", size, "--out", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "SEL" in load_model(tmp_path / "out")[1].tokens


@pytest.mark.parametrize("words", [(), ("--vocabulary-of", "tuned", "corpus")])
def test_one_source_of_the_vocabulary(donor: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    vocabulary(tmp_path / "tuned", MERGES)
    (tmp_path / "corpus").mkdir()
    named = [tmp_path / word if not word.startswith("-") else word for word in words]
    found = adapt(donor, *named, "--out", tmp_path / "out")
    assert found.exit_code == 2
    assert "--vocabulary-of" in found.output
