"""Every number that decides whether a ghost is shown, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities are in 0..1; lengths are in characters where nothing else is said.

    What mixes the probabilities of prior and model is not here: `sqlcomplete.ranking.blend` holds
    those weights, which are fitted, not chosen.
    """

    model: float = 0.30
    """The least probability of the model's ghost, all its tokens together."""

    typed: float = 0.75
    """The least probability of a hint (a ghost without the model) that completes typed letters."""

    untyped: float = 0.85
    """The same where nothing is typed: a wrong ghost there is in the way more often."""

    proven: float = 0.80
    """The probability of a hint that schema or statement prove: how often these are right."""

    join: float = 0.60
    """The least probability of a table, with its join and alone, from which the first of a list of
    joins is shown. Measured at 852 cursors behind JOIN of the dev split: 536 were shown one, of
    whose tables 95% were right, and 80% of the whole joins; below, half were."""

    phrase: float = 0.35
    """The least probability of a profile's phrase as ghost text."""

    shortest: int = 2
    """The least length of a ghost: less is typed sooner than read."""

    shortest_phrase: int = 3
    """The least length of a profile's phrase that is left to write."""

    most_tokens: int = 14
    """How many tokens the model writes at most after what the ranking chose."""

    most_lines: int = 2
    """How many lines a ghost of the model has at most."""

    most_cuts: int = 4
    """How many beginnings of the model's words are checked before none is shown; each check is a
    parse."""


THRESHOLDS = Thresholds()
"""Those that the package ships with."""
