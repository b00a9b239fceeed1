"""The tokenizer: what goes in comes out, and a boundary is one."""

from __future__ import annotations

import itertools
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.prompt import PREFIX, SCHEMA, SPECIALS, SUFFIX, build_prompt, schema_tokens
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, LONGEST_PIECE, Tokenizer
from sqlcomplete.schema.model import Column, ForeignKey, Table

MERGES = [("S", "E"), ("L", "E"), ("SE", "LE"), ("Ġ", "F"), ("i", "d"), ("Ġ", "id")]


def small_tokenizer() -> Tokenizer:
    made = [a + b for a, b in MERGES]
    return Tokenizer([*SPECIALS, *BYTE_CHARACTERS, *made], MERGES, SPECIALS)


TOKENIZER = small_tokenizer()


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    clean = text.encode("utf-8", errors="replace").decode()
    assert TOKENIZER.decode(TOKENIZER.encode(clean)) == clean


@given(st.text(alphabet=string.ascii_letters + " _.,()='\n", max_size=40), st.data())
def test_tokens_before_the_boundary_stay_whatever_is_typed(text: str, data: st.DataObject) -> None:
    more = data.draw(st.text(alphabet=string.ascii_letters + " _.,()='", max_size=8))
    boundary = TOKENIZER.last_boundary(text)
    kept = TOKENIZER.encode(text[:boundary])
    assert TOKENIZER.encode(text + more)[: len(kept)] == kept


def test_merges_are_applied_in_their_order() -> None:
    assert [TOKENIZER.token_text[i] for i in TOKENIZER.encode("SELECT id")] == [
        "SELE",
        "C",
        "T",
        " id",
    ]


def plain_merges(piece: str) -> list[int]:
    """Byte-level BPE as it is defined: the pair of the lowest rank, the leftmost of several, is
    merged, until none is left that merges."""
    ranks = {pair: rank for rank, pair in enumerate(RICH.merges)}
    parts = [BYTE_CHARACTERS[byte] for byte in piece.encode(errors="replace")]
    while True:
        pairs = [
            (ranks[pair], at) for at, pair in enumerate(itertools.pairwise(parts)) if pair in ranks
        ]
        if not pairs:
            return [RICH.tokens.index(part) for part in parts]
        _, at = min(pairs)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]


def rich_tokenizer() -> Tokenizer:
    """Merges that compete: runs of one letter, and pairs that overlap."""
    letters = ("a", "b", "(", "[", "\u0120")
    merges = [("a", "a"), ("aa", "aa"), ("b", "a"), ("a", "b"), ("ab", "ab"), ("aaaa", "b")]
    merges += [("(", "("), ("[", "["), ("((", "(("), ("\u0120", "\u0120"), ("\u0120", "a")]
    merges += [("aa", "b"), ("ba", "ba"), ("aab", "ab")]
    assert {c for pair in merges for part in pair for c in part} <= set(letters)
    return Tokenizer([*SPECIALS, *BYTE_CHARACTERS, *(a + b for a, b in merges)], merges, SPECIALS)


RICH = rich_tokenizer()


@given(st.text(alphabet="ab", max_size=120) | st.text(alphabet="([ab", max_size=120))
def test_merging_is_as_byte_pair_encoding_is_defined(text: str) -> None:
    pieces = re.findall(r" ?[ab]+| ?[(\[]+", text)
    assert RICH.encode(text) == [token for piece in pieces for token in plain_merges(piece)]


@pytest.mark.parametrize("run", ["a", "ab", " ", "(", "[", "_", "é", "a("])
def test_a_run_of_twice_the_length_costs_twice_the_steps(run: str) -> None:
    def steps(length: int) -> int:
        counted = Counting(RICH._rank)
        tokenizer = rich_tokenizer()
        tokenizer._rank = counted
        text = (run * length)[:length]
        assert tokenizer.decode(tokenizer.encode(text)) == text
        boundary = tokenizer.last_boundary(text)
        assert length - boundary <= LONGEST_PIECE
        return counted.asked

    assert steps(40_000) <= 2.1 * steps(20_000)
    assert steps(20_000) <= 8 * 20_000


class Counting(dict[tuple[str, str], int]):
    asked = 0

    def get(self, key: object, default: object = None) -> object:  # type: ignore[override]
        self.asked += 1
        return super().get(key, default)  # type: ignore[call-overload, no-any-return]


def test_pieces_that_nobody_types_twice_are_not_remembered() -> None:
    tokenizer = rich_tokenizer()
    tokenizer.encode("a" * 100_000)
    assert tokenizer._remembered.cache_info().currsize == 0
    tokenizer.encode("a b a b")
    assert tokenizer._remembered.cache_info().currsize == 3


@given(st.text(alphabet="ab (\n", max_size=60), st.integers(0, 30))
def test_the_first_tokens_are_those_of_the_whole(text: str, most: int) -> None:
    assert RICH.encode(text, most) == RICH.encode(text)[:most]


def test_half_of_a_surrogate_pair_is_a_question_mark() -> None:
    for text in ("a\ud800b", "\udfff", "SE\ud83d"):
        tokens = TOKENIZER.encode(text)
        assert TOKENIZER.decode(tokens) == text.encode(errors="replace").decode()
        TOKENIZER.ids_agreeing(text)
        TOKENIZER.last_boundary(text)


@pytest.mark.parametrize("unit", ["a", " ", "(", "a ", "a, "])
def test_a_prompt_reads_no_more_of_a_text_than_it_may_show(unit: str) -> None:
    def asked(length: int) -> int:
        tokenizer = rich_tokenizer()
        counted = tokenizer._rank = Counting(RICH._rank)
        text = (unit * length)[:length]
        prompt = build_prompt((SCHEMA,), (), text, text, tokenizer)
        assert len(prompt.tokens) < 600
        assert text.endswith(prompt.pending)
        return counted.asked

    assert asked(400_000) <= asked(40_000) * 1.2


def test_a_healed_token_may_be_longer_or_shorter_than_what_is_typed() -> None:
    longer = {TOKENIZER.token_text[i] for i in TOKENIZER.ids_with_prefix("SE")}
    shorter = {TOKENIZER.token_text[i] for i in TOKENIZER.ids_of_prefixes("SELX")}
    assert longer == {"SE", "SELE"}
    assert shorter == {"S", "SE"}
    agreeing = [TOKENIZER.token_text[i] for i in TOKENIZER.ids_agreeing("SE")]
    assert sorted(agreeing) == ["S", "SE", "SELE"]


def test_a_vocabulary_file_comes_back(tmp_path: Path) -> None:
    TOKENIZER.save(tmp_path / "v.json")
    again = Tokenizer.load(tmp_path / "v.json")
    assert again.encode("SELECT id FROM é") == TOKENIZER.encode("SELECT id FROM é")


def test_a_damaged_vocabulary_says_which_file(tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text("{")
    with pytest.raises(ModelError, match=r"v\.json"):
        Tokenizer.load(tmp_path / "v.json")


def test_the_prompt_appends_what_is_typed() -> None:
    table = Table(
        "orders",
        (Column("id"), Column("Home Town"), Column("customer_id")),
        foreign_keys=(ForeignKey(("customer_id",), "customers", ("id",)),),
    )
    block = schema_tokens([table], "sqlite", TOKENIZER)
    assert block[0] == SCHEMA
    said = TOKENIZER.decode(block)
    assert said == 'sqlite\norders(id, "Home Town", customer_id>customers)\n'
    one = build_prompt(block, [], "SELECT id FROM", " LIMIT 1", TOKENIZER)
    two = build_prompt(block, [], "SELECT id FROM orders", " LIMIT 1", TOKENIZER)
    assert two.tokens[: len(one.tokens)] == one.tokens
    assert one.pending == " FROM"
    assert two.pending == " orders"
    assert one.tokens[len(block)] == SUFFIX
    assert PREFIX in one.tokens


def test_a_schema_too_large_for_the_prompt_is_cut_to_its_budget() -> None:
    tables = [Table(f"t{i}", tuple(Column(f"c{j}") for j in range(20))) for i in range(50)]
    assert len(schema_tokens(tables, "", TOKENIZER, budget=200)) <= 200
