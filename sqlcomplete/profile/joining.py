"""Which columns a join compares, so that a join at hand is known again among the mined ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.words import Named, named
from sqlcomplete.syntax.lex import name_of
from sqlcomplete.syntax.model import Token

Compared = frozenset[frozenset[tuple[str, str]]]
"""Of each comparison, both (table, column), lower case."""


def compared_columns(tokens: Sequence[Token], names: Named) -> Compared:
    """The comparisons `a.b = c.d` among the tokens; `names` tells the tables of the aliases that
    the tokens do not give out themselves."""
    tables = {**names.tables, **named(tokens).tables}
    if len(tokens) > 1 and names.tables:
        # A join's first tokens are its table and alias, without the JOIN before them.
        tables.update(_leading(tokens))
    found = set()
    for at in range(len(tokens) - 6):
        if [tokens[at + place].text for place in (1, 3, 5)] == [".", "=", "."]:
            words = [name_of(tokens[at + place]).lower() for place in (0, 2, 4, 6)]
            found.add(
                frozenset(
                    {(tables.get(words[0], words[0]), words[1]),
                     (tables.get(words[2], words[2]), words[3])}
                )
            )  # fmt: skip
    return frozenset(found)


def _leading(tokens: Sequence[Token]) -> Mapping[str, str]:
    """The alias that a join candidate gives its table: all of `table [AS] alias ON ...`."""
    on = next((at for at, token in enumerate(tokens) if token.upper == "ON"), None)
    if not on or on < 2:
        return {}
    last = on - 1
    table = last - 2 if tokens[last - 1].upper == "AS" else last - 1
    if table < 0 or tokens[last - 1].text == ".":
        return {}
    return {name_of(tokens[last]).lower(): name_of(tokens[table]).lower()}


def joins_seen(profile: Profile) -> dict[Compared, float]:
    """How often each mined join was seen."""
    seen: dict[Compared, float] = {}
    for join in profile.joins:
        one, two = join.table.rpartition(".")[2], join.ref_table.rpartition(".")[2]
        pairs = frozenset(
            frozenset({(one, a), (two, b)})
            for a, b in zip(join.columns, join.ref_columns, strict=False)
        )
        seen[pairs] = seen.get(pairs, 0.0) + join.count
    return seen
