"""Rewriting: a pair made clearer for a small student, with a plan before what is hard."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from distill.agents.record import Outcome, Record, Reject, Step
from distill.agents.symbolic.clearer import (
    well_spaced,
    with_explicit_joins,
    with_telling_aliases,
    without_comments,
)
from distill.agents.symbolic.plan import MOST_LINES, difficulty, plan_of, shortened
from distill.agents.symbolic.reading import Reading, UnreadableError, index_of, plain, read
from distill.agents.symbolic.verification import KEEPS_MEANING


@dataclass(frozen=True, slots=True)
class RewritingSettings:
    """`hard`: the difficulty from which a statement gets a plan; `lines`: a plan's most lines."""

    hard: int = 3
    lines: int = MOST_LINES


class Rewriting:
    """Returns one record: the clearer one, or the record as it was where nothing is to be done."""

    name = "rewriting"
    back_end = "symbolic"

    def __init__(self, settings: RewritingSettings | None = None) -> None:
        self.settings = settings or RewritingSettings()

    def work(self, record: Record, chance: random.Random) -> Outcome:
        """The record in clearer words; a reject where the statement cannot be read."""
        try:
            reading = read(plain(record.sql), record.dialect)
        except UnreadableError as error:
            return Outcome(rejects=(Reject(record, self.name, f"parse: {error}"),))
        before, index = reading.sql, index_of(record.schema)
        done: list[str] = []
        for name, change in _CLEARER:
            text = change(reading, index)
            if text is None or text == reading.sql:
                continue
            try:
                reading = read(text, record.dialect)
            except UnreadableError:
                continue  # the clearer text is not SQL to the parser: the plainer one stays
            done.append(name)
        question = None if record.question is None else tidied(record.question)
        plan = self._plan(record, reading)
        if question != record.question:
            done.append("question tidied")
        if plan != record.plan:
            done.append("plan written" if not record.plan else "plan shortened" if plan else
                        "plan dropped: easy")  # fmt: skip
        if not done and record.sql == reading.sql:
            return Outcome((record,))
        note = "; ".join([*done, KEEPS_MEANING])
        step = Step(self.name, self.back_end, note, before=before)
        return Outcome((record.after(step, sql=reading.sql, question=question, plan=plan),))

    def _plan(self, record: Record, reading: Reading) -> str | None:
        if difficulty(reading.tree) < self.settings.hard:
            return None
        if record.plan:
            return shortened(record.plan, self.settings.lines)
        made = plan_of(reading.tree)
        return None if made is None else "\n".join(made.splitlines()[: self.settings.lines])


def tidied(question: str) -> str:
    """The question in one line: blanks single, quotes straight, its first letter a capital."""
    text = " ".join(question.split())
    text = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0xA0: " "})
    text = re.sub(r"\s+([?.!,;:])", r"\1", text)
    text = re.sub(r"([?.!])\1+$", r"\1", text).strip()
    return text[:1].upper() + text[1:]


_CLEARER = (
    ("comments dropped", without_comments),
    ("explicit joins", with_explicit_joins),
    ("telling aliases", with_telling_aliases),
    ("laid out", well_spaced),
)
