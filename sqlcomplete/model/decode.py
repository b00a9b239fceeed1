"""Writes on from a prompt: token by token, healed at the cursor, held to what a constraint admits.

A step over the model costs about as much for five tokens as for one. So each step also reads a
draft, a free guess at what comes; where the model would have written the same, the next steps are
already done (prompt lookup and speculative decoding, greedy: the text is the same without them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.drafts import copied
from sqlcomplete.model.prompt import END, Prompt
from sqlcomplete.model.session import OutOfTimeError

_TOP = 24  # tokens looked at before a position is given up
_AHEAD = 6  # tokens of a draft that one step reads at most


class Constraint(Protocol):
    """What may be written at one cursor."""

    def __call__(self, text: str) -> bool:
        """Whether the text after the cursor may begin so."""

    def forced(self, text: str) -> str:
        """How the name that `text` ends inside must go on, where only one name begins so; else
        nothing."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What the text after the cursor begins with, and how likely that is, in 0..1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Continuation:
    """`text` goes on from the cursor. `confidence[i]` is the probability of `text[:ends[i]]`,
    `ends` being the offsets at which a token ends."""

    text: str
    ends: tuple[int, ...]
    confidence: tuple[float, ...]


class Reader:
    """Reads a conversation's scores, and drafts along with them. One serves one cursor.

    `deadline` is a `time.perf_counter()` value.
    """

    def __init__(self, session: Conversation, deadline: float | None) -> None:
        self.tokenizer = session.tokenizer
        self.steps = 0
        self._session = session
        self._deadline = deadline
        self._read: list[int] = []
        self._rows: NDArray[np.float32] | None = None

    def scores(self, tokens: Sequence[int], draft: Sequence[int] = ()) -> NDArray[np.float32]:
        """Log-probabilities (vocabulary,) of the token after `tokens`, reading `draft` ahead where
        a step is due.

        Raises: OutOfTimeError.
        """
        place = self._place(tokens)
        if self._rows is not None and place is not None:
            return _log_softmax(self._rows[place])
        ahead = draft[: min(_AHEAD, self._session.ahead)]
        self._read = [*tokens, *ahead]
        self._rows = self._session.logits(
            self._read, positions=len(ahead) + 1, deadline=self._deadline
        )
        self.steps += 1
        return _log_softmax(self._rows[0])

    def has(self, tokens: Sequence[int]) -> bool:
        """Whether the scores after `tokens` came out of the last step."""
        return self._place(tokens) is not None

    def _place(self, tokens: Sequence[int]) -> int | None:
        """The row of the last step that scores what comes after `tokens`."""
        if self._rows is None:
            return None
        place = len(tokens) - (len(self._read) - len(self._rows) + 1)
        if 0 <= place < len(self._rows) and self._read[: len(tokens)] == list(tokens):
            return place
        return None


def write_on(
    reader: Reader,
    prompt: Prompt,
    constraint: Constraint,
    *,
    lead: Lead | None = None,
    max_tokens: int,
    most_lines: int,
    least: float,
) -> Continuation:
    """The likeliest text that goes on from the cursor, token by token.

    Args:
        reader: A conversation with its deadline; past it, what there is comes back.
        constraint: Asked for each token.
        lead: The text begins so, in tokens that the model need not choose.
        max_tokens: At most so many tokens after the lead.
        most_lines: The text has at most so many lines.
        least: The token that brings the probability of the whole under this is the last: it shows
            whether the one before it ended a word.
    """
    tokenizer = reader.tokenizer
    tokens = list(prompt.tokens)
    pending = prompt.pending
    written = ""
    probability = 1.0
    ends: list[int] = []
    confidence: list[float] = []

    def keep(text: str) -> None:
        nonlocal written
        written += text
        if len(written) > len(pending):
            ends.append(len(written) - len(pending))
            confidence.append(probability)

    if lead is not None:
        tokens += tokenizer.encode(pending + lead.text)
        probability = lead.confidence
        keep(pending + lead.text)
    for _ in range(max_tokens):
        rest = pending[len(written) :]
        after = written[len(pending) :]
        if ";" in after or after.count("\n") >= most_lines:
            break
        if not rest and (more := constraint.forced(after)):
            tokens += tokenizer.encode(more)
            keep(more)
            continue
        try:
            scores = reader.scores(tokens, copied(tokens))
        except OutOfTimeError:
            break
        found = _choose(scores, tokenizer.token_text, rest, after, constraint, reader)
        if found is None:
            break
        chosen, likely = found
        probability *= likely
        tokens.append(chosen)
        keep(tokenizer.token_text[chosen])
        if probability < least:
            break
    return Continuation(written[len(pending) :], tuple(ends), tuple(confidence))


def _choose(
    scores: NDArray[np.float32],
    texts: Sequence[str],
    rest: str,
    after: str,
    constraint: Constraint,
    reader: Reader,
) -> tuple[int, float] | None:
    """The likeliest token that may come, with its probability; None where the text ends here.

    `rest` is what is typed and not yet written, `after` what is written after the cursor.
    """
    if rest:
        # Of the tokens that agree with what is typed: what is typed is certain, not likely.
        ids = reader.tokenizer.ids_agreeing(rest)
        if not ids:
            return None
        allowed = np.array(ids)
        scores = scores - np.logaddexp.reduce(scores[allowed])
        order = allowed[np.argsort(-scores[allowed])[:_TOP]]
    else:
        order = np.argpartition(-scores, _TOP)[:_TOP]
        order = order[np.argsort(-scores[order])]
    for token in order.tolist():
        if token == END:
            if not rest:
                return None
            continue
        text = texts[token]
        more = after + text[len(rest) :]
        if text and text != "\ufffd" and (not more or constraint(more)):
            return token, float(np.exp(scores[token]))
    return None


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
