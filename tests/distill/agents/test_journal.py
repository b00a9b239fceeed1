"""What is written down is read back the same; what a kill tore is cut off; the rest is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from agents_shop import SHOP, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distill.agents.journal import Journal, JournalError
from distill.agents.record import Outcome, Reject, Step

IDENTITY = {"seed": 1, "agents": {"expansion": "symbolic"}}


def outcome(sql: str) -> Outcome:
    made = record(sql, made=True, plan="a\nb", scores=(("executed", 1.0),), round=2)
    made = made.after(Step("rewriting", "m", "n", "f" * 64, "SELECT 0"))
    return Outcome((made,), (Reject(record("SELECT 'ü☃'"), "verification", "parse: no"),))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 400))
def test_whatever_a_kill_tore_off_the_rest_is_read(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "j.jsonl"
    path.unlink(missing_ok=True)
    outcomes = {"a": outcome("SELECT 1"), "b": outcome("SELECT 2")}
    with Journal(path, IDENTITY) as journal:
        for id_, value in outcomes.items():
            journal.add(id_, value)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - torn])
    with Journal(path, IDENTITY) as journal:
        assert journal.done.items() <= outcomes.items()
        assert (torn > 0) == (len(journal.done) < 2)
        for id_, value in outcomes.items():
            if id_ not in journal.done:
                journal.add(id_, value)
    with Journal(path, IDENTITY) as journal:
        assert journal.done == outcomes
        assert journal.done["a"].records[0].schema == SHOP


def test_one_schema_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    for id_ in ("a", "b"):
        with Journal(path, IDENTITY) as journal:
            journal.add(id_, outcome("SELECT 1"))
    assert path.read_text().count('"document"') == 1


def test_a_journal_of_other_settings_or_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    Journal(path, IDENTITY).close()
    with pytest.raises(JournalError, match="was begun with seed 1, this run has 2"):
        Journal(path, IDENTITY | {"seed": 2})
    with pytest.raises(JournalError, match="another version"):
        Journal(path, {"seed": 1})
    path.write_bytes(path.read_bytes() + b'{"records": []}\n')
    with pytest.raises(JournalError, match=r"j.jsonl:2: damaged"):
        Journal(path, IDENTITY)
