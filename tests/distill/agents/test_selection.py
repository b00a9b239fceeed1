"""What selection keeps is good, new, balanced and fit for the student; what it drops says why."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from agents_shop import SHOP, STATEMENTS, record
from hypothesis import given
from hypothesis import strategies as st

from distill.agents.balance import allot
from distill.agents.difficulty import read_losses
from distill.agents.near_duplicates import NearDuplicates
from distill.agents.record import Record
from distill.agents.scores import symbolic_scores
from distill.agents.selection import Selection, cell_of
from distill.agents.settings import SelectionSettings, SettingsError
from sqlcomplete.schema.model import Schema


def varied(count: int) -> list[Record]:
    """Filters on ever other columns, and now and then a join: none repeats another."""
    columns = [f"c{i}_{j}" for i in range(count) for j in range(3)]
    return [
        record(
            f"SELECT {columns[3 * i]} FROM orders WHERE {columns[3 * i + 1]} = 1"
            if i % 10
            else f"SELECT o.{columns[3 * i]} FROM orders o JOIN customers c ON o.id = c.id",
            seed=f"s{i}",
        )
        for i in range(count)
    ]


def choose(records: list[Record], settings: SelectionSettings, **more: object) -> object:
    return Selection(settings).choose(records, random.Random(1), **more)  # type: ignore[arg-type]


def test_near_duplicates_go_and_name_their_twin() -> None:
    seen = NearDuplicates(0.85)
    long = "SELECT name FROM customers WHERE city = 'Rome' AND id > 3 AND name <> 'x' ORDER BY name"
    assert seen.add(record(long)) is None
    twin = seen.add(record(long.replace("Rome", "Oslo").replace("3", "77"), seed="s2"))
    assert twin == ("s1", 1.0)
    assert seen.add(record(f"{long}, id", seed="s3")) is not None
    assert seen.add(record(f"{long.replace('name', 'city')}", seed="s4")) is None


def test_another_schema_dialect_or_style_is_another_lesson() -> None:
    seen = NearDuplicates(0.85)
    sql = "SELECT name FROM customers WHERE city = 'Rome' AND id > 3"
    assert seen.add(record(sql)) is None
    assert seen.add(record(sql, schema=Schema("sqlite", SHOP.tables), seed="s2")) is None
    assert seen.add(record(sql, dialect="mysql", seed="s3")) is None
    assert seen.add(record(sql.lower(), seed="s4")) is None
    assert seen.add(record(sql.replace(" WHERE", "\nWHERE"), seed="s5")) is None
    assert seen.add(record(sql.replace(" WHERE", "\nWHERE"), seed="s6")) is not None


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12))
def test_a_statement_repeats_itself_whatever_it_is(words: list[str]) -> None:
    seen = NearDuplicates(1.0)
    sql = "SELECT " + ", ".join(words)
    assert seen.add(record(sql)) is None
    assert seen.add(record(f"{sql};", seed="s2")) == ("s1", 1.0)


def test_scores_are_0_to_9_and_say_what_they_claim() -> None:
    records = [record(sql, seed=f"s{i}") for i, sql in enumerate(STATEMENTS)]
    records += [record("SELECT xx FROM yy", seed="unknown", question=None)]
    scores = {r.seed: dict(s) for r, s in zip(records, symbolic_scores(records), strict=True)}
    values = [value for by_name in scores.values() for value in by_name.values()]
    assert min(values) == 0
    assert max(values) == 9
    assert scores["s9"]["informativeness"] > scores["s0"]["informativeness"]
    assert scores["s4"]["helpfulness"] > scores["unknown"]["helpfulness"]
    assert symbolic_scores(records[:1])[0][0][1] == 0.0


def test_balance_flattens_and_says_who_had_no_place() -> None:
    records = varied(100)
    outcome = choose(records, SelectionSettings(keep=0.3, evenness=0.0))
    kinds = Counter(cell_of(r)[0] for r in outcome.records)  # type: ignore[attr-defined]
    assert kinds["select: join"] == 10
    assert kinds["select: filter"] == 20
    assert len(outcome.rejects) == 70  # type: ignore[attr-defined]
    assert all(r.reason.startswith("no place: ") for r in outcome.rejects)  # type: ignore[attr-defined]


def test_a_quota_caps_a_category() -> None:
    quotas = {"select: join": 0.05}
    outcome = choose(varied(100), SelectionSettings(keep=0.5, evenness=1.0, quotas=quotas))
    kinds = Counter(cell_of(r)[0] for r in outcome.records)  # type: ignore[attr-defined]
    assert kinds["select: join"] == 2
    assert kinds.total() == 50


def test_the_best_are_kept_and_kept_ones_whatever_they_are() -> None:
    records = varied(40)
    worst = choose(records, SelectionSettings(keep=0.5)).rejects[0].record.id  # type: ignore[attr-defined]
    outcome = choose(records, SelectionSettings(keep=0.5), keep={worst})
    assert worst in {r.id for r in outcome.records}  # type: ignore[attr-defined]
    again = choose(records, SelectionSettings(keep=0.5), keep={worst})
    assert again == outcome


def test_what_an_earlier_round_took_is_not_taken_again() -> None:
    records = varied(10)
    outcome = choose(records, SelectionSettings(keep=1.0), taken=records[:4])
    assert len(outcome.records) == 6  # type: ignore[attr-defined]
    assert all("near-duplicate" in r.reason for r in outcome.rejects)  # type: ignore[attr-defined]


def test_keeps_what_the_teacher_does_better_and_mixes_the_hard_in_later() -> None:
    records = varied(12)
    losses = {r.id: (0.5, 1.0 + i / 10) for i, r in enumerate(records)}
    losses[records[0].id] = (1.2, 1.1)
    del losses[records[1].id]
    selection = Selection(SelectionSettings(keep=1.0), losses=losses)
    first = selection.choose(records, random.Random(1), progress=0.5)
    assert [r.record.id for r in first.rejects] == [records[0].id]
    assert "the teacher does it no better: loss 1.20 against 1.10" in first.rejects[0].reason
    assert records[1].id in {r.id for r in first.records}
    assert {r.id for r in first.later} == {r.id for r in records[7:]}
    last = selection.choose(first.later, random.Random(1), taken=first.records, progress=1.0)
    assert len(last.records) == 5
    assert ("student_loss", 2.1) in last.records[-1].scores


def test_losses_are_read_or_the_line_named(tmp_path: Path) -> None:
    file = tmp_path / "losses.jsonl"
    file.write_text(json.dumps({"id": "a", "teacher": 1, "student": 2.5}) + "\n")
    assert read_losses(file) == {"a": (1.0, 2.5)}
    file.write_text('{"id": "a", "teacher": 1}\n')
    with pytest.raises(SettingsError, match=r"losses.jsonl:1: expected id, teacher and student"):
        read_losses(file)


@given(
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40)), min_size=1, max_size=8),
)
def test_places_are_within_floors_and_ceilings_and_none_is_wasted(
    places: int, bounds: list[tuple[int, int]]
) -> None:
    cells = [("task", str(i)) for i in range(len(bounds))]
    floors = {c: low for c, (low, _) in zip(cells, bounds, strict=True)}
    ceilings = {c: low + more for c, (low, more) in zip(cells, bounds, strict=True)}
    weights = {c: float(ceilings[c]) ** 0.6 for c in cells}
    given = allot(places, weights=weights, floors=floors, ceilings=ceilings, quotas={})
    assert all(floors[c] <= given[c] <= ceilings[c] for c in cells)
    wanted = min(max(places, sum(floors.values())), sum(ceilings.values()))
    assert sum(given.values()) == wanted
