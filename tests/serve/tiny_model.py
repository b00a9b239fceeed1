"""A language model small enough to make in a test: it has learned a few statements by heart, and
goes on with the token that followed the last few."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.conversation import Gate, open_gate
from sqlcomplete.model.prompt import END, PREFIX, SPECIALS
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

STATEMENTS = (
    "SELECT name FROM customers WHERE id = 1;",
    "SELECT id, customer_id FROM orders WHERE customer_id = 1;",
    "SELECT id FROM orders ORDER BY id;",
)


def tiny_tokenizer() -> Tokenizer:
    """Bytes, and a few words put together by merges."""
    words = ("SELECT", "FROM", "WHERE", "customers", "orders", "name", "customer_id", "id")
    space = BYTE_CHARACTERS[ord(" ")]
    tokens = [*SPECIALS, *BYTE_CHARACTERS]
    merges: list[tuple[str, str]] = []
    for word in (*words, *(space + w for w in words)):
        left = word[0]
        for character in word[1:]:
            if (left, character) not in merges:
                merges.append((left, character))
                tokens.append(left + character)
            left += character
    return Tokenizer(tokens, merges, SPECIALS)


class TinyModel:
    """`step_seconds` is how long each step of it takes."""

    def __init__(self, *, step_seconds: float = 0.0) -> None:
        self.name = "tiny"
        self.tokenizer = tiny_tokenizer()
        self.step_seconds = step_seconds
        self.steps = 0
        self.next: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for statement in STATEMENTS:
            ids = [PREFIX, *self.tokenizer.encode(statement), END]
            for place in range(1, len(ids)):
                for length in range(1, 7):
                    context = tuple(ids[max(place - length, 0) : place])
                    self.next[context][ids[place]] += 1

    def session(self) -> TinySession:
        return TinySession(self)

    def row(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """Logits after `tokens`."""
        counts = np.full(len(self.tokenizer), 1e-6, dtype=np.float64)
        for length in range(6, 0, -1):
            found = self.next.get(tuple(tokens[-length:]))
            if found:
                for token, count in found.items():
                    counts[token] += count
                break
        return np.asarray(np.log(counts), dtype=np.float32)


class TinySession:
    def __init__(self, model: TinyModel) -> None:
        self.model = model
        self.tokenizer = model.tokenizer
        self.gate: Gate = open_gate
        self.computed = 0
        self.kept: list[int] = []

    @property
    def memory(self) -> int:
        return 1000 * len(self.kept)

    @property
    def ahead(self) -> int:
        return 0

    def known(self, tokens: Sequence[int]) -> int:
        known = 0
        while known < min(len(tokens), len(self.kept)) and tokens[known] == self.kept[known]:
            known += 1
        return known

    def forget(self) -> None:
        self.kept = []

    def logits(
        self, tokens: Sequence[int], *, positions: int = 1, deadline: float | None = None
    ) -> NDArray[np.float32]:
        del self.kept[self.known(tokens) :]
        while len(self.kept) < len(tokens) or self.kept != list(tokens):
            if deadline is not None and time.perf_counter() > deadline:
                raise OutOfTimeError
            self.gate(deadline)
            time.sleep(self.model.step_seconds)
            self.model.steps += 1
            new = list(tokens[len(self.kept) : len(self.kept) + 48])
            self.kept.extend(new)
            self.computed += len(new)
        ends = range(len(tokens) - positions + 1, len(tokens) + 1)
        return np.stack([self.model.row(tokens[:end]) for end in ends])
