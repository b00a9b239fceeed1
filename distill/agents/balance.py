"""How many places each cell of a taxonomy gets: pure arithmetic. Knows nothing of records.

A cell is a pair of names, such as (category, dialect). Places are filled like water in vessels:
in proportion to weights, between each cell's floor and ceiling, until all are given out.
"""

from __future__ import annotations

from collections.abc import Mapping

Cell = tuple[str, str]


def allot(
    places: int,
    *,
    weights: Mapping[Cell, float],
    floors: Mapping[Cell, int],
    ceilings: Mapping[Cell, int],
    quotas: Mapping[str, float],
) -> dict[Cell, int]:
    """Places by cell, `places` in all where floors, ceilings and quotas leave room for it.

    `quotas` are largest shares of `places`, by either name of a cell. Where a quota meets a floor
    the floor wins.
    """
    most = {cell: float(ceilings[cell]) for cell in weights}
    given: dict[Cell, float] = {}
    for _ in range(12):
        given = _fill(float(places), weights, floors, most)
        over = False
        for name, share in sorted(quotas.items()):
            cells = [cell for cell in weights if name in cell]
            held, allowed = sum(given[c] for c in cells), share * places
            if held <= allowed + 1e-6:
                continue
            bound = sum(floors[c] for c in cells)
            factor = max(allowed - bound, 0) / max(held - bound, 1e-9)
            for cell in cells:
                most[cell] = floors[cell] + (given[cell] - floors[cell]) * factor
            over = over or allowed > bound
        if not over:
            break
    given = _fill(float(places), weights, floors, most)
    whole = {cell: int(value + 1e-9) for cell, value in given.items()}
    left = round(sum(given.values())) - sum(whole.values())
    by_rest = sorted(given, key=lambda c: (whole[c] - given[c], c))
    for cell in by_rest[: max(left, 0)]:
        if whole[cell] + 1 <= most[cell] + 1 - 1e-9 and whole[cell] < ceilings[cell]:
            whole[cell] += 1
    return whole


def _fill(
    places: float,
    weights: Mapping[Cell, float],
    floors: Mapping[Cell, int],
    most: Mapping[Cell, float],
) -> dict[Cell, float]:
    def at(level: float) -> dict[Cell, float]:
        return {
            cell: max(min(level * weight, most[cell]), floors[cell])
            for cell, weight in weights.items()
        }

    low, high = 0.0, 1.0
    while sum(at(high).values()) < places and high < 1e12:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if sum(at(middle).values()) < places:
            low = middle
        else:
            high = middle
    return at(high)
