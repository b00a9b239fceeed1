"""A record that an agent fails on, hangs on or dies of costs that record alone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from agents_shop import record

from distill.agents.chain import Chain
from distill.agents.executors import InProcesses
from distill.agents.lm.client import ModelClient
from distill.agents.record import Outcome, Record, Step
from distill.agents.settings import AgentsSettings


@dataclass(frozen=True, slots=True)
class Moody:
    """Passes a record on, unless its statement says what else to do."""

    name: str = "rewriting"
    back_end: str = "symbolic"

    def work(self, record: Record, chance: random.Random) -> Outcome:
        if "die" in record.sql:
            os._exit(9)
        if "hang" in record.sql:
            time.sleep(60)
        if "fail" in record.sql:
            raise ZeroDivisionError("of all things")
        if "nothing" in record.sql:
            return Outcome()
        note = f"passed with {chance.random():.6f}"
        return Outcome((record.after(Step(self.name, self.back_end, note)),))


def make(settings: AgentsSettings, client: ModelClient | None) -> Chain:
    return Chain(None, Moody(), None, 2, settings.seed, settings.seeds == "keep", settings.record_s)


def run(moods: list[str], settings: AgentsSettings) -> dict[str, Outcome]:
    works = InProcesses(settings, make)
    records = [record(f"SELECT {mood}", seed=f"s{i}") for i, mood in enumerate(moods)]
    try:
        outcomes = dict(works.run(records))
    finally:
        works.close()
    assert len(outcomes) == len(moods)
    assert all(isinstance(outcome, Outcome) for outcome in outcomes.values())
    return {r.sql.split()[1]: outcome for r, outcome in outcomes.items()}  # type: ignore[misc]


def test_each_trouble_is_a_reject_with_its_reason() -> None:
    moods = ["a", "b", "die", "c", "fail", "hang", "nothing", *(f"m{i}" for i in range(12))]
    settings = AgentsSettings(workers=2, record_s=1.0, seeds="judge")
    outcomes = run(moods, settings)
    reasons = {m: [r.reason for r in o.rejects] for m, o in outcomes.items() if o.rejects}
    assert reasons == {
        "die": ["its work ended the process it ran in"],
        "fail": ["failed: ZeroDivisionError: of all things"],
        "hang": ["took longer than 1 s"],
        "nothing": ["gave nothing back"],
    }
    assert all(len(o.records) == 1 for m, o in outcomes.items() if m not in reasons)


def test_chance_depends_on_the_record_not_on_who_works_it_when() -> None:
    moods = [f"m{i}" for i in range(8)]
    one, two = (run(order, AgentsSettings(workers=2)) for order in (moods, moods))
    notes = [one[m].records[0].provenance[0].note for m in moods]
    assert notes == [two[m].records[0].provenance[0].note for m in moods]
    assert len(set(notes)) == len(moods)


def test_a_seed_that_no_agent_passes_is_kept_as_it_came() -> None:
    outcome = run(["fail"], AgentsSettings(workers=1))["fail"]
    (kept,) = outcome.records
    assert kept.id == "s0"
    assert kept.sql == "SELECT fail"
    assert "kept as it came; rewriting: failed: ZeroDivisionError" in kept.provenance[0].note


SCRIPT = """
import os, signal, sys
sys.path[:0] = sys.argv[1:]
from test_executors import InProcesses, AgentsSettings, make, record
if __name__ == "__main__":
    works = InProcesses(AgentsSettings(workers=2), make)
    list(works.run([record(f"SELECT {i}", seed=str(i)) for i in range(8)]))
    print(*works._pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killing_the_run_ends_its_processes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *(p for p in sys.path if p)], capture_output=True, text=True
    )
    workers = [int(word) for word in done.stdout.split()]
    assert workers, done.stderr
    deadline = time.monotonic() + 20
    while any(_alive(worker) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
