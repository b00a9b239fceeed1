"""Free writing: the model's own words from a prompt, sampled token by token, held to nothing but
what is typed at the cursor (token healing)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.prompt import END, PREFIX, SPECIALS, Prompt
from sqlcomplete.model.tokenizer import Tokenizer

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. `temperature` 0 takes the likeliest. `top_p` and `top_k` keep
    the likeliest tokens, by mass and by number (0: all). The penalties are subtracted from the
    logit of a token that was written, once and for each time; `bias` is added to a token's."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    bias: Mapping[int, float] = field(default_factory=dict)
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One token. `data` is what it adds after the cursor; `logprob` is the model's own, before
    sampling; `top` are the likeliest tokens there with theirs, best first."""

    token: int
    data: bytes
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


def generate(
    session: Conversation,
    prompt: Prompt,
    *,
    max_tokens: int,
    sampling: Sampling,
    logprobs: int = 0,
    deadline: float | None = None,
) -> Iterator[Step]:
    """Tokens until the model ends the statement, at most `max_tokens` of them.

    Args:
        logprobs: So many of the likeliest tokens come with each step.
        deadline: A `time.perf_counter()` value.

    Raises: OutOfTimeError, past the deadline; what was given by then stands.
    """
    tokenizer = session.tokenizer
    random = np.random.default_rng(sampling.seed)
    tokens = list(prompt.tokens)
    rest = prompt.pending.encode(errors="replace")
    written: dict[int, int] = {}
    for _ in range(max_tokens):
        logits = session.logits(tokens, deadline=deadline)[0]
        allowed = _healing(tokenizer, rest) if rest else None
        scores = log_softmax(_only(logits, allowed))
        token = _draw(scores, sampling, written, random)
        if token == END:
            return
        data = tokenizer.token_bytes[token]
        agreed = min(len(data), len(rest))
        top = best(scores, logprobs) if logprobs else ()
        tokens.append(token)
        written[token] = written.get(token, 0) + 1
        rest = rest[agreed:]
        yield Step(token, data[agreed:], float(scores[token]), top)


def score(
    session: Conversation,
    tokens: Sequence[int],
    start: int,
    *,
    logprobs: int = 0,
    deadline: float | None = None,
) -> list[Step]:
    """What the model thinks of the tokens from `start` (at least 1) on, each after those before.

    Raises: OutOfTimeError, past the deadline.
    """
    rows = session.logits(tokens, positions=len(tokens) - start + 1, deadline=deadline)
    steps = []
    for row, token in zip(rows, tokens[start:], strict=False):
        scores = log_softmax(row)
        top = best(scores, logprobs) if logprobs else ()
        steps.append(Step(token, session.tokenizer.token_bytes[token], float(scores[token]), top))
    return steps


def best(scores: Scores, count: int) -> tuple[tuple[int, float], ...]:
    """The likeliest tokens with their scores, best first."""
    count = min(count, len(scores))
    found = np.argpartition(-scores, count - 1)[:count]
    found = found[np.argsort(-scores[found], kind="stable")]
    return tuple((int(i), float(scores[i])) for i in found)


def log_softmax(logits: Scores) -> Scores:
    """Log-probabilities (vocabulary,)."""
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)


def last_prefix(tokens: Sequence[int]) -> int:
    """Where a prompt's last prefix begins."""
    return len(tokens) - list(reversed(tokens)).index(PREFIX)


def _healing(tokenizer: Tokenizer, rest: bytes) -> NDArray[np.int64]:
    """The tokens that agree with what is typed: of bytes, for a token may hold half a letter."""
    found = [
        i
        for i, data in enumerate(tokenizer.token_bytes)
        if data and (data.startswith(rest) or rest.startswith(data))
    ]
    return np.array(found, dtype=np.int64)


def _only(logits: Scores, allowed: NDArray[np.int64] | None) -> Scores:
    held = np.full_like(logits, -np.inf)
    if allowed is None:
        held[:] = logits
        # Of the specials, only the end may be written.
        for special in range(len(SPECIALS)):
            if special != END:
                held[special] = -np.inf
    else:
        held[allowed] = logits[allowed]
    return held


def _draw(
    scores: Scores, sampling: Sampling, written: Mapping[int, int], random: np.random.Generator
) -> int:
    moved = scores.astype(np.float64)
    for token, times in written.items():
        moved[token] -= sampling.presence_penalty + sampling.frequency_penalty * times
    for token, bias in sampling.bias.items():
        moved[token] += bias
    if sampling.temperature < 1e-5:
        return int(np.argmax(moved))
    order = np.argsort(-moved, kind="stable")
    moved = moved[order] / sampling.temperature
    chances = np.exp(moved - moved.max())
    chances /= chances.sum()
    kept = len(chances) if sampling.top_k <= 0 else min(sampling.top_k, len(chances))
    if sampling.top_p < 1.0:
        mass = np.cumsum(chances)
        kept = min(kept, int(np.searchsorted(mass, sampling.top_p)) + 1)
    chances = chances[:kept] / chances[:kept].sum()
    return int(order[random.choice(kept, p=chances)])
