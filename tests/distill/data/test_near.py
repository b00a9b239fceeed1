"""Near-duplicates are found by what they say, not by values, layout or case."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from distill.data.near import Match, NearIndex, shingles_of, without_near

LONG = "SELECT id, name FROM customers WHERE city = 'Rome' AND age > 3 AND name <> 'x' ORDER BY id"


def index_of(*statements: str, similarity: float = 0.8) -> NearIndex:
    index = NearIndex(similarity)
    for place, sql in enumerate(statements):
        index.add(place, shingles_of(sql, "sqlite"))
    return index


def test_values_layout_case_comments_and_lists_do_not_count() -> None:
    index = index_of("SELECT id FROM t WHERE a IN (1, 2, 3) AND b = 'x'")
    written = "-- why\nselect id\n  from t\n where a in (7)\n   and b = $1;"
    assert index.nearest(shingles_of(written, "sqlite")) == Match(0, 1.0)


def test_the_nearest_of_several_is_named_and_the_unlike_are_not() -> None:
    index = index_of(LONG.replace("ORDER BY id", "ORDER BY name, city"), LONG + " DESC")
    found = index.nearest(shingles_of(LONG, "sqlite"))
    assert found is not None
    assert found.key == 1
    assert 0.9 < found.similarity < 1
    assert index.nearest(shingles_of(LONG.replace("name", "city"), "sqlite")) is None


def test_groups_are_never_alike_and_a_match_is_not_taken_in() -> None:
    index = NearIndex()
    shingles = shingles_of(LONG, "sqlite")
    assert index.add_new("a", shingles, group=1) is None
    assert index.add_new("b", shingles, group=2) is None
    assert index.add_new("c", shingles, group=1) == Match("a", 1.0)
    assert len(index) == 2


def test_banding_finds_what_comparing_all_pairs_finds() -> None:
    chance = random.Random(5)
    names = [f"c{i}" for i in range(40)]
    statements = []
    for _ in range(60):
        listed = chance.sample(names, 12)
        statements.append(f"SELECT {', '.join(listed)} FROM t")
        listed[chance.randrange(12)] = chance.choice(names)
        statements.append(f"SELECT {', '.join(listed)} FROM t")
    sets = [shingles_of(sql, "sqlite") for sql in statements]
    index = index_of(*statements, similarity=0.7)
    for place, one in enumerate(sets):
        best = max(len(one & other) / len(one | other) for other in sets)
        found = index.nearest(one)
        assert found is not None
        assert found.similarity == best == 1.0
        near = {p for p, other in enumerate(sets) if len(one & other) / len(one | other) >= 0.7}
        assert found.key == min(p for p in near if sets[p] == one), place
    pairs = sum(len(a & b) / len(a | b) >= 0.7 for a, b in zip(sets[::2], sets[1::2], strict=True))
    alone = index_of(*statements[::2], similarity=0.7)
    assert sum(alone.nearest(s) is not None for s in sets[1::2]) >= pairs > 30


@given(st.text(max_size=40))
def test_any_text_is_its_own_duplicate(text: str) -> None:
    assert index_of(text, similarity=1.0).nearest(shingles_of(text, "sqlite")) == Match(0, 1.0)


def test_statements_without_a_near_duplicate_are_those_left() -> None:
    others = [LONG]
    assert without_near([LONG + " DESC", "SELECT 1", LONG.lower()], others, "sqlite") == [1]
