"""Weights set by hand, for the groups of candidates that a prior has fitted none for."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "name": {
        "kind join condition": 3.0,
        "other way": -2.0,
        "kind grouping": 2.0,
        "whole": 0.5,
        "only": 1.0,
        "kind ordering": 0.5,
        "ordinal": -3.0,
        "outer": -2.0,
        "any table": -0.5,
        "recent": 1.0,
        "asked for all": 2.0,
        "asked for some": 1.0,
        "primary key": 0.4,
        "foreign key in on": 1.5,
        "tells name in select": 0.8,
        "in clause select list": -2.5,
        "in clause group by list": -2.5,
        "in clause returning list": -2.5,
        "projected group by": 2.0,
        "projected order by": 1.0,
        "name of the compared": 2.0,
        "id of the compared": 2.0,
        "compared": -2.0,
    },
    "table": {
        "linked": 2.0,
        "used": -1.5,
        "recent": 1.0,
        "cte": 1.5,
        "has all": 3.0,
        "has some": 1.0,
        "has none": -3.0,
        "asked for all": 2.0,
        "asked for some": 1.0,
        "other namespace": -2.0,
        "kind join": -0.3,
    },
    "star": {"expansion": -2.0, "qualified": -1.0},
    "list": {"needed": 0.5},
}
