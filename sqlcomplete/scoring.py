"""What the model thinks of the candidates: the probability of each one's tokens, read down the trie
that the candidates make."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.prompt import Prompt
from sqlcomplete.model.session import OutOfTimeError
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.model import Analysis, Kind

SPLITS = 2  # steps over the model that tell candidates with a common beginning apart
_LONGEST = 40  # characters of an insertion that are looked at
_WORTH = 0.05  # probability of a beginning from which it is worth a step
_NEVER = -30.0
_NAMES = (Kind.COLUMN, Kind.RELATION, Kind.TABLE, Kind.JOIN, Kind.JOIN_CONDITION)


class Reads(Protocol):
    """The model at one cursor."""

    tokenizer: Tokenizer

    def scores(self, tokens: Sequence[int], draft: Sequence[int] = ()) -> NDArray[np.float32]: ...

    def has(self, tokens: Sequence[int]) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Spelt:
    """A candidate's insertion, its tokens after the prompt, and the prior's probability of it."""

    insert: str
    tokens: tuple[int, ...]
    prior: float


@dataclass(frozen=True, slots=True)
class _Branch:
    """Candidates with `depth` tokens in common, whose log-probability is `score`."""

    members: tuple[_Spelt, ...]
    depth: int
    score: float

    @property
    def path(self) -> tuple[int, ...]:
        return self.members[0].tokens[: self.depth]

    @property
    def prior(self) -> float:
        return sum(one.prior for one in self.members)


def candidate_scores(
    analysis: Analysis,
    prompt: Prompt,
    ranked: Sequence[Ranked],
    reader: Reads,
    *,
    draft: Sequence[int] = (),
    splits: int = SPLITS,
) -> tuple[Mapping[str, float], float]:
    """Log-probabilities of the candidates.

    Candidates that begin alike (`o.id`, `o.total`) are told apart by reading on after what they
    share, the likeliest beginnings first; those left together share their probability as the prior
    has them.

    Args:
        ranked: The candidates with the prior's probabilities.
        reader: Of the cursor's prompt.
        draft: Tokens to read along with the prompt: what they lead to costs no further step.
        splits: Further steps at most. One for which there is no time is left out.

    Returns:
        Natural logarithms by `Candidate.insert`, for the candidates that go on from what is typed;
        and the model's probability of all that begins like none of them.

    Raises: OutOfTimeError, when the prompt is not read in time.
    """
    spelt = _spelt(analysis, prompt, ranked, reader.tokenizer)
    found: dict[_Spelt, float] = {}
    waiting: list[tuple[float, int, _Branch]] = []

    def settle(branch: _Branch) -> None:
        whole = branch.prior
        for one in branch.members:
            part = one.prior / whole if whole > 0 else 0.0
            found[one] = branch.score + (math.log(part) if part > 0 else _NEVER)

    def grow(branch: _Branch, scores: NDArray[np.float32]) -> None:
        for part in _parts(branch, scores):
            settle(part)
            if len(part.members) > 1 and part.depth > branch.depth:
                worth = -(part.score + math.log(max(part.prior, 1e-9)))
                heappush(waiting, (worth, len(found) + len(waiting), part))

    root = _given_typed(reader.scores(prompt.tokens, draft), prompt.pending, reader.tokenizer)
    grow(_Branch(tuple(spelt), 0, 0.0), root)
    while waiting:
        _, _, branch = heappop(waiting)
        tokens = [*prompt.tokens, *branch.path]
        if not reader.has(tokens):
            if splits == 0 or math.exp(branch.score) < _WORTH:
                continue
            splits -= 1
        try:
            grow(branch, reader.scores(tokens))
        except OutOfTimeError:
            break
    first = list({one.tokens[0] for one in spelt})
    covered = float(np.exp(root[first]).sum()) if first else 0.0
    scores: dict[str, float] = {}
    for one, score in found.items():
        before = scores.get(one.insert)
        scores[one.insert] = score if before is None else float(np.logaddexp(before, score))
    return scores, max(1.0 - covered, 0.0)


def _spelt(
    analysis: Analysis, prompt: Prompt, ranked: Sequence[Ranked], tokenizer: Tokenizer
) -> list[_Spelt]:
    """The candidates that go on from what is typed, in tokens from the prompt's end on, names in
    small letters too."""
    start, end = analysis.expectation.replace[0], analysis.cursor
    typed = analysis.text[start:end]
    found = []
    for one in ranked:
        insert = one.candidate.insert
        if not insert.lower().startswith(typed.lower()):
            continue
        rest = prompt.pending + insert[len(typed) :]
        ways = {tuple(tokenizer.encode(rest[:_LONGEST]))}
        if one.candidate.kind in _NAMES and not insert.islower():
            # The same name to most databases.
            ways.add(tuple(tokenizer.encode(rest[:_LONGEST].lower())))
        found += [_Spelt(insert, way, one.score / len(ways)) for way in sorted(ways) if way]
    return found


def _given_typed(
    scores: NDArray[np.float32], pending: str, tokenizer: Tokenizer
) -> NDArray[np.float32]:
    """The scores given that `pending` is typed: that much is certain, not likely."""
    if not pending:
        return scores
    agreeing = tokenizer.ids_agreeing(pending)
    if not agreeing:
        return scores
    return np.asarray(scores - np.logaddexp.reduce(scores[agreeing]), dtype=np.float32)


def _parts(branch: _Branch, scores: NDArray[np.float32]) -> list[_Branch]:
    """The branch's members by their next token; those that end here share what the others leave."""
    groups: dict[int, list[_Spelt]] = {}
    ended: list[_Spelt] = []
    for one in branch.members:
        if len(one.tokens) > branch.depth:
            groups.setdefault(one.tokens[branch.depth], []).append(one)
        else:
            ended.append(one)
    parts = [
        _Branch(tuple(members), branch.depth + 1, branch.score + float(scores[token]))
        for token, members in groups.items()
    ]
    if ended:
        left = 1.0 - float(np.exp(scores[list(groups)]).sum()) if groups else 1.0
        parts.append(_Branch(tuple(ended), branch.depth, branch.score + math.log(max(left, 1e-6))))
    return parts
