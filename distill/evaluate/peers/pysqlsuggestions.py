"""pysqlsuggestions behind the protocol: an in-memory catalog, all of its optional reads answered.

Two choices favour it. A column's qualifier is dropped while one relation is in scope, because that
is how people write there. An insertion counts up to where it leaves the caret: what it writes to
the right of it (a closing parenthesis, a FROM clause) is not held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from distill.evaluate.peers.names import default_namespace, folded, namespace, referred
from distill.evaluate.system import Answer, Session, Suggestion, SystemUnavailable
from sqlcomplete.schema.model import Schema

LIMIT = 10
# sqlglot's dialect: the peer's. All others are read as ANSI.
_DIALECTS = {
    "postgres": "postgres",
    "redshift": "postgres",
    "duckdb": "postgres",
    "trino": "trino",
    "presto": "trino",
    "athena": "trino",
    "clickhouse": "clickhouse",
}
# A live catalog lists thousands of functions; these are the ones that people write, so the list
# can only help the peer. Name, arguments.
_FUNCTIONS = (
    ("count", 'any'), ("sum", 'any'), ("avg", 'any'), ("min", 'any'), ("max", 'any'),
    ("coalesce", 'any'), ("lower", 'text'), ("upper", 'text'), ("now", ''), ("length", 'text'),
    ("round", 'numeric'), ("abs", 'numeric'), ("cast", 'any'), ("substr", 'text'),
    ("substring", 'text'), ("trim", 'text'), ("replace", 'text'), ("concat", 'any'),
    ("nullif", 'any'), ("date_trunc", 'text'), ("extract", 'any'), ("to_char", 'any'),
    ("row_number", ''), ("rank", ''), ("dense_rank", ''), ("lag", 'any'), ("lead", 'any'),
    ("first_value", 'any'), ("last_value", 'any'), ("array_agg", 'any'), ("string_agg", 'any'),
    ("json_agg", 'any'), ("strftime", 'text'), ("date", 'any'), ("floor", 'numeric'),
    ("ceil", 'numeric'), ("greatest", 'any'), ("least", 'any'), ("unnest", 'any'),
    ("generate_series", 'any'), ("gen_random_uuid", ''), ("group_concat", 'any'),
)  # fmt: skip
_AGGREGATES = frozenset(
    """
    count sum avg min max array_agg string_agg json_agg group_concat
    """.split()  # noqa: SIM905 - a list would take a line a word
)


@dataclass(frozen=True)
class PysqlsuggestionsSystem:
    """The peer. Raises: SystemUnavailable, when it is not installed."""

    name: str = "pysqlsuggestions"

    def __post_init__(self) -> None:
        _peer()

    def start(self, schema: Schema) -> Session:
        return PysqlsuggestionsSession(schema)


class PysqlsuggestionsSession:
    """One catalog, one cache, as an editor would keep them."""

    def __init__(self, schema: Schema) -> None:
        peer = _peer()
        from pysqlsuggestions.caches import MemoryCache
        from pysqlsuggestions.dialects.registry import named

        self._peer = peer
        self._dialect = named(_DIALECTS.get(schema.dialect, "ansi"))
        self._catalog = _catalog(schema, peer)
        self._cache = MemoryCache()

    def complete(self, text: str, cursor: int) -> Answer:
        found = self._peer.complete(
            text,
            cursor,
            self._dialect,
            self._catalog,
            cache=self._cache,
            identity="user",
            limit=LIMIT,
        )
        bare = any(_qualified(s) for s in found) and self._one_relation(text, cursor)
        items = dict.fromkeys(self._item(text, s, bare) for s in found)  # dropping may repeat one
        return Answer(items=tuple(items))

    def _one_relation(self, text: str, cursor: int) -> bool:
        request = self._peer.derive_request(text, cursor, self._dialect)
        return request.scope is not None and len(request.scope.visible()) == 1

    def _item(self, text: str, suggestion: Any, bare: bool) -> Suggestion:
        plan = self._peer.plan_insertion(text, suggestion, dialect=self._dialect)
        edit = plan.edits[-1]  # the one at the cursor; an earlier one stands right of it
        insert = edit.text[: max(plan.caret - edit.span[0], 0)]
        if bare and _qualified(suggestion):
            insert = insert.rpartition(".")[2]
        return Suggestion(insert, tuple(edit.span))


def _qualified(suggestion: Any) -> bool:
    return suggestion.kind.value == "column" and "." in suggestion.text


def _catalog(schema: Schema, peer: Any) -> Any:
    from pysqlsuggestions.catalogs.memory import MemoryCatalog

    snapshot = {
        (namespace(schema, t), folded(t.name)): [(folded(c.name), c.type or "") for c in t.columns]
        for t in schema.tables
    }
    keys = []
    values = {}
    for table in schema.tables:
        home = namespace(schema, table)
        for key in table.foreign_keys:
            target = referred(schema, key.ref_table, key.ref_namespace or table.namespace)
            if target is not None and key.ref_columns:
                keys.append(
                    peer.ForeignKey(
                        schema=home,
                        table=folded(table.name),
                        columns=tuple(map(folded, key.columns)),
                        ref_schema=namespace(schema, target),
                        ref_table=folded(target.name),
                        ref_columns=tuple(map(folded, key.ref_columns)),
                    )
                )
        for column in table.columns:
            if column.values:
                values[home, folded(table.name), folded(column.name)] = list(column.values)
    functions = [
        peer.Function(
            schema="pg_catalog",
            name=name,
            args=arguments,
            result=None,
            kind="aggregate" if name in _AGGREGATES else "function",
        )
        for name, arguments in _FUNCTIONS
    ]
    return MemoryCatalog(
        snapshot,
        functions=functions,
        foreign_keys=keys,
        values=values,
        table_kinds={
            (namespace(schema, t), folded(t.name)): t.kind
            for t in schema.tables
            if t.kind == "view"
        },
        search_path=[default_namespace(schema)],
    )


def _peer() -> Any:
    try:
        import pysqlsuggestions
    except ImportError as error:
        raise SystemUnavailable(
            "pysqlsuggestions is not installed; pip install 'sqlcomplete[benchmark]'"
        ) from error
    return pysqlsuggestions
