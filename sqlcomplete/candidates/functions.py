"""Functions of the dialect: the common ones with their signatures, then those known by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlglot.dialects.dialect import Dialect

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.candidates.situation import Situation
from sqlcomplete.dialects import dialect_of
from sqlcomplete.dialects.clauses import Clause
from sqlcomplete.dialects.functions.kinds import AGGREGATE_CANDIDATES, ROW_FUNCTIONS
from sqlcomplete.syntax.model import Kind

# What sqlglot lists beside a dialect's own functions: constructs and names of other dialects.
_NOISE_PREFIXES = ("_", "ML_", "AI_", "ST_", "HLL", "JSON_B", "PARSE_", "VARIANCE_", "IS_")


@lru_cache(maxsize=32)
def catalogue(dialect: str) -> Mapping[str, str]:
    """The dialect's functions by name, each with its arguments' text, common ones first. Names are
    in lower case, save where the dialect tells cases apart.

    An empty text means no arguments; `…` alone means that they are not known.
    """
    known: dict[str, str] = {}
    own = dialect_of(dialect)
    for table in (own.common_signatures, own.signatures):
        for name, arguments in _read(table):
            known.setdefault(name, arguments)
    parser = Dialect.get_or_raise(dialect or None).parser_class
    names = set(parser.FUNCTION_PARSERS)
    if dialect:
        # Only what the dialect adds to the generic registry is surely its own.
        base = Dialect.get_or_raise(None).parser_class
        names |= set(parser.FUNCTIONS) - set(base.FUNCTIONS)
    for name in sorted(names):
        if isinstance(name, str) and name.isidentifier() and not name.startswith(_NOISE_PREFIXES):
            known.setdefault(name.lower(), "…")
    for name in own.function_names.split():
        if name.lower() not in known:
            known.setdefault(name, "…")
    return known


@lru_cache(maxsize=32)
def function_names(dialect: str) -> frozenset[str]:
    """The names of the dialect's catalogue, lower case."""
    return frozenset(name.lower() for name in catalogue(dialect))


def _read(table: str) -> Iterator[tuple[str, str]]:
    rest = table
    while "(" in rest:
        name, _, rest = rest.partition("(")
        arguments, _, rest = rest.partition(")")
        yield name.strip(), " ".join(arguments.split())


def functions(here: Situation) -> Iterator[Candidate]:
    """Functions whose name may be meant; an aggregate as a call of its own where one is usual."""
    if Kind.FUNCTION not in here.kinds or here.expectation.qualifier or here.expectation.quote:
        return
    typed = here.typed
    first = typed[:1].lower()
    read = here.clause is Clause.FROM and Kind.COLUMN not in here.kinds
    count = "count" if here.functions_lower else "COUNT"
    if here.clause in (Clause.SELECT, Clause.HAVING, Clause.ORDER_BY) and here.fits(count):
        text = f"{count}(*)"
        yield Candidate(
            text, text, Kind.FUNCTION, count, "number of rows", frozenset({"aggregate", "rows"})
        )
    for place, (name, arguments) in enumerate(catalogue(here.dialect).items()):
        if read and name.lower() not in ROW_FUNCTIONS:
            continue
        if arguments == "…" and (not typed or not name.lower().startswith(first)):
            continue
        if not here.fits(name):
            continue
        cased = name if here.functions_lower or not name.islower() else name.upper()
        features = {"common"} if place < 32 else {"rare"} if arguments == "…" else set()
        if name in AGGREGATE_CANDIDATES:
            features.add("aggregate")
        yield Candidate(
            f"{cased}({arguments})",
            f"{cased}()" if not arguments else f"{cased}(",
            Kind.FUNCTION,
            name,
            None,
            frozenset(features),
        )
