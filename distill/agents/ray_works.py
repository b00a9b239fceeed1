"""The per-record work over Ray Data: on this machine, or on a cluster that exists.

Every actor holds the agents; blocks of records stream through them, and each record's outcome is
given back here, where the journal is. A kill loses the blocks in flight.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from distill.agents.crew import make_chain, make_client
from distill.agents.executors import Done, InThreads
from distill.agents.record import Outcome, Record
from distill.agents.settings import AgentsSettings, RaySettings, SettingsError
from distill.agents.trouble import ModelError, UnansweredError


class InRay:
    """Runs chains in Ray actors. Raises: SettingsError, where Ray is missing or a budget could not
    be held, for actors on several machines share no record of what is spent."""

    def __init__(self, settings: AgentsSettings, folder: Path) -> None:
        """`folder` is the run's: actors on this machine share its cache of answers."""
        assert settings.ray is not None
        self._told: RaySettings = settings.ray
        if self._told.address and settings.model and settings.model.budget is not None:
            raise SettingsError(
                "ray.address: a model's budget is held on one machine only; take model.budget out"
            )
        try:
            import ray
            import ray.data
        except ModuleNotFoundError as error:
            raise SettingsError("ray: pip install 'sqlcomplete[ray]'") from error
        logging.getLogger("ray").setLevel(logging.ERROR)  # it tells of every plan and block
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        self._ray = ray
        self._settings = _share(settings, self._told.actors)
        self._folder = folder.resolve()
        self._own = not ray.is_initialized()
        if self._own:
            ray.init(
                address=self._told.address,
                num_cpus=None if self._told.address else self._told.actors + 1,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False

    def run(self, records: Iterable[Record]) -> Iterator[Done]:
        rows = [{"record": pickle.dumps(record)} for record in records]
        if not rows:
            return
        blocks = -(-len(rows) // self._told.batch)
        data = self._ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
            _Actor,
            fn_constructor_args=(self._settings, self._folder),
            batch_size=self._told.batch,
            compute=self._ray.data.ActorPoolStrategy(size=self._told.actors),
        )
        for row in data.iter_rows():
            record, result = pickle.loads(row["done"])
            if isinstance(result, ModelError):
                raise result
            yield record, result

    def close(self) -> None:
        if self._own:
            self._ray.shutdown()


class _Actor:
    """Holds one chain; works a block of records at a time, in threads where a model is asked."""

    def __init__(self, settings: AgentsSettings, folder: Path) -> None:
        logging.getLogger("sqlglot").setLevel(logging.ERROR)
        per_record = [agent for agent in settings.agents if agent != "selection"]
        settings = replace(settings, agents=tuple(per_record))
        client = make_client(settings, folder)
        threads = client.settings.concurrency if client is not None else 1
        self._works = InThreads(make_chain(settings, client), threads)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        records = [pickle.loads(record) for record in batch["record"]]
        done: dict[str, tuple[Record, Outcome | Exception]] = {}
        # What a spent budget leaves undone comes back as not answered.
        missing: Exception = UnansweredError("not asked")
        try:
            done = {record.id: (record, result) for record, result in self._works.run(records)}
        except ModelError as error:
            missing = error
        return {
            "done": [pickle.dumps(done.get(record.id, (record, missing))) for record in records]
        }


def _share(settings: AgentsSettings, actors: int) -> AgentsSettings:
    """One actor's settings: its share of the model's rates, which are of all together."""
    model = settings.model
    if model is None:
        return settings

    def part(rate: int | None) -> int | None:
        return None if rate is None else max(rate // actors, 1)

    return replace(
        settings,
        model=replace(
            model,
            concurrency=max(model.concurrency // actors, 1),
            requests_per_minute=part(model.requests_per_minute),
            tokens_per_minute=part(model.tokens_per_minute),
        ),
    )
