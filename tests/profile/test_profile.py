"""A profile is kept whole, read strictly, and changes what is offered first."""

from __future__ import annotations

import dataclasses
import errno
import json
from pathlib import Path

import pytest

from sqlcomplete.completer import Completer
from sqlcomplete.profile import (
    Profile,
    ProfileError,
    load_profile,
    profile_for,
    profile_from_json,
    profile_names,
    profile_to_json,
    remove_profile,
    save_profile,
    with_mined_joins,
)
from sqlcomplete.profile.model import Idiom, MinedJoin, Style, TableUse
from sqlcomplete.schema import SchemaIndex, schema_from_ddl

DDL = """
CREATE TABLE customers (id int PRIMARY KEY, full_name text, email text, region_code text,
  created_at timestamp);
CREATE TABLE orders (id int PRIMARY KEY, buyer int, state text, total numeric, placed_at timestamp);
CREATE TABLE notes (id int PRIMARY KEY, body text);
"""
SCHEMA = schema_from_ddl(DDL, "postgres")


def idioms(*statements: str, weight: float = 9.0) -> tuple[Idiom, ...]:
    return tuple(Idiom(sql, 3, weight) for sql in statements)


PROFILE = Profile(
    name="shop",
    dialect="postgres",
    statements=3,
    runs=9,
    half_life_days=90,
    newest=1.7e9,
    tables=(TableUse("orders", 9, 4, None, (("o", 3.0),)),),
    joins=(MinedJoin("orders", ("buyer",), "customers", ("id",), 41, 6.3, 1.7e9),),
    idioms=idioms(
        "SELECT o.id, o.total FROM orders o JOIN customers c ON c.id = o.buyer "
        "WHERE o.state = 'paid' ORDER BY o.placed_at DESC LIMIT 20",
        "SELECT c.full_name, c.email FROM customers c WHERE c.region_code = $1",
        "UPDATE orders SET state = $1, total = $2 WHERE id = $3 RETURNING id",
    ),
    style=Style(lower_keywords=0.0, placeholder="$"),
)


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLCOMPLETE_DATA_DIR", str(tmp_path / "data"))


def offers(text: str, *, profile: Profile | None = PROFILE) -> list[str]:
    done = Completer(SCHEMA, model=None, profile=profile).complete(text, len(text))
    return [item.insert for item in done.items]


def test_a_profile_comes_back_from_disk_as_it_went() -> None:
    path = save_profile(PROFILE)
    assert load_profile("shop") == PROFILE
    assert path.stat().st_mode & 0o077 == 0
    assert profile_names() == ("shop",)
    assert remove_profile("shop")
    assert not remove_profile("shop")
    with pytest.raises(ProfileError, match="no profile 'shop'"):
        load_profile("shop")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 65])
def test_a_name_is_never_a_path(name: str) -> None:
    with pytest.raises(ProfileError, match="name"):
        load_profile(name)


def test_what_is_damaged_is_refused_with_the_place() -> None:
    document = json.loads(json.dumps(profile_to_json(PROFILE)))
    document["profile"]["runs"] = 10
    with pytest.raises(ProfileError, match="damaged"):
        profile_from_json(document)
    with pytest.raises(ProfileError, match="not a profile"):
        profile_from_json([1])
    document["format"] = 99
    with pytest.raises(ProfileError, match="format 99"):
        profile_from_json(document)
    wrong = dataclasses.replace(PROFILE, runs="many")  # type: ignore[arg-type]
    with pytest.raises(ProfileError, match=r"profile\.runs: expected float"):
        profile_from_json(json.loads(json.dumps(profile_to_json(wrong))))
    path = save_profile(PROFILE)
    path.write_text(path.read_text()[:-40])
    with pytest.raises(ProfileError, match="not JSON"):
        load_profile("shop")


def test_what_was_written_before_is_offered_first() -> None:
    aliased = "SELECT k.id FROM customers k WHERE k."
    assert offers(aliased)[0] == "region_code = $1"
    assert not offers(aliased, profile=None)[0].startswith("region_code")


def test_a_whole_phrase_follows_with_the_statements_own_alias() -> None:
    found = offers("SELECT x.id FROM customers x WHERE ")
    assert "x.region_code = $1" in found
    done = Completer(SCHEMA, model=None, profile=PROFILE).complete("UPDATE orders SET ", 18)
    assert done.ghost is not None
    assert done.ghost.text == "state = $1, total = $2 WHERE id = $3 RETURNING id"
    assert done.ghost.source == "history"
    assert done.items[0].insert == done.ghost.text


def test_a_phrase_goes_on_from_what_is_typed_and_stops_before_what_follows() -> None:
    text = "UPDATE orders SET st"
    done = Completer(SCHEMA, model=None, profile=PROFILE).complete(text, len(text))
    assert done.ghost is not None
    assert done.ghost.text.startswith("ate = $1")
    text = "UPDATE orders SET  WHERE id = 7"
    done = Completer(SCHEMA, model=None, profile=PROFILE).complete(text, 18)
    assert all("WHERE" not in item.insert for item in done.items)


def test_a_phrase_stops_where_a_value_is_not_known() -> None:
    profile = dataclasses.replace(
        PROFILE, idioms=idioms("SELECT id FROM orders WHERE state = :text AND total > :number")
    )
    for insert in offers("SELECT id FROM orders WHERE ", profile=profile):
        assert ":text" not in insert


def test_a_phrase_that_names_what_is_gone_is_not_offered() -> None:
    profile = dataclasses.replace(PROFILE, idioms=idioms("SELECT gone, id FROM orders LIMIT 3"))
    found = offers("SELECT ", profile=profile)
    assert not any("gone" in insert for insert in found)


def test_numbered_placeholders_go_on_from_the_users() -> None:
    found = offers("UPDATE orders SET placed_at = $1, state = ")
    assert any(insert.startswith("$2, total = $3") for insert in found)


def test_keywords_come_in_the_users_case() -> None:
    found = offers("update orders set state = $1, total = $2 ")
    assert any(insert.startswith("where id = $3") for insert in found)


def test_mined_joins_become_foreign_keys_where_the_schema_has_the_columns() -> None:
    richer = with_mined_joins(SCHEMA, PROFILE)
    index = SchemaIndex(richer)
    orders = index.table("orders")
    assert orders is not None
    assert [key.columns for key, _ in index.foreign_keys_from(orders)] == [("buyer",)]
    assert with_mined_joins(richer, PROFILE) is richer
    gone = dataclasses.replace(PROFILE.joins[0], columns=("gone",))
    rare = dataclasses.replace(PROFILE.joins[0], weight=1.0)
    assert with_mined_joins(SCHEMA, dataclasses.replace(PROFILE, joins=(gone, rare))) is SCHEMA
    found = offers("SELECT * FROM orders o JOIN customers c ON ")
    assert "o.buyer = c.id" in found
    text = "SELECT * FROM orders o JOIN customers c ON "
    done = Completer(SCHEMA, model=None, profile=PROFILE).complete(text, len(text))
    assert "seen 41 times" in {i.detail for i in done.items if i.insert == "o.buyer = c.id"}
    text = "SELECT * FROM orders o JOIN "
    done = Completer(SCHEMA, model=None, profile=PROFILE).complete(text, len(text))
    assert "seen 41 times" in {i.detail for i in done.items if "customers c ON" in i.insert}


def test_a_profile_is_found_by_the_tables_it_was_mined_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert profile_for(SCHEMA) is None
    save_profile(PROFILE)
    assert profile_for(SCHEMA) == PROFILE
    assert profile_for(dataclasses.replace(SCHEMA, dialect="mysql")) is None
    assert profile_for(schema_from_ddl("CREATE TABLE other (id int)", "postgres")) is None
    monkeypatch.setenv("SQLCOMPLETE_PROFILE", "none")
    assert profile_for(SCHEMA) is None
    monkeypatch.setenv("SQLCOMPLETE_PROFILE", "shop")
    assert profile_for(schema_from_ddl("CREATE TABLE other (id int)", "postgres")) == PROFILE
    monkeypatch.setenv("SQLCOMPLETE_PROFILE", "nobody")
    with pytest.raises(ProfileError, match="no profile 'nobody'"):
        profile_for(SCHEMA)


def test_without_a_profile_nothing_changes() -> None:
    empty = dataclasses.replace(PROFILE, idioms=(), joins=(), tables=())
    text = "SELECT id FROM customers WHERE "
    assert offers(text, profile=empty) == offers(text, profile=None)


_LONGER = """WITH recent AS (SELECT o.id, o.buyer FROM orders o WHERE o.state = $1)
select x.id, "c".full_name AS n, (SELECT max(total) FROM orders) FROM recent x
JOIN customers c ON c.id = x.buyer AND c.region_code != 'a' WHERE c.email LIKE '%x' OR x.id = $2;
UPDATE orders SET state = $1, total = orders.total + 1 WHERE id = ? RETURNING *;
INSERT INTO orders (id, buyer) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET buyer = EXCLUDED.buyer"""


def test_no_cursor_of_any_text_breaks_it() -> None:
    statements = (
        *(i.sql for i in PROFILE.idioms),
        *_LONGER.split(";"),
        "a b c . ( , = @x :y {{z}}",
    )
    profile = dataclasses.replace(PROFILE, idioms=idioms(*statements))
    completer = Completer(SCHEMA, model=None, profile=profile)
    for cursor in range(0, len(_LONGER), 3):
        for text in (_LONGER[:cursor], _LONGER):
            done = completer.complete(text, cursor)
            if done.ghost is not None:
                assert done.ghost.verdict.status != "invalid"


def test_a_full_disk_is_told_and_the_profile_before_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    save_profile(PROFILE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ProfileError, match="No space left on device"):
        save_profile(dataclasses.replace(PROFILE, runs=10.0))
    assert load_profile("shop") == PROFILE


HABITUAL = dataclasses.replace(
    PROFILE,
    joins=(),
    idioms=idioms(
        "select id\nfrom orders\nwhere buyer = $1",
        "select id\nfrom customers\nwhere email = $1",
        "select id\nfrom orders\nwhere state = $1",
        weight=1.0,
    ),
    style=Style(lower_keywords=1.0),
)


def test_a_name_that_no_statement_has_goes_on_as_other_names_do() -> None:
    assert "body = $1" in offers("select id\nfrom notes\nwhere ", profile=HABITUAL)
    assert all("= $1" not in one for one in offers("select id\nfrom notes\nwhere ", profile=None))


def test_a_word_comes_with_the_white_space_that_always_follows_it() -> None:
    assert "customers\n" in offers("select id\nfrom c", profile=HABITUAL)
    assert "customers" in offers("select id\nfrom c", profile=None)
    assert "from " in offers("select id\n", profile=HABITUAL)


def test_their_line_break_goes_before_the_blank_that_anyone_would_write() -> None:
    broken = dataclasses.replace(
        HABITUAL,
        idioms=idioms(
            "select\n    id\nfrom\n    orders\nwhere\n    buyer = $1",
            "select\n    id\nfrom\n    customers\nwhere\n    email = $1",
            "select\n    id\nfrom\n    orders\nwhere\n    state = $1",
            weight=1.0,
        ),
    )
    assert "select\n" in offers("", profile=broken)
    assert "select " in offers("", profile=HABITUAL)


def test_nothing_is_put_between_a_word_and_what_stands_right_of_it() -> None:
    text = "select id\n notes"
    found = Completer(SCHEMA, model=None, profile=HABITUAL).complete(text, len("select id\n"))
    assert "from" in [item.insert for item in found.items]


def test_the_first_keyword_has_the_case_of_the_log() -> None:
    assert offers("", profile=HABITUAL)[0].startswith("select")
    assert offers("", profile=PROFILE)[0].startswith("SELECT")
