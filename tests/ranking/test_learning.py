"""What the prior learns: the class that usually follows, and what marks the right candidate."""

from __future__ import annotations

from distill.corpus import Statement
from distill.prior import count_classes, fit, prune, truth
from sqlcomplete.candidates import Candidate
from sqlcomplete.ranking import Prior, read_prior
from sqlcomplete.ranking.classes import context_of
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import Kind


def _statements(*sqls: str) -> list[Statement]:
    return [Statement(str(n), "db", "s", "postgres", sql, "train") for n, sql in enumerate(sqls)]


def test_counts_say_what_follows_and_survive_the_file() -> None:
    counts = count_classes(_statements(*["SELECT a FROM t WHERE b = 1 GROUP BY a"] * 20))
    prior = read_prior(Prior(prune(counts, size=50_000)).to_json())
    after_table = context_of(lex("SELECT x FROM y", "postgres"))
    classes = prior.classes(after_table)
    assert max(classes, key=lambda name: classes[name]) == "WHERE"
    assert abs(sum(classes.values()) - 1) < 0.05


def test_fitting_finds_the_feature_that_marks_the_right_one() -> None:
    right, wrong = frozenset({"linked", "kind"}), frozenset({"plain", "kind"})
    cases = [("table", [wrong, right, wrong], 1)] * 30
    weights = fit(cases)["table"]
    assert weights["linked"] > 0.5
    assert weights.get("plain", 0.0) < 0


def test_the_truth_is_the_longest_insertion_that_was_written() -> None:
    def column(text: str) -> Candidate:
        return Candidate(text, text, Kind.COLUMN, text)

    members = [column("o"), column("o.amount"), column("o.amount_in")]
    assert truth(members, "o.amount > 3") == 1
    assert truth(members, "c.name") is None
