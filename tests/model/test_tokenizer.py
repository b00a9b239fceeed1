"""The tokenizer: what goes in comes out, and a boundary is one."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.prompt import PREFIX, SCHEMA, SPECIALS, SUFFIX, build_prompt, schema_tokens
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer
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
