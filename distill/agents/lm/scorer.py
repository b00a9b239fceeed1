"""Selection's scores by asking a language model, many records at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from distill.agents.lm import prompts
from distill.agents.lm.answers import Scores, ask_for
from distill.agents.lm.client import ModelClient
from distill.agents.record import Record
from distill.agents.selection import Scored
from distill.agents.trouble import RefusedError, UnansweredError


class ModelScorer:
    """Informativeness, helpfulness and generalisation as the model sees them."""

    def __init__(self, client: ModelClient) -> None:
        self._client = client

    @property
    def back_end(self) -> str:
        return self._client.name

    def score(self, records: Sequence[Record]) -> list[Scored]:
        """One answer a record. Raises: BudgetSpentError, ModelError."""
        with ThreadPoolExecutor(self._client.settings.concurrency) as pool:
            futures = [pool.submit(self._one, record) for record in records]
            try:
                return [future.result() for future in futures]
            finally:
                for future in futures:
                    future.cancel()

    def _one(self, record: Record) -> Scored:
        try:
            answer, prompt_hash = ask_for(self._client, prompts.selection(record), Scores)
        except (RefusedError, UnansweredError) as error:
            return Scored(refused=f"not scored: {error}")
        scores = (
            ("informativeness", float(answer.informativeness)),
            ("helpfulness", float(answer.helpfulness)),
            ("generalisation", float(answer.generalisation)),
        )
        return Scored(scores, prompt_hash=prompt_hash)
