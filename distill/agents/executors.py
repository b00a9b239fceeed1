"""Where records' work runs: in this process, in processes, or in threads that wait for a model.

Every executor gives back each record with its outcome, as they get done, in no certain order.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import random
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Protocol

from distill.agents.chain import CONTROLLER, Chain, within
from distill.agents.crew import make_agent, make_chain
from distill.agents.lm.client import ModelClient
from distill.agents.record import Agent, Outcome, Record, Reject
from distill.agents.settings import AgentName, AgentsSettings
from distill.agents.trouble import BudgetSpentError, UnansweredError

MakeChain = Callable[[AgentsSettings, ModelClient | None], Chain]
Done = tuple[Record, Outcome | UnansweredError | BudgetSpentError]


class Works(Protocol):
    """Runs the chain over records. What cannot be done now comes back as the error that says so.
    Raises: ModelError."""

    def run(self, records: Iterable[Record]) -> Iterator[Done]: ...

    def close(self) -> None: ...


class InThreads:
    """Threads for agents that wait; one thread works here, without any."""

    def __init__(self, chain: Chain, threads: int, pool: ProcessPoolExecutor | None = None) -> None:
        """`pool` is what the chain computes in, to be ended with it."""
        self._chain = chain
        self._threads = threads
        self._pool = pool

    def run(self, records: Iterable[Record]) -> Iterator[Done]:
        if self._threads <= 1:
            for record in records:
                result = _settled(partial(self._chain.work, record))
                yield record, result
                if isinstance(result, BudgetSpentError):
                    return
            return
        with ThreadPoolExecutor(self._threads) as pool:
            yield from _through(pool, self._chain.work, records, self._threads, lost=[])

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class InProcesses:
    """Processes for agents that compute. They end with this process, however it ends. A record
    that takes its process down twice, the second time alone, is rejected."""

    def __init__(self, settings: AgentsSettings, make: MakeChain = make_chain) -> None:
        """`make` makes each process's chain: a function that a process can import."""
        self._settings = settings
        self._start = partial(_start, settings, make=make)
        self._pool = self._start(settings.workers)

    def run(self, records: Iterable[Record]) -> Iterator[Done]:
        waiting = iter(records)
        lost: list[Record] = []
        while True:
            try:
                yield from _through(
                    self._pool, _work, waiting, 3 * self._settings.workers, lost=lost
                )
                return
            except BrokenExecutor:
                self._pool.shutdown(cancel_futures=True)
                suspects, lost = lost, []
                yield from self._alone(suspects)
                self._pool = self._start(self._settings.workers)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _alone(self, suspects: list[Record]) -> Iterator[Done]:
        """One at a time: so the one that ends its process is known."""
        pool = self._start(1)
        try:
            for record in suspects:
                try:
                    yield record, _settled(pool.submit(_work, record).result)
                except BrokenExecutor:
                    reject = Reject(record, CONTROLLER, "its work ended the process it ran in")
                    yield record, Outcome(rejects=(reject,))
                    pool.shutdown()
                    pool = self._start(1)
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A symbolic agent whose work is done in a pool of processes, for a thread that waits."""

    name: AgentName
    pool: ProcessPoolExecutor
    back_end: str = "symbolic"

    def work(self, record: Record, chance: random.Random) -> Outcome:
        try:
            return self.pool.submit(_agent_work, self.name, record, chance).result()
        except BrokenExecutor:
            raise UnansweredError("the process it was worked in ended") from None


def _start(
    settings: AgentsSettings, workers: int, make: MakeChain = make_chain
) -> ProcessPoolExecutor:
    # Not fork: the parent has threads (a progress bar's), and a fork may copy a held lock.
    return ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(settings, make),
    )


_CHAIN: Chain | None = None


def _begin(settings: AgentsSettings, make: MakeChain) -> None:
    global _CHAIN
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # else it warns of every transpilation
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A killed parent closes no queue: without this a worker would wait on it for ever.
        def leave() -> None:
            wait_for([parent.sentinel])
            os._exit(1)

        threading.Thread(target=leave, daemon=True).start()
    _CHAIN = make(settings, None)


def _work(record: Record) -> Outcome:
    assert _CHAIN is not None
    return _CHAIN.work(record)


def _agent_work(name: AgentName, record: Record, chance: random.Random) -> Outcome:
    assert _CHAIN is not None
    agent: Agent | None = getattr(_CHAIN, name)
    assert agent is not None
    with within(_CHAIN.record_s):
        return agent.work(record, chance)


def _through(
    pool: Executor,
    work: Callable[[Record], Outcome],
    records: Iterable[Record],
    window: int,
    lost: list[Record],
) -> Iterator[Done]:
    """Keeps `window` records under way. `lost` gets those under way when the pool breaks. Once the
    budget is spent no record is begun any more; the caller gets each such error."""
    waiting = iter(records)
    under_way: dict[Future[Outcome], Record] = {}
    spent = False
    try:
        while True:
            if not spent:
                for record in islice(waiting, window - len(under_way)):
                    under_way[_submitted(pool, work, record, lost)] = record
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                result = _settled(future.result)
                record = under_way.pop(future)
                spent = spent or isinstance(result, BudgetSpentError)
                yield record, result
    except BrokenExecutor:
        lost += under_way.values()
        raise
    finally:
        for future in under_way:
            future.cancel()


def _submitted(
    pool: Executor, work: Callable[[Record], Outcome], record: Record, lost: list[Record]
) -> Future[Outcome]:
    try:
        return pool.submit(work, record)
    except BrokenExecutor:
        lost.append(record)
        raise


def _settled(result: Callable[[], Outcome]) -> Outcome | UnansweredError | BudgetSpentError:
    try:
        return result()
    except (UnansweredError, BudgetSpentError) as error:
        return error


def make_works(settings: AgentsSettings, client: ModelClient | None, folder: Path) -> Works:
    """The executor that fits: Ray where it is asked for; threads where a model is asked (symbolic
    agents beside it compute in processes); else processes, or none. Raises: SettingsError."""
    per_record = [agent for agent in settings.agents if agent != "selection"]
    if settings.ray is not None and per_record:
        from distill.agents.ray_works import InRay

        return InRay(settings, folder)
    asking = [agent for agent in per_record if settings.back_end(agent) == "model"]
    if not per_record or (settings.workers == 0 and not asking):
        return InThreads(make_chain(settings, client), 1)
    if not asking:
        return InProcesses(settings)
    assert settings.model is not None
    if settings.workers == 0 or len(asking) == len(per_record):
        return InThreads(make_chain(settings, client), settings.model.concurrency)
    symbolic = replace(settings, agents=tuple(a for a in per_record if a not in asking))
    pool = _start(symbolic, settings.workers)

    def make(name: AgentName, settings: AgentsSettings, client: ModelClient | None) -> Agent:
        if settings.back_end(name) == "model":
            return make_agent(name, settings, client)
        return _Elsewhere(name, pool)

    return InThreads(make_chain(settings, client, make), settings.model.concurrency, pool)
