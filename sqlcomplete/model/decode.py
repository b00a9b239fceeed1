"""Writes on from a prompt: token by token, healed at the cursor, held to what a guard admits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.prompt import END, Prompt
from sqlcomplete.model.session import OutOfTimeError

Guard = Callable[[str], bool]

_TOP = 24  # tokens looked at before a position is given up


@dataclass(frozen=True, slots=True)
class Continuation:
    """`text` goes on from the cursor. `confidence[i]` is the probability of `text[:ends[i]]`,
    `ends` being the offsets at which a token ends."""

    text: str
    ends: tuple[int, ...]
    confidence: tuple[float, ...]


def first_scores(
    session: Conversation, prompt: Prompt, deadline: float | None
) -> NDArray[np.float32]:
    """Log-probabilities (vocabulary,) of the token after the prompt's tokens.

    Raises: OutOfTimeError.
    """
    return _log_softmax(session.logits(prompt.tokens, deadline=deadline)[0])


def write_on(
    session: Conversation,
    prompt: Prompt,
    guard: Guard,
    *,
    max_tokens: int,
    least: float,
    deadline: float | None,
) -> Continuation:
    """The likeliest text that goes on from the cursor, token by token.

    Args:
        guard: Whether a text after the cursor may begin so; asked for each token.
        max_tokens: At most so many tokens.
        least: Stops before the probability of the whole falls under this.
        deadline: A `time.perf_counter()` value; past it, what there is comes back.
    """
    tokenizer = session.tokenizer
    tokens = list(prompt.tokens)
    pending = prompt.pending
    written = ""
    probability = 1.0
    ends: list[int] = []
    confidence: list[float] = []
    for _ in range(max_tokens):
        try:
            scores = _log_softmax(session.logits(tokens, deadline=deadline)[0])
        except OutOfTimeError:
            break
        rest = pending[len(written) :]
        if rest:
            # Of the tokens that agree with what is typed: what is typed is certain, not likely.
            ids = tokenizer.ids_with_prefix(rest) + tokenizer.ids_of_prefixes(rest)
            if not ids:
                break
            allowed = np.array(ids)
            scores = scores - np.logaddexp.reduce(scores[allowed])
            order = allowed[np.argsort(-scores[allowed])[:_TOP]]
        else:
            order = np.argpartition(-scores, _TOP)[:_TOP]
            order = order[np.argsort(-scores[order])]
        chosen = None
        for i in order.tolist():
            if i == END:
                if not rest:
                    break
                continue
            text = tokenizer.token_text[i]
            after = (written + text)[len(pending) :]
            if not text or text == "\ufffd" or (after and not guard(after)):
                continue
            chosen = i
            break
        if chosen is None:
            break
        probability *= float(np.exp(scores[chosen]))
        if probability < least:
            break
        tokens.append(chosen)
        written += tokenizer.token_text[chosen]
        after = written[len(pending) :]
        if after:
            ends.append(len(after))
            confidence.append(probability)
        if ";" in after or after.count("\n") > 1:
            break
    return Continuation(written[len(pending) :], tuple(ends), tuple(confidence))


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
