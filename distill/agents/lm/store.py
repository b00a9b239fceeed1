"""Answers by prompt hash and money spent, in one SQLite file. Safe for threads and processes.

Nothing is asked twice, in this run or the next; and what was spent is known even after a kill,
for a question's highest cost is written down before it is asked.
"""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from distill.agents.trouble import BudgetSpentError
from sqlcomplete.errors import SqlcompleteError

_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    prompt_hash TEXT PRIMARY KEY, content TEXT NOT NULL, finish TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spending (
    id INTEGER PRIMARY KEY, cost REAL NOT NULL, tokens_in INTEGER, tokens_out INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said, and why it stopped ("stop", "length" or another word)."""

    content: str
    finish: str


@dataclass(frozen=True, slots=True)
class Spending:
    """Over all runs in this folder: answered or lost questions, tokens in and out, money."""

    questions: int
    tokens_in: int
    tokens_out: int
    cost: float


class Store:
    """The file. Raises: SqlcompleteError, when it cannot be opened."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                path, timeout=30, check_same_thread=False, isolation_level=None
            )
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)
        except (sqlite3.Error, OSError) as error:
            raise SqlcompleteError(
                f"{path}: cannot be used as a cache of answers ({error})"
            ) from error

    def answer(self, prompt_hash: str) -> Answer | None:
        """The answer to that prompt, where it was given before."""
        with self._lock:
            row = self._db.execute(
                "SELECT content, finish FROM answers WHERE prompt_hash = ?", (prompt_hash,)
            ).fetchone()
        return Answer(*row) if row else None

    def keep(self, prompt_hash: str, answer: Answer) -> None:
        """Keeps an answer."""
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                (prompt_hash, answer.content, answer.finish),
            )

    def reserve(self, most: float, budget: float | None) -> int:
        """Writes down a question that may cost so much; gives its number.

        Raises: BudgetSpentError, when that could be more than is left of the budget.
        """
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                (spent,) = self._db.execute("SELECT total(cost) FROM spending").fetchone()
                if budget is not None and spent + most > budget + 1e-9:
                    raise BudgetSpentError(f"{spent:.4f} of {budget:.4f} is spent")
                number = self._db.execute(
                    "INSERT INTO spending (cost) VALUES (?)", (most,)
                ).lastrowid
            finally:
                self._db.execute("COMMIT")
        assert number is not None
        return number

    def settle(self, number: int, cost: float, tokens_in: int, tokens_out: int) -> None:
        """Replaces the reserved cost by the real one."""
        with self._lock:
            self._db.execute(
                "UPDATE spending SET cost = ?, tokens_in = ?, tokens_out = ? WHERE id = ?",
                (cost, tokens_in, tokens_out, number),
            )

    def release(self, number: int) -> None:
        """Forgets a question that was certainly not charged."""
        with self._lock:
            self._db.execute("DELETE FROM spending WHERE id = ?", (number,))

    def spending(self) -> Spending:
        """What was spent so far."""
        with self._lock:
            row = self._db.execute(
                "SELECT count(*), coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0),"
                " total(cost) FROM spending"
            ).fetchone()
        return Spending(*row)

    def close(self) -> None:
        with self._lock:
            self._db.close()
