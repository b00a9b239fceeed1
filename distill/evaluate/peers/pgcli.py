"""pgcli's PGCompleter behind the protocol, fed offline what it reads from a live connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from distill.evaluate.peers.names import default_namespace, folded, namespace, referred
from distill.evaluate.system import Answer, Session, Suggestion, SystemUnavailable
from sqlcomplete.schema.model import Schema

LIMIT = 10


@dataclass(frozen=True)
class PgcliSystem:
    """The peer. Raises: SystemUnavailable, when it is not installed."""

    name: str = "pgcli"

    def __post_init__(self) -> None:
        _completer_class()

    def start(self, schema: Schema) -> Session:
        return PgcliSession(schema)


class PgcliSession:
    """A completer with the settings that pgcli ships, on one schema."""

    def __init__(self, schema: Schema) -> None:
        self._completer = _completer_class()(smart_completion=True)
        _feed(self._completer, schema)

    def complete(self, text: str, cursor: int) -> Answer:
        from prompt_toolkit.document import Document

        found = self._completer.get_completions(Document(text, cursor), None)
        items = (
            Suggestion(c.text, (max(cursor + c.start_position, 0), cursor)) for c in found[:LIMIT]
        )
        return Answer(items=tuple(dict.fromkeys(items)))


def _feed(completer: Any, schema: Schema) -> None:
    from pgcli.packages.parseutils.meta import ForeignKey

    completer.extend_schemata(
        sorted({namespace(schema, t) for t in schema.tables} | {default_namespace(schema)})
    )
    for kind, wanted in (("tables", "table"), ("views", "view")):
        tables = [t for t in schema.tables if t.kind == wanted]
        completer.extend_relations([(namespace(schema, t), folded(t.name)) for t in tables], kind)
        completer.extend_columns(
            [
                (namespace(schema, t), folded(t.name), folded(c.name), c.type or "", False, None)
                for t in tables
                for c in t.columns
            ],
            kind,
        )
    completer.set_search_path([default_namespace(schema)])
    known = {
        (namespace(schema, t), folded(t.name)): {folded(c.name) for c in t.columns}
        for t in schema.tables
        if t.kind == "table"
    }
    keys = []
    for table in schema.tables:
        for key in table.foreign_keys:
            target = referred(schema, key.ref_table, key.ref_namespace or table.namespace)
            if target is None:
                continue
            child = (namespace(schema, table), folded(table.name))
            parent = (namespace(schema, target), folded(target.name))
            for column, ref in zip(key.columns, key.ref_columns, strict=False):
                here, there = folded(column), folded(ref)
                if here in known.get(child, ()) and there in known.get(parent, ()):
                    keys.append(ForeignKey(*parent, there, *child, here))
    completer.extend_foreignkeys(keys)


def _completer_class() -> Any:
    try:
        from pgcli.pgcompleter import PGCompleter
    except ImportError as error:
        raise SystemUnavailable(
            "pgcli is not installed; pip install 'sqlcomplete[benchmark]'"
        ) from error
    return PGCompleter
