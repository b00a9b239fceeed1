"""Names are found without case, in the order a person expects, and fast at any size."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcomplete.schema import Column, ForeignKey, Schema, SchemaIndex, Table


def tables(*names: str) -> tuple[Table, ...]:
    """Tables by "namespace.name" or bare name."""
    made = []
    for name in names:
        namespace, _, bare = name.rpartition(".")
        made.append(Table(bare, (Column("id"),), namespace or None))
    return tuple(made)


def shown(found: tuple[Table, ...]) -> list[str]:
    return [f"{t.namespace}.{t.name}" if t.namespace else t.name for t in found]


def index(*names: str, default: str | None = "public") -> SchemaIndex:
    return SchemaIndex(Schema("postgres", tables(*names), default))


@pytest.mark.parametrize(
    ("name", "namespace", "expected"),
    [
        ("orders", None, "public.orders"),
        ("ORDERS", None, "public.orders"),
        ("orders", "app", "app.orders"),
        ("orders", "APP", "app.orders"),
        ("orders", "nowhere", None),
        ("log", None, "app.log"),  # the only one of its name
        ("item", None, None),  # in two namespaces, neither the default
        ("item", "web", "web.item"),
        ("nothing", None, None),
        ("", None, None),
    ],
)
def test_a_table_by_its_name(name: str, namespace: str | None, expected: str | None) -> None:
    known = index("public.orders", "app.orders", "app.log", "app.item", "web.item")
    found = known.table(name, namespace)
    assert (None if found is None else shown((found,))[0]) == expected


def test_exact_case_goes_first() -> None:
    known = index("users", "Users", "USERS", default=None)
    assert [known.table(n).name for n in ("Users", "USERS", "users")] == ["Users", "USERS", "users"]  # type: ignore[union-attr]
    assert known.table("uSERS") is not None
    table = Table("t", (Column("id"), Column("ID"), Column("Id")))
    for known in (SchemaIndex(Schema("", (table,))), SchemaIndex(Schema(""))):
        assert [known.column(table, n) for n in ("ID", "Id", "id")] == [
            Column("ID"),
            Column("Id"),
            Column("id"),
        ]
        assert known.column(table, "iD") is not None
        assert known.column(table, "x") is None


def test_a_schema_without_namespaces_answers_to_its_default() -> None:
    known = SchemaIndex(Schema("postgres", tables("orders"), "public"))
    assert known.table("orders", "public") is not None
    assert shown(known.tables_with_prefix("o", namespace="public")) == ["orders"]


def test_prefixes() -> None:
    known = index("app.order_a", "public.orders", "public.ORDER_ITEMS", "app.b", "web.orders")
    assert shown(known.tables_with_prefix("Ord")) == [
        "public.ORDER_ITEMS",
        "public.orders",
        "app.order_a",
        "web.orders",
    ]
    assert (
        shown(known.tables_with_prefix("ord", limit=3)) == shown(known.tables_with_prefix("o"))[:3]
    )
    assert shown(known.tables_with_prefix("", namespace="app")) == ["app.b", "app.order_a"]
    assert known.tables_with_prefix("x") == ()
    assert known.namespaces_with_prefix("P") == ("public",)
    assert known.namespaces_with_prefix("") == ("app", "public", "web")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("item", ["items", "item_log", "OrderItems", "order_items", "web.item"]),
        ("oi", ["oid", "OrderItems", "order_items"]),
        ("items", ["items", "OrderItems", "order_items"]),
        ("i", ["item_log", "items", "web.item", "OrderItems", "order_items"]),
        ("rder", []),
        ("il", ["item_log"]),
    ],
)
def test_what_was_typed_may_be_a_word_inside_or_initials(typed: str, expected: list[str]) -> None:
    known = index("order_items", "OrderItems", "items", "item_log", "oid", "web.item", default="")
    found = shown(known.tables_matching(typed))
    assert sorted(found) == sorted(expected)
    begins = [name for name in found if name.rpartition(".")[2].lower().startswith(typed)]
    assert found[: len(begins)] == begins


def test_columns_of_any_table() -> None:
    schema = Schema(
        "",
        (
            Table("b", (Column("user_id"), Column("name"))),
            Table("a", (Column("USER_ID"), Column("user_name"))),
        ),
    )
    known = SchemaIndex(schema)
    assert shown(known.tables_with_column("User_Id")) == ["a", "b"]
    assert [(t.name, c.name) for t, c in known.columns_with_prefix("user")] == [
        ("a", "USER_ID"),
        ("b", "user_id"),
        ("a", "user_name"),
    ]
    assert len(known.columns_with_prefix("", limit=2)) == 2


def test_keys_in_both_directions() -> None:
    customers = Table("customers", (Column("id"),), "public", primary_key=("id",))
    orders = Table(
        "orders",
        (Column("id"), Column("customer_id"), Column("parent")),
        "app",
        foreign_keys=(
            ForeignKey(("customer_id",), "CUSTOMERS", ()),
            ForeignKey(("parent",), "orders", ("id",)),
            ForeignKey(("id",), "missing", ("id",)),
        ),
    )
    other = Table("orders", (Column("id"),), "web")
    known = SchemaIndex(Schema("postgres", (customers, orders, other), "public"))
    assert known.foreign_keys_from(orders) == (
        (ForeignKey(("customer_id",), "CUSTOMERS", ("id",)), customers),
        (ForeignKey(("parent",), "orders", ("id",)), orders),
    )
    assert [t for t, _ in known.foreign_keys_to(customers)] == [orders]
    assert known.foreign_keys_to(orders) == ((orders, orders.foreign_keys[1]),)
    assert known.foreign_keys_to(Table("customers", namespace="public")) != ()
    assert known.foreign_keys_to(Table("unknown")) == ()


NAMES = st.text("abAB_1 é", min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([None, "public", "app"]), NAMES), max_size=15, unique=True),
    st.text("abAB_1", max_size=3),
    st.integers(1, 5),
)
def test_prefixes_agree_with_a_plain_search(
    pairs: list[tuple[str | None, str]], prefix: str, limit: int
) -> None:
    made = tuple(Table(name, namespace=namespace) for namespace, name in pairs)
    known = SchemaIndex(Schema("postgres", made, "public"))
    plain = [t for t in made if t.name.lower().startswith(prefix.lower())]
    everything = known.tables_with_prefix(prefix, limit=1000)
    assert sorted(map(id, everything)) == sorted(map(id, plain))
    assert known.tables_with_prefix(prefix, limit=limit) == everything[:limit]
    assert known.tables_matching(prefix, limit=1000)[: len(everything)] == everything
    home = [t.namespace in (None, "public") for t in everything]
    assert home == sorted(home, reverse=True)
    for table in made:
        found = known.table(table.name, table.namespace)
        assert found is not None
        assert found.name == table.name


def test_a_hundred_thousand_tables_answer_within_milliseconds() -> None:
    chance = random.Random(7)
    words = "order item user account invoice line product payment event log audit price".split()  # noqa: SIM905
    made: list[Table] = []
    for i in range(100_000):
        name = f"{chance.choice(words)}_{chance.choice(words)}_{i}"
        target = made[chance.randrange(i)].name if i else name
        columns = tuple(Column(c) for c in ("id", "name", f"{chance.choice(words)}_id"))
        key = ForeignKey(("id",), target, ("id",))
        made.append(Table(name, columns, chance.choice(["public", "app"]), foreign_keys=(key,)))
    known = SchemaIndex(Schema("postgres", tuple(made), "public"))
    known.warm()
    some = made[777]
    looks: list[Callable[[], object]] = [
        lambda: known.table(some.name),
        lambda: known.table("missing"),
        lambda: known.tables_with_prefix(""),
        lambda: known.tables_with_prefix("order_i"),
        lambda: known.tables_matching("o"),
        lambda: known.tables_matching("ol"),
        lambda: known.tables_matching("zz"),
        lambda: known.tables_matching("it", namespace="app"),
        lambda: known.tables_with_column("id"),
        lambda: known.columns_with_prefix(""),
        lambda: known.columns_with_prefix("user"),
        lambda: known.foreign_keys_from(some),
        lambda: known.foreign_keys_to(some),
        lambda: known.namespaces_with_prefix("p"),
    ]
    for number, look in enumerate(looks):
        best = min(_seconds(look) for _ in range(5))
        assert best < 0.005, number


def _seconds(look: Callable[[], object]) -> float:
    start = time.thread_time()
    look()
    return time.thread_time() - start
