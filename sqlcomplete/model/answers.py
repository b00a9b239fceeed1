"""Reads what a completions server answers as distributions over our own tokens.

A server gives, for each token that it wrote, the likeliest ones there; or, where it tells no
probabilities, several continuations. Both are rows: what may come after a run of tokens, and how
likely it is. What a row does not name shares the rest.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.prompt import END
from sqlcomplete.model.tokenizer import Tokenizer

_SURE = -1e-3  # log-probability of an end that the server chose and gave no number for
_MISSING = 1e-6  # probability that is always left to what a row does not name


class NoLogprobsError(ValueError):
    """The answer has no probabilities, or not of our tokens."""


class OtherTokensError(NoLogprobsError):
    """The server's token numbers are not ours."""


@dataclass(frozen=True, slots=True)
class Row:
    """Log-probabilities of some tokens."""

    ids: tuple[int, ...]
    logprobs: tuple[float, ...]

    def dense(self, size: int) -> NDArray[np.float32]:
        """Log-probabilities (size,) of all tokens."""
        named = sum(math.exp(p) for p in self.logprobs)
        rest = max(1.0 - named, _MISSING) / max(size - len(self.ids), 1)
        row = np.full(size, math.log(rest), dtype=np.float32)
        row[list(self.ids)] = self.logprobs
        return row


class Names:
    """Token ids by the names that servers give them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._size = len(tokenizer)
        self._ids: dict[str, int] = {}
        for token, data in enumerate(tokenizer.token_bytes):
            try:
                name = data.decode()
            except UnicodeDecodeError:
                name = "bytes:" + "".join(f"\\x{byte:02x}" for byte in data)
            if name:
                self._ids.setdefault(name, token)
        self._ids.update(tokenizer.specials)

    def id(self, name: object) -> int | None:
        """The token of a name: `token_id:N`, or its text."""
        if not isinstance(name, str):
            return None
        if name.startswith("token_id:"):
            number = name.removeprefix("token_id:")
            if number.isascii() and number.isdigit() and int(number) < self._size:
                return int(number)
            return None
        return self._ids.get(name)


def rows_of_logprobs(
    choice: Mapping[str, Any], names: Names, tokenizer: Tokenizer
) -> list[tuple[int, Row]]:
    """The tokens that the server wrote, each with the row it was chosen from.

    Raises: NoLogprobsError.
    """
    logs = choice.get("logprobs")
    if not isinstance(logs, Mapping) or not isinstance(logs.get("tokens"), Sequence):
        raise NoLogprobsError("no logprobs")
    steps: list[tuple[int, Row]] = []
    tops = logs.get("top_logprobs") or []
    chosen = logs.get("token_logprobs") or []
    for place, name in enumerate(logs["tokens"]):
        token = names.id(name)
        if token is None:
            break
        found: dict[int, float] = {}
        top = tops[place] if place < len(tops) else None
        for other, logprob in (top if isinstance(top, Mapping) else {}).items():
            of_other = names.id(other)
            if of_other is not None and _is_logprob(logprob):
                found[of_other] = min(float(logprob), 0.0)
        if place < len(chosen) and _is_logprob(chosen[place]):
            found[token] = min(float(chosen[place]), 0.0)
        if token not in found:
            break
        steps.append((token, Row(tuple(found), tuple(found.values()))))
    if logs["tokens"] and not steps:
        raise NoLogprobsError("the logprobs are not of our tokens")
    text = choice.get("text")
    ours = tokenizer.decode([token for token, _ in steps])
    if isinstance(text, str) and not _agree(text, ours):
        raise OtherTokensError("the server has other tokens by these numbers")
    if choice.get("finish_reason") == "stop" and len(steps) == len(logs["tokens"]):
        steps.append((END, Row((END,), (_SURE,))))
    return steps


def _is_logprob(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _agree(text: str, ours: str) -> bool:
    # The server may leave off spaces at the ends, and ours may stop early at a token it lacks.
    return text.strip().startswith(ours.strip().rstrip("\ufffd")) or ours.startswith(text)


def rows_of_samples(
    choices: Sequence[Mapping[str, Any]], tokenizer: Tokenizer
) -> dict[tuple[int, ...], Row]:
    """Rows by the tokens written before them, from how often continuations agree: a beginning that
    k of n have has the probability k / (n + 1)."""
    samples = []
    for choice in choices:
        text = choice.get("text")
        if isinstance(text, str):
            end = [END] if choice.get("finish_reason") == "stop" else []
            samples.append([*tokenizer.encode(text), *end])
    after: dict[tuple[int, ...], Counter[int]] = {}
    for sample in samples:
        for place, token in enumerate(sample):
            after.setdefault(tuple(sample[:place]), Counter())[token] += 1
    rows = {}
    for before, counts in after.items():
        # The doubt counts once for the whole and not again for each token of it.
        whole = counts.total() if before else len(samples) + 1
        rows[before] = Row(tuple(counts), tuple(math.log(k / whole) for k in counts.values()))
    return rows
