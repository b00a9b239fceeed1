"""The statistical prior: which class of token follows, and what speaks for one name over another.
Learned from a corpus by `python -m distill prior`, shipped as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.ranking.classes import Context

STRENGTH = 4.0
"""How many observations the shorter context counts for beside the longer one's."""


class PriorError(SqlcompleteError):
    """A prior file that cannot be read."""


@dataclass(frozen=True)
class Prior:
    """`counts` maps a context's key to the classes seen after it; `weights` maps a candidate's
    group to the weight of each of its features."""

    counts: Mapping[str, Mapping[str, float]] = field(repr=False)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)

    def classes(self, context: Context) -> dict[str, float]:
        """The probability of each class of token at that position, longer contexts leaning on
        shorter ones where they have seen little."""
        result: dict[str, float] = {}
        for key in reversed(context.lookups()):
            seen = self.counts.get(key)
            if not seen:
                continue
            total = sum(seen.values()) + (STRENGTH if result else 0.0)
            shrink = STRENGTH / total
            result = {name: share * shrink for name, share in result.items()}
            for name, count in seen.items():
                result[name] = result.get(name, 0.0) + count / total
        return result

    def to_json(self) -> str:
        """The prior as the file holds it."""
        names = sorted({name for seen in self.counts.values() for name in seen})
        number = {name: place for place, name in enumerate(names)}
        contexts = {
            key: [
                part
                for name, count in sorted(seen.items(), key=lambda pair: -pair[1])
                for part in (number[name], round(count))
            ]
            for key, seen in self.counts.items()
        }
        weights = {
            group: {name: round(value, 2) for name, value in sorted(features.items())}
            for group, features in self.weights.items()
        }
        document = {"version": 1, "classes": names, "contexts": contexts, "weights": weights}
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def read_prior(text: str, where: str = "prior") -> Prior:
    """The prior that the file's text holds. Raises: PriorError."""
    try:
        document: dict[str, Any] = json.loads(text)
        names = document["classes"]
        counts = {
            key: {names[row[at]]: float(row[at + 1]) for at in range(0, len(row), 2)}
            for key, row in document["contexts"].items()
        }
        return Prior(counts, document["weights"])
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise PriorError(
            f"{where}: not a prior ({error}); make it with python -m distill prior"
        ) from error


@lru_cache(maxsize=1)
def load_prior() -> Prior:
    """The prior that ships with the package; read once. Raises: PriorError."""
    file = resources.files("sqlcomplete.ranking") / "prior.json"
    if not file.is_file():
        return Prior({})
    return read_prior(file.read_text(encoding="utf-8"), "prior.json")
