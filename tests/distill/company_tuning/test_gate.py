"""The gate: what passes, what does not and why, and that its figures come from typing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tiny_company import SCHEMA

from distill.company.gate import GENERAL, Margins, Side, decide, general_samples
from distill.company.gate_measure import Measured, Sample, drawn, measure_both
from distill.corpus import read_corpus
from distill.evaluate.paired import gain_interval
from sqlcomplete.model import Weights
from sqlcomplete.schema.index import SchemaIndex

PLAIN = Measured(
    statements=20,
    keystrokes=2000,
    saved=0.40,
    ghosts=300,
    unknown=0.01,
    p50_ms=10.0,
    p95_ms=40.0,
    failures=0,
)
BEFORE = Side(PLAIN, PLAIN)


def after(company: dict[str, float] | None = None, general: dict[str, float] | None = None) -> Side:
    return Side(
        replace(PLAIN, **{"saved": 0.45, **(company or {})}),  # type: ignore[arg-type]
        replace(PLAIN, **(general or {})),  # type: ignore[arg-type]
    )


def test_a_model_that_saves_keystrokes_and_loses_nothing_passes() -> None:
    assert decide(BEFORE, after(), Margins()) is None
    assert decide(BEFORE, after(general={"saved": 0.385}), Margins()) is None


@pytest.mark.parametrize(
    ("side", "says"),
    [
        (after({"saved": 0.405}), "20 held-out statements 40.0% -> 40.5%: at least 1.0% more"),
        (after({"saved": 0.3}), "40.0% -> 30.0%"),
        (after(general={"saved": 0.37}), "20 general statements 40.0% -> 37.0%: at most 2.0%"),
        (after({"unknown": 0.05}), "unknown names on held-out statements 1.0% -> 5.0%"),
        (after(general={"unknown": 0.05}), "unknown names on general statements"),
        (after({"p50_ms": 25.0}), "median latency on held-out statements 10 -> 25 ms"),
        (after({"statements": 2}), "only 2 held-out statements"),
        (after({"failures": 1}), "failed 1 times"),
    ],
)
def test_a_model_that_does_not_pass_is_told_why_in_a_line(side: Side, says: str) -> None:
    reason = decide(BEFORE, side, Margins())
    assert reason is not None
    assert says in reason
    assert "\n" not in reason


def test_a_gain_that_may_be_chance_does_not_pass_and_is_told_so() -> None:
    reason = decide(BEFORE, after(), Margins(), (-0.01, 0.11))
    assert reason is not None
    assert "may be chance" in reason
    assert "between -1.0 and +11.0 points" in reason
    assert decide(BEFORE, after(), Margins(), (0.02, 0.08)) is None


def test_the_interval_is_of_pairs_and_narrows_with_statements() -> None:
    hard, easy = (100, 80), (100, 20)  # statements differ far more than the models do
    before = [hard, easy] * 20
    better = [(base, keys - 5) for base, keys in before]
    low, high = gain_interval(before, better, confidence=0.9)
    assert low == pytest.approx(0.05)
    assert high == pytest.approx(0.05)
    mixed = [(base, keys + (9 if at % 2 else -11)) for at, (base, keys) in enumerate(before)]
    low, high = gain_interval(before, mixed, confidence=0.9)
    assert low < 0 < high
    few = gain_interval(before[:8], mixed[:8], confidence=0.9)
    assert few[1] - few[0] > high - low
    with pytest.raises(ValueError, match="same statements"):
        gain_interval(before, mixed[1:], confidence=0.9)


def test_both_models_type_the_same_statements(base: Path) -> None:
    weights = Weights(base, threads=1)
    statements = drawn([f"SELECT name FROM users WHERE id = {i}" for i in range(4)])
    told: list[float] = []
    one, two = measure_both(
        [Sample(SCHEMA, statements)], weights, weights, seconds=60, advance=told.append
    )
    assert one.statements == two.statements == 4
    assert one.keystrokes == sum(map(len, statements))
    # The same model saves the same; it saves something, for the schema is known.
    assert one.saved == two.saved > 0.1
    assert one.failures == 0
    assert told == sorted(told)


def test_a_budget_bounds_what_is_typed_but_not_below_the_least(base: Path) -> None:
    weights = Weights(base, threads=1)
    statements = tuple(f"SELECT name FROM users LIMIT {i}" for i in range(9))
    one, _ = measure_both([Sample(SCHEMA, statements)], weights, weights, seconds=0.0, least=2)
    assert one.statements == 2


def test_the_general_statements_name_only_what_their_schemas_have() -> None:
    import sqlglot
    from sqlglot import exp

    corpus = read_corpus(GENERAL)
    samples = general_samples(corpus)
    assert sum(len(s.statements) for s in samples) >= 30
    assert {s.schema.dialect for s in samples} == {"postgres", "mysql", "sqlite"}
    for sample in samples:
        index = SchemaIndex(sample.schema)
        columns = {c.name for t in index.schema.tables for c in t.columns}
        tables = {t.name for t in index.schema.tables}
        for sql in sample.statements:
            tree = sqlglot.parse_one(sql, dialect=sample.schema.dialect)
            own = {a.alias for a in tree.find_all(exp.Alias)}
            ctes = {c.alias for c in tree.find_all(exp.CTE)}
            assert {t.name for t in tree.find_all(exp.Table)} <= tables | ctes, sql
            assert {c.name for c in tree.find_all(exp.Column)} <= columns | own, sql
