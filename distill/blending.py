"""Fits how prior and model share the ranking, on cursors of statements that trained neither.

`python -m distill blending CORPUS... --model FOLDER` prints the likelihood and the accuracy of the
mixtures on a grid, the best first; the constants of `sqlcomplete.ranking.blend` are set by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from distill.corpus import Corpus, read_corpora
from distill.evaluate.next_token import writes
from distill.evaluate.sampling import sample
from distill.evaluate.system import Suggestion
from distill.evaluate.target import target_of
from distill.evaluate.tokens import KINDS, label
from sqlcomplete.candidates import candidates
from sqlcomplete.model import EMBEDDED, Weights
from sqlcomplete.model.decode import Reader
from sqlcomplete.prompting import Prompter
from sqlcomplete.ranking import rank
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.scoring import candidate_scores
from sqlcomplete.syntax import analyse

_LEAST = math.log(1e-6)
_GRID = (
    (1.0, 0.85, 0.7, 0.55),
    (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One cursor: log-probabilities (candidates,) by the prior and by the model, and which of the
    candidates write what the user wrote."""

    prior: NDArray[np.float64]
    model: NDArray[np.float64]
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fit:
    """How good a mixture is: nats a choice, and the share whose first and first five are right."""

    prior_weight: float
    model_weight: float
    nats: float
    top_1: float
    top_5: float


def choices(corpora: Sequence[Corpus], weights: Weights, limit: int, seed: int) -> Iterator[Choice]:
    """Every column, table, keyword and function of the sampled dev statements, with nothing and
    with one letter of it typed, where some candidate is right."""
    for corpus in corpora:
        at_hand: tuple[str, SchemaIndex, Prompter, Reader] | None = None
        for statement in sample(corpus.of_split("dev"), limit, seed):
            if at_hand is None or at_hand[0] != statement.db_id:
                index = SchemaIndex(corpus.schema(statement))
                reader = Reader(weights.session(), None)
                at_hand = (statement.db_id, index, Prompter(index, weights.tokenizer), reader)
            _, index, prompter, reader = at_hand
            text = target_of(statement.sql).text
            for token in label(text, statement.dialect):
                cursors = (token.start, token.start + 1) if token.kind in KINDS else ()
                for cursor in cursors:
                    analysis = analyse(text[:cursor], cursor, index)
                    if cursor >= token.end or analysis.expectation.silent:
                        continue
                    ranked = rank(candidates(analysis, index), analysis, index)
                    prompt = prompter.prompt(analysis)
                    known, _ = candidate_scores(analysis, prompt, ranked, reader)
                    replace = analysis.expectation.replace
                    inserts = [one.candidate.insert for one in ranked]
                    right = [writes(text, token, Suggestion(i, replace), cursor) for i in inserts]
                    if any(right):
                        yield Choice(
                            np.array([max(math.log(one.score + 1e-12), _LEAST) for one in ranked]),
                            np.array([max(known.get(i, _LEAST), 2 * _LEAST) for i in inserts]),
                            np.array(right),
                        )


def fit(found: Sequence[Choice], prior_weight: float, model_weight: float) -> Fit:
    """How good these weights are."""
    nats = first = five = 0.0
    for choice in found:
        mixed = prior_weight * choice.prior + model_weight * choice.model
        shares = np.exp(mixed - mixed.max())
        nats -= math.log(max(shares[choice.right].sum() / shares.sum(), 1e-12))
        place = int(np.argmax(choice.right[np.argsort(-mixed, kind="stable")]))
        first += place == 0
        five += place < 5
    count = max(len(found), 1)
    return Fit(prior_weight, model_weight, nats / count, first / count, five / count)


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--model", type=click.Path(path_type=Path), default=EMBEDDED, help="Its folder.")
@click.option("--limit", default=15, show_default=True, help="Statements of each corpus.")
@click.option("--seed", default=11, show_default=True)
def blending(corpus: tuple[Path, ...], model: Path, limit: int, seed: int) -> None:
    """Fit how prior and model share the ranking of candidates."""
    found = list(choices(read_corpora(corpus), Weights(model), limit, seed))
    fits = sorted((fit(found, *pair) for pair in product(*_GRID)), key=lambda f: f.nats)
    click.echo(f"{len(found)} choices\n\nprior  model  nats   top-1  top-5")
    alone = fit(found, 1.0, 0.0)
    for one in (*fits[:8], alone):
        click.echo(
            f"{one.prior_weight:5.2f}  {one.model_weight:5.2f}  {one.nats:5.3f}  "
            f"{one.top_1:5.1%}  {one.top_5:5.1%}" + ("  prior alone" if one is alone else "")
        )
