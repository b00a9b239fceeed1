"""The judges of the evaluation, one by one, on statements small enough to count by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.corpus import Statement
from distill.evaluate.agreement import agreement
from distill.evaluate.clauses import clause_end
from distill.evaluate.figures import buckets, latency
from distill.evaluate.ghosts import GhostScore, score, similarity
from distill.evaluate.infill import fill, gaps
from distill.evaluate.keystrokes import replay
from distill.evaluate.lexing import lex
from distill.evaluate.next_token import probes
from distill.evaluate.sampling import sample
from distill.evaluate.system import NOTHING, Answer, ShownGhost, Suggestion
from distill.evaluate.target import target_of, tidy
from distill.evaluate.tokens import label

SQL = "SELECT id FROM orders"


@given(st.text(alphabet="ab1 '\"`[]$.;:-/*{}%\n\\(é", max_size=40))
def test_the_lexer_loses_only_white_space(text: str) -> None:
    tokens = lex(text)
    assert [text[t.start : t.end] for t in tokens] == [t.text for t in tokens]
    covered = {i for t in tokens for i in range(t.start, t.end)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


@pytest.mark.parametrize(
    ("target", "at", "insert", "end"),
    [
        ("SELECT id FROM t", 0, "select ", 7),
        ("SELECT id FROM t", 9, " FROM t", 16),
        ("SELECT id FROM t", 9, " FROM u", None),
        ("SELECT id FROM t", 9, "FROM", None),  # would write `idFROM`
        ("SELECT id FROM t", 7, "id FROM t WHERE", None),  # beyond the end
        ("a = b", 0, "a=b", 5),
        ("a=b", 1, " = b", 3),
        ("f(x)", 0, "F( x )", 4),
        ("created_at", 0, "created", 7),  # ends inside the name
        ("created_at", 0, "created ", None),
        ('"Order Date" > 1', 0, '"order date"', 12),
        ("name", 0, '"name"', 4),
        ("x = 'Oslo'", 4, "'Oslo'", 10),
        ("x = 'Oslo'", 4, "'oslo'", None),  # strings are data
        ("SELECT a\n  FROM t", 9, "from t", 17),
        ("a FROM t", 2, "from ", 7),
        ("a FROM\n  t", 2, "from ", 6),  # a blank is no line break
        ("a FROM\n  t", 2, "from\n", 9),
        ("ab", 1, " b", None),  # parts one word
        ("x", 0, "", None),
    ],
)
def test_agreement(target: str, at: int, insert: str, end: int | None) -> None:
    assert agreement(target, at, insert) == end


@given(st.text(alphabet="ab '(),.=\n", min_size=1, max_size=30), st.data())
def test_a_piece_of_the_target_always_agrees(target: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(target) - 1))
    end = data.draw(st.integers(at + 1, len(target)))
    place = agreement(target, at, target[at:end])
    assert place is not None and place >= end
    assert not target[end:place].strip()


@pytest.mark.parametrize(
    ("sql", "tidied"),
    [
        ("SELECT  a ,   b FROM t ;", "SELECT a , b FROM t"),
        ("SELECT 'a  b'", "SELECT 'a  b'"),
        ("SELECT a -- why\nFROM t", "SELECT a\nFROM t"),
        ("SELECT a\n\n\n   FROM  t\n", "SELECT a\n   FROM t"),
        ("-- name: x\nSELECT 1", "SELECT 1"),
        ("SELECT {{ x }}", "SELECT {{ x }}"),
    ],
)
def test_tidies_what_a_user_would_not_type(sql: str, tidied: str) -> None:
    assert tidy(sql) == tidied


def test_indentation_is_free() -> None:
    target = target_of("SELECT a\n    FROM t")
    assert target.keystrokes == len("SELECT a") + 1 + len("FROM t")
    assert target.typed(8) == 13  # one key: the line break and what the editor indents


def test_without_help_every_character_is_a_keystroke() -> None:
    result = replay(target_of(SQL), lambda text, cursor: NOTHING)
    assert (result.keystrokes, result.baseline, result.saved) == (len(SQL), len(SQL), 0.0)


def test_a_whole_ghost_is_one_keystroke() -> None:
    def ask(text: str, cursor: int) -> Answer:
        return Answer(ShownGhost(SQL[cursor:])) if cursor == 7 else NOTHING

    result = replay(target_of(SQL), ask)
    assert result.keystrokes == 7 + 1
    assert result.actions == {"typed": 7, "ghost": 1}


def test_a_wrong_ghost_gives_its_right_first_word() -> None:
    def ask(text: str, cursor: int) -> Answer:
        return Answer(ShownGhost(" FROM customers")) if cursor == 9 else NOTHING

    result = replay(target_of(SQL), ask)
    assert result.actions == {"typed": len(SQL) - len(" FROM "), "ghost word": 1}


def test_an_item_replaces_the_word_begun_and_only_five_are_seen() -> None:
    def popup(rank: int) -> dict[str, int]:
        wrong = [Suggestion(f"wrong{i}", (15, 16)) for i in range(rank - 1)]
        items = (*wrong, Suggestion("ORDERS", (15, 16)))
        result = replay(target_of(SQL), lambda t, c: Answer(items=items) if c == 16 else NOTHING)
        return dict(result.actions)

    assert popup(5) == {"typed": 16, "item": 1}
    assert popup(6) == {"typed": len(SQL)}


def test_help_that_contradicts_or_misplaces_is_worth_nothing() -> None:
    answer = Answer(
        ShownGhost("xyz"), (Suggestion("SELECT", (-1, 0)), Suggestion("SELECT", (3, 90)))
    )
    assert replay(target_of(SQL), lambda t, c: answer).saved == 0


def kinds(sql: str, dialect: str = "sqlite") -> dict[str, str]:
    return {t.text: t.kind for t in label(sql, dialect)}


def test_labels_tokens_by_what_they_are() -> None:
    found = kinds(
        "SELECT o.total, COUNT(*) AS n FROM orders AS o JOIN shops USING (sid) GROUP BY o.total"
    )
    assert found["total"] == "column"
    assert found["COUNT"] == "function"
    assert found["orders"] == found["shops"] == "table"
    assert found["sid"] == "column"
    assert found["n"] == "new name"
    assert found["o"] in ("new name", "qualifier")
    assert {found[w] for w in ("SELECT", "FROM", "AS", "JOIN", "USING", "GROUP", "BY")} == {
        "keyword"
    }


def test_labels_writing_statements() -> None:
    found = kinds(
        "INSERT INTO t (a, b) VALUES ($1, $2) ON CONFLICT (a) DO NOTHING RETURNING c", "postgres"
    )
    assert {k: found[k] for k in "tabc"} == {
        "t": "table",
        "a": "column",
        "b": "column",
        "c": "column",
    }
    assert found["CONFLICT"] == found["NOTHING"] == found["RETURNING"] == "keyword"
    assert kinds("SELECT CAST(x AS INTEGER) FROM t")["INTEGER"] == "type"


def test_what_does_not_parse_still_has_keywords() -> None:
    found = kinds("SELECT FROM WHERE ((")
    assert found["SELECT"] == "keyword"


def test_next_token_ranks() -> None:
    tokens = label(SQL, "sqlite")

    def ask(text: str, cursor: int) -> Answer:
        if text == "SELECT ":
            return Answer(items=(Suggestion("total", (7, 7)), Suggestion("id", (7, 7))))
        if text == "SELECT i":
            return Answer(items=(Suggestion("id", (7, 8)),))
        if text == "SELECT id FROM ":
            return Answer(items=(Suggestion("ord", (15, 15)),))  # does not write the whole token
        return NOTHING

    found = {(p.kind, p.rank, p.rank_typed) for p in probes(SQL, tokens, ask)}
    assert found == {("keyword", None, None), ("column", 2, 1), ("table", None, None)}


@pytest.mark.parametrize(
    ("sql", "at", "clause"),
    [
        ("SELECT a, b FROM t WHERE x = 1", 7, "a, b"),
        ("SELECT a, b FROM t WHERE x = 1", 12, "FROM t"),
        ("SELECT a, b FROM t WHERE x = 1", 25, "x = 1"),
        ("SELECT f(a, b), c FROM t", 9, "a, b"),
        ("SELECT a FROM (SELECT b FROM u) x WHERE y", 14, "(SELECT b FROM u) x"),
        ("SELECT a FROM t LEFT OUTER JOIN u ON t.a = u.a", 16, "LEFT OUTER JOIN u"),
        ("SELECT left(a, 2), b FROM t", 7, "left(a, 2), b"),
    ],
)
def test_where_a_clause_ends(sql: str, at: int, clause: str) -> None:
    assert sql[at : clause_end(sql, at)] == clause


def test_ghost_scores() -> None:
    right = score(SQL, 9, ShownGhost(" FROM orders", 0.9))
    assert (right.right, right.exact, right.similarity) == (True, True, 1.0)
    short = score(SQL, 9, ShownGhost(" FROM"))
    assert (short.right, short.exact) == (True, False)
    wrong = score(SQL, 9, ShownGhost(" FROM offers"))
    assert (wrong.right, wrong.word_right) == (False, True)
    assert 0.5 < wrong.similarity < 1


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_similarity_is_symmetric_and_bounded(left: str, right: str) -> None:
    assert similarity(left, right) == similarity(right, left)
    assert 0 <= similarity(left, right) <= 1
    assert (similarity(left, right) == 1) == (left == right)


def test_infill_counts_only_what_restores_the_statement() -> None:
    gap = ("token", 7, 9)
    restored, _ = fill(SQL, gap, lambda t, c: Answer(ShownGhost("ID")))
    assert restored.ghost and restored.accept and restored.text == "SELECT  FROM orders"
    item, _ = fill(SQL, gap, lambda t, c: Answer(items=(Suggestion("id", (7, 7)),)))
    assert not item.ghost and item.accept
    repeats, _ = fill(SQL, gap, lambda t, c: Answer(ShownGhost("id FROM orders")))
    assert not repeats.ghost and not repeats.accept


def test_gaps_are_drawn_alike_for_a_seed() -> None:
    tokens = label(SQL, "sqlite")
    assert gaps(SQL, tokens, seed="0:q") == gaps(SQL, tokens, seed="0:q")
    assert {cut for cut, _, _ in gaps(SQL, tokens, seed="0:q")} == {"token", "clause"}


def statement(number: int, source: str) -> Statement:
    return Statement(f"{source}-{number}", f"db{number % 2}", source, "sqlite", SQL, "dev")


def test_a_sample_is_even_over_sources_and_stable() -> None:
    pool = [statement(i, "many") for i in range(50)] + [statement(i, "few") for i in range(3)]
    drawn = sample(pool, 12)
    assert drawn == sample(list(reversed(pool)), 12)
    assert [s.source for s in drawn].count("few") == 3
    assert len(drawn) == 12
    assert set(sample(pool, 12, seed=1)) != set(drawn)
    assert set(sample(pool, 6)) <= set(drawn)
    assert len(sample(pool, None)) == 53


def test_buckets_hold_each_confidence_once() -> None:
    ghosts = [GhostScore(c, c > 0.5, True, False, 0.0) for c in (0.0, 0.05, 0.55, 1.0)]
    found = buckets([*ghosts, GhostScore(None, True, True, True, 1.0)])
    assert [b.count for b in found] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert (found[0].precision, found[5].precision, found[1].precision) == (0.0, 1.0, None)


def test_latency_percentiles() -> None:
    found = latency(float(i) for i in range(101))
    assert (found["p50"], found["p95"], found["max"]) == (50.0, 95.0, 100.0)
    assert latency([]) == {}
