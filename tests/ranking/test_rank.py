"""The likeliest comes first, typed letters decide, and a ghost shows only where little doubt is."""

from __future__ import annotations

from sqlcomplete.candidates import Candidate, candidates
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.ghost.hint import hint
from sqlcomplete.ranking import load_prior, rank, read_prior
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.schema.model import Column, Schema, Table
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import (
    Analysis,
    Expectation,
    Kind,
    OutputColumn,
    Relation,
    Scope,
    Statement,
)

ORDERS = Table("orders", tuple(Column(c) for c in ("id", "status", "amount", "placed_at")))
INDEX = SchemaIndex(Schema("postgres", (ORDERS,)))
RELATION = Relation(
    "orders",
    "table",
    tuple(OutputColumn(c.name, c.type, ORDERS, c) for c in ORDERS.columns),
    ORDERS,
)


def at(
    text: str, typed: str, clause: Clause, kinds: set[Kind], keywords: tuple[str, ...] = ()
) -> Analysis:
    cursor = len(text)
    expectation = Expectation(
        frozenset(kinds), clause, typed, (cursor - len(typed), cursor), keywords=keywords
    )
    tokens = tuple(lex(text, "postgres"))
    scope = Scope(relations=(RELATION,))
    return Analysis(
        text, cursor, "postgres", Statement(0, cursor, tokens), scope, expectation, None, tokens
    )


def test_typed_letters_leave_only_what_they_begin() -> None:
    here = at("SELECT id FROM orders WHERE am", "am", Clause.WHERE, {Kind.COLUMN, Kind.FUNCTION})
    ranked = rank(candidates(here, INDEX), here, INDEX)
    assert ranked[0].candidate.insert == "amount"
    assert hint(ranked, here) is not None
    text, confidence = hint(ranked, here) or ("", 0.0)
    assert text == "ount"
    assert 0.75 <= confidence <= 1


def test_after_from_and_a_table_the_usual_keyword_leads() -> None:
    words = ("WINDOW", "WHERE", "CROSS JOIN", "FETCH")
    here = at("SELECT id FROM orders ", "", Clause.FROM, {Kind.KEYWORD}, words)
    ranked = rank(candidates(here, INDEX), here, INDEX)
    assert ranked[0].candidate.insert == "WHERE"


def test_scores_are_probabilities_best_first() -> None:
    kinds = {Kind.COLUMN, Kind.FUNCTION, Kind.KEYWORD, Kind.OPERATOR}
    here = at("SELECT id FROM orders WHERE ", "", Clause.WHERE, kinds, ("NOT", "EXISTS"))
    scores = [r.score for r in rank(candidates(here, INDEX), here, INDEX)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)
    assert sum(scores) <= 1.01


def test_nothing_ranks_as_nothing() -> None:
    here = at("SELECT ", "", Clause.SELECT, set())
    assert rank((), here, INDEX) == ()
    assert hint((), here) is None


def test_no_ghost_where_two_names_are_as_likely() -> None:
    table = Table("t", (Column("amount_in"), Column("amount_out")))
    relation = Relation("t", "table", tuple(OutputColumn(c.name) for c in table.columns), table)
    here = at("SELECT x FROM t WHERE am", "am", Clause.WHERE, {Kind.COLUMN})
    two = tuple(Candidate(c.name, c.name, Kind.COLUMN, c.name) for c in relation.columns)
    assert hint(rank(two, here, INDEX), here) is None


def test_the_packaged_prior_reads_back_as_written() -> None:
    packaged = load_prior()
    assert packaged.counts
    assert read_prior(packaged.to_json()).counts.keys() == packaged.counts.keys()
