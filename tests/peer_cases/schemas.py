"""The schemas of the cases, small enough to read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sqlcomplete.schema.model import Column, ForeignKey, Schema, Table

# Namespace to tables, a table to its columns ("name type, name type"; the type is text where left
# out); a view's name begins with "view ". Keys point from column to column.
_Tables = dict[str, dict[str, str]]
_Keys = tuple[tuple[str, str], ...]


def _schema(tables: _Tables, keys: _Keys = (), dialect: str = "postgres") -> Schema:
    return Schema(
        dialect=dialect,
        default_namespace="public",
        tables=tuple(
            _table(namespace, name, columns, keys)
            for namespace, named in tables.items()
            for name, columns in named.items()
        ),
    )


def _table(namespace: str, name: str, columns: str, keys: _Keys) -> Table:
    is_view = name.startswith("view ")
    name = name.removeprefix("view ")
    here = f"{namespace}.{name}."
    return Table(
        name=name,
        namespace=namespace,
        kind="view" if is_view else "table",
        columns=tuple(_column(column.strip()) for column in columns.split(",")),
        foreign_keys=tuple(
            ForeignKey((source.removeprefix(here),), *_target(target))
            for source, target in keys
            if source.startswith(here)
        ),
    )


def _column(written: str) -> Column:
    name, _, type_ = written.partition(" ")
    return Column(name.replace("~", " "), type_ or "text")


def _target(target: str) -> tuple[str, tuple[str, ...], str]:
    namespace, table, column = target.split(".")
    return table, (column,), namespace


_ONE = _schema(
    {
        "public": {
            "users": "id, parentid, email, first_name, last_name",
            "Users": "userid, username",
            "orders": "id, ordered_date, status, email",
            "select": "id, insert, ABC",
            "view user_emails": "id, email",
            "view functions": "function",
        }
    },
    (
        ("public.users.parentid", "public.users.id"),
        ("public.Users.userid", "public.users.id"),
    ),
)

_SEVERAL = _schema(
    {
        "public": {
            "users": "id, email, first_name, last_name",
            "orders": "id, ordered_date, status, datestamp",
            "select": "id, localtime, ABC",
        },
        "custom": {
            "users": "id, phone_number",
            "Users": "userid, username",
            "products": "id, product_name, price",
            "shipments": "id, address, user_id",
        },
        "Custom": {"projects": "projectid, name"},
        "blog": {
            "entries": "entryid, entrytitle, entrytext",
            "tags": "tagid, name",
            "entrytags": "entryid, tagid",
            "entacclog": "entryid, username, datestamp",
        },
    },
    (
        ("custom.shipments.user_id", "public.users.id"),
        ("blog.entacclog.entryid", "blog.entries.entryid"),
        ("blog.entrytags.entryid", "blog.entries.entryid"),
        ("blog.entrytags.tagid", "blog.tags.tagid"),
    ),
)

# Each table has a column of its own, so that a name tells which table was read.
_CLAUSES = _schema(
    {
        "public": {
            "tabl": "tabl_a, foo, bar, baz, qux",
            "tabl1": "tabl1_a, id integer",
            "tabl2": "tabl2_a, id integer",
            "tbl": "tbl_a",
            "tbl1": "tbl1_a",
            "tbl2": "tbl2_a",
            "foo": "foo_a, barid integer, created timestamp",
            "bar": "bar_a, barid integer",
            "baz": "baz_a",
            "abc": "abc_a, id integer, id2 integer, x integer, col1 text, col2 text",
            "def": "def_a, id integer, id2 integer, col1 text, col2 text",
            "bcd": "bcd_a, id integer, y integer",
            "a": "a_a",
            "b": "b_a",
            "c": "c_a",
            "hij": "hij_a, x integer",
            "t1": "t1_a, id integer",
            "t2": "t2_a, id integer, t1_id integer",
            "t3": "t3_a, id integer",
            "sessions": "sessions_a, session integer",
            "view seen": "seen_a",
        },
        "sch": {"tabl": "sch_tabl_a", "foothing": "foothing_a", "view schview": "schview_a"},
    }
)

_USERS = _schema(
    {
        "public": {
            "auth_user": (
                "id integer, username varchar(150), email varchar(254), is_staff boolean, "
                "date_joined timestamp with time zone"
            ),
            "auth_group": "id integer, name varchar(150)",
            "orders": "id integer, user_id integer, total numeric, created date",
            "users_log": "id integer, msg text",
        },
        "billing": {"invoices": "id integer, order_id integer, amount numeric"},
    }
)

_REPORTS = _schema(
    {
        "public": {
            "reports_report": (
                "id bigint, name varchar(100), database_id bigint, text text, executions bigint, "
                "is_archived boolean, dt_created timestamp with time zone, author_id bigint"
            ),
            "reports_database": (
                "id bigint, title varchar(256), type varchar(256), host varchar(256)"
            ),
            "auth_user": (
                "id bigint, username varchar(150), email varchar(254), "
                "date_joined timestamp with time zone"
            ),
        },
        "billing": {
            "invoices": "id bigint, period date, amount numeric",
            "MonthlyTotals": "Period date, Amount numeric",
        },
    },
    (("public.reports_report.author_id", "public.auth_user.id"),),
)

_SMALL = _schema(
    {
        "public": {
            "users": "id bigint, name text, email text",
            "orders": "id bigint, user_id bigint, total numeric",
            "view active": "id bigint",
        }
    }
)

_EVENTS = _schema(
    {
        "public": {
            "events": (
                "id bigint, name varchar, archived boolean, started_at timestamp with time zone"
            ),
            "other": "other_id bigint",
        }
    }
)

_FLIGHTS = _schema(
    {
        "public": {
            "flight": "id bigint, origin char(3), destination char(3)",
            "airport": "code char(3), city varchar(80)",
            "booking": "id bigint",
            "usage": "queryfilter_id bigint, database_id bigint",
            "links": "queryfilter_id bigint, database_id bigint",
            "report": "note_id bigint",
            "order_note": "id bigint",
            "node": "id bigint, parent_id bigint",
            "orders": "id bigint, party_id bigint",
            "people": "id bigint",
            "companies": "id bigint",
        },
        "revenue": {"refund": "id bigint, booking_id bigint"},
    },
    (
        ("public.flight.origin", "public.airport.code"),
        ("public.flight.destination", "public.airport.code"),
        ("revenue.refund.booking_id", "public.booking.id"),
        ("public.report.note_id", "public.order_note.id"),
        ("public.node.parent_id", "public.node.id"),
        ("public.orders.party_id", "public.people.id"),
        ("public.orders.party_id", "public.companies.id"),
    ),
)

_TWO_NAMESPACES = _schema(
    {
        "public": {"invoices": "amount numeric, id bigint", "auth_user": "email varchar"},
        "billing": {"invoices": "amount numeric, period date", "archived": "id bigint"},
    }
)

_VALUES = _schema(
    {
        "public": {
            "databases": (
                "id bigint, title varchar(256), type varchar(256), is_archived boolean, "
                "kind Enum8('postgres'~=~1)"
            )
        }
    }
)


def _with_values(schema: Schema) -> Schema:
    values = {"type": ("postgres", "clickhouse", "o'brien"), "kind": ("big", "small")}
    (table,) = schema.tables
    columns = tuple(replace(c, values=values.get(c.name, ())) for c in table.columns)
    return replace(schema, tables=(replace(table, columns=columns),))


def _with_composite_key(schema: Schema) -> Schema:
    pair = ("queryfilter_id", "database_id")
    key = ForeignKey(pair, "links", pair, "public")
    return replace(
        schema,
        tables=tuple(
            replace(table, foreign_keys=(key,)) if table.name == "usage" else table
            for table in schema.tables
        ),
    )


_SCHEMAS = {
    "one": _ONE,
    "several": _SEVERAL,
    "clauses": _CLAUSES,
    "users": _USERS,
    "reports": _REPORTS,
    "small": _SMALL,
    "events": _EVENTS,
    "flights": _with_composite_key(_FLIGHTS),
    "two namespaces": _TWO_NAMESPACES,
    "values": _with_values(_VALUES),
    "none": Schema(dialect="postgres"),
}


@cache
def schema_named(name: str, dialect: str | None = None) -> Schema:
    """A schema of the cases, in another dialect where one is given."""
    schema = _SCHEMAS[name]
    return schema if dialect is None else replace(schema, dialect=dialect)
