"""Teachers with other vocabularies: trimmed ones exactly, foreign ones by byte spans."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import TOKENIZER, tiny_model
from tokenizers import Tokenizer as HubTokenizer
from tokenizers import decoders, models, pre_tokenizers

from distill.donor import save_model
from distill.fixed_packs import FixedPacks
from distill.fusion.align import map_distribution, map_vocabulary, reread
from distill.fusion.collect import collect
from distill.fusion.errors import FusionError
from distill.fusion.foreign import ForeignTokenizer
from distill.fusion.fuse import Fusion, FusionSettings
from distill.fusion.store import LogitsStore
from distill.fusion.teacher import load_teacher
from distill.packs import IGNORED, Pack
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

# The packs' own has no merges; this one has some, so that its tokens are longer.
MERGES = [("S", "E"), ("L", "E"), ("SE", "LE"), ("C", "T"), ("SELE", "CT"), ("o", "r"), ("d", "e")]
MERGED = [*SPECIALS, *BYTE_CHARACTERS, "SE", "LE", "SELE", "CT", "SELECT", "or", "de"]
LARGER = Tokenizer(MERGED, MERGES, SPECIALS)


class Foreign:
    """A tokenizer's text with specials of its own."""

    def __init__(self, tokenizer: Tokenizer, specials: dict[str, int]) -> None:
        self.token_bytes = tokenizer.token_bytes
        self.specials = specials
        self.encode = tokenizer.encode


def pack_of(text: str, tokenizer: Tokenizer) -> Pack:
    tokens = np.array([1, *tokenizer.encode(text), 0], dtype=np.int64)
    labels = tokens.copy()
    labels[0] = IGNORED
    return Pack(tokens, labels, "p0")


def hub_tokenizer(folder: Path) -> Path:
    """A foreign byte-level BPE, with ids in another order and other specials."""
    merged = ["SE", "LE", "SELE", "CT", "SELECT", "Ġt", "or"]
    vocabulary = {t: i for i, t in enumerate([*reversed(BYTE_CHARACTERS), *merged])}
    merges = [("S", "E"), ("L", "E"), ("SE", "LE"), ("C", "T"), ("SELE", "CT"), ("Ġ", "t")]
    tokenizer = HubTokenizer(models.BPE(vocab=vocabulary, merges=[*merges, ("o", "r")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<repo_name>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


def test_a_larger_vocabulary_reads_the_same_tokens_and_keeps_its_mass() -> None:
    mapped = map_vocabulary(TOKENIZER, LARGER)
    assert mapped.subset
    pack = pack_of("SELECT x", TOKENIZER)
    reading = reread(pack, TOKENIZER, LARGER, mapped)
    assert [LARGER.tokens[i] for i in reading.tokens] == [TOKENIZER.tokens[i] for i in pack.tokens]
    assert reading.rows.tolist() == list(range(len(pack.tokens) - 1))
    logits = torch.randn(3, len(LARGER))
    found = map_distribution(logits, mapped, 4)
    probabilities = logits.softmax(-1)
    for row in range(3):
        for token, logprob in zip(found.tokens[row], found.logprobs[row], strict=True):
            # A longer token of the teacher's counts for its first byte.
            first = TOKENIZER.tokens[token]
            expected = sum(
                float(probabilities[row, i])
                for i, written in enumerate(LARGER.tokens)
                if written == first or (i >= 260 and written[0] == first)
            )
            assert logprob.exp() == pytest.approx(expected, rel=1e-4)
    whole = found.logprobs.exp().sum(-1) + found.tail.exp()
    assert torch.allclose(whole, torch.ones(3), atol=1e-5)


def test_a_foreign_teacher_speaks_where_both_tokens_end_at_the_same_byte() -> None:
    mapped = map_vocabulary(LARGER, TOKENIZER)
    assert not mapped.subset
    # Packs in long tokens, a teacher in bytes: every boundary of the packs' is one of its own.
    pack = pack_of("SELECT order", LARGER)
    reading = reread(pack, LARGER, TOKENIZER, mapped)
    assert (reading.rows >= 0).all()
    assert reading.rows[1] == 6  # after <schema> and six letters

    # Packs in bytes, a teacher in long tokens: inside SELECT it has nothing to say.
    long = Foreign(LARGER, {"<end>": 0})
    only_end = map_vocabulary(TOKENIZER, long)
    pack = pack_of("SELECT order", TOKENIZER)
    reading = reread(pack, TOKENIZER, long, only_end)
    # <schema> is unknown to it: before the first letter it has read nothing.
    assert reading.rows.tolist() == [-1, *[-1] * 5, 0, 1, -1, 2, -1, 3, 4]
    assert [LARGER.tokens[i] for i in reading.tokens][:2] == ["SELECT", "Ġ"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_rows_always_follow_the_same_bytes(text: str, turned: bool) -> None:
    ours, theirs = (LARGER, TOKENIZER) if turned else (TOKENIZER, LARGER)
    pack = pack_of(text, ours)

    foreign = Foreign(theirs, {"<end>": 0, "<schema>": 1})
    reading = reread(pack, ours, foreign, map_vocabulary(ours, foreign))
    for place, row in enumerate(reading.rows.tolist()):
        if row >= 0:
            read = b"".join(theirs.token_bytes[i] for i in reading.tokens[: row + 1])
            written = b"".join(ours.token_bytes[i] for i in pack.tokens[: place + 1])
            assert read == written


def test_a_hub_models_tokenizer_is_read_by_its_bytes(tmp_path: Path) -> None:
    foreign = ForeignTokenizer(hub_tokenizer(tmp_path))
    text = "SELECT té\n"
    ids = foreign.encode(text)
    assert b"".join(foreign.token_bytes[i] for i in ids).decode() == text
    assert foreign.token_bytes[ids[0]] == b"SELECT"
    assert foreign.token_bytes[foreign.specials["<|endoftext|>"]] == b""
    (tmp_path / "broken.json").write_text("{}")
    with pytest.raises(FusionError, match=r"broken\.json: not a readable tokenizer"):
        ForeignTokenizer(tmp_path / "broken.json")


@pytest.mark.parametrize("kind", ["subset", "spans"])
def test_a_student_trains_from_a_teacher_of_another_vocabulary(
    packs: FixedPacks, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "teacher"
    if kind == "subset":
        save_model(tiny_model(5, vocabulary=len(LARGER)), LARGER, folder)
    else:
        folder.mkdir()
        size = len(ForeignTokenizer(hub_tokenizer(folder)).token_bytes) + 9  # rows no token has
        tiny_model(5, vocabulary=size).save_pretrained(folder)
    teacher = load_teacher(folder, packs.tokenizer)
    assert teacher.alignment == kind
    collect(packs, teacher, tmp_path / "logits", k=6)
    store = LogitsStore(tmp_path / "logits", packs)
    kept = store.rows(packs.pack(0))
    assert kept.known.all() if kind == "subset" else 0.3 < kept.known.float().mean() < 1
    loss, parts = Fusion([store], TOKENIZER, FusionSettings()).loss(
        tiny_model(1), packs.pack(0), 0.0
    )
    loss.backward()
    assert torch.isfinite(loss)
    assert parts["divergence"] > 0
