"""No value of a statement may be written: what redaction keeps, replaces and refuses."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.company.known import KnownWords, known_words
from distill.company.redact import Redacted, Refused, redact
from distill.company.secrets import secret_kinds
from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.syntax.lex import lex

SCHEMA = schema_from_ddl(
    """CREATE TABLE users (id int PRIMARY KEY, email text, created_at timestamp,
       status text CHECK (status IN ('active', 'closed')));
       CREATE TABLE orders (id int, user_id int, total numeric(10, 2), note text);""",
    "postgres",
)
KNOWN = known_words(SCHEMA)


def strip(sql: str, dialect: str = "postgres") -> Redacted | Refused:
    return redact(lex(sql, dialect), sql, dialect, KNOWN)


def kept(sql: str, dialect: str = "postgres") -> str:
    found = strip(sql, dialect)
    assert isinstance(found, Redacted), found
    return found.sql


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT id FROM users WHERE email = 'bob@example.com'",
         "SELECT id FROM users WHERE email = :text"),
        ("SELECT id FROM users WHERE id = 4711 -- for Bob",
         "SELECT id FROM users WHERE id = :number"),
        ("SELECT id FROM users WHERE status = 'active' LIMIT 50;",
         "SELECT id FROM users WHERE status = 'active' LIMIT 50"),
        ("SELECT id FROM users WHERE id IN (17, 18, 19)",
         "SELECT id FROM users WHERE id IN (:number)"),
        ("SELECT id FROM users WHERE created_at >= DATE '2024-05-17'",
         "SELECT id FROM users WHERE created_at >= :date"),
        ("SELECT date_trunc('month', created_at), count(*) FROM users GROUP BY 1 ORDER BY 2 DESC",
         "SELECT date_trunc('month', created_at), count(*) FROM users GROUP BY 1 ORDER BY 2 DESC"),
        ("INSERT INTO orders (id, note) VALUES (7, 'a'), (8, 'b'), (9, 'c')",
         "INSERT INTO orders (id, note) VALUES (:number, :text)"),
        ("SELECT CAST(total AS numeric(12, 3)) FROM orders WHERE note LIKE '%gift%'",
         "SELECT CAST(total AS numeric(12, 3)) FROM orders WHERE note LIKE :pattern"),
        ("EXPLAIN ANALYZE SELECT id FROM users", "SELECT id FROM users"),
        ("SELECT id FROM {{ ref('users') }}", "SELECT id FROM users"),
        ("SELECT id FROM users WHERE email = $1 AND id > @least",
         "SELECT id FROM users WHERE email = $1 AND id > @least"),
        ("SELECT '{\"a\": 1}'::jsonb, $$it's$$, E'\\n', X'FF'",
         "SELECT :json::jsonb, :text, :text, :blob"),
    ],
)  # fmt: skip
def test_values_become_placeholders_of_their_kind(sql: str, expected: str) -> None:
    assert kept(sql) == expected


def test_a_double_quoted_word_that_names_nothing_is_a_value() -> None:
    assert kept('SELECT id FROM users WHERE email = "Bob Smith"', "sqlite").endswith("= :text")
    assert kept('SELECT id FROM users WHERE email = "Bob"', "mysql").endswith("= :text")
    assert kept('SELECT "id" AS "User number" FROM users u WHERE u."email" = $1') == (
        'SELECT "id" AS "User number" FROM users u WHERE u."email" = $1'
    )


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT 'abc", "cut short"),
        ("SELECT id FROM users WHERE email = 'it\\'s' OR note = 'x\\'y'", "another dialect"),
        ("ALTER USER bob PASSWORD 'x'", "not a query"),
        ("SET search_path TO x", "not a query"),
        (";", "empty"),
        ("-- nothing", "empty"),
    ],
)
def test_what_cannot_be_made_safe_is_set_aside(sql: str, reason: str) -> None:
    found = strip(sql)
    assert isinstance(found, Refused)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bob.smith@example.co.uk", "e-mail address"),
        ("AKIAIOSFODNN7EXAMPLE", "AWS key"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc", "JSON web token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private key"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "service token"),
        ("postgres://bob:hunter2@db/x", "URL with a password"),
        ("4111 1111 1111 1111", "card number"),
        ("DE89 3704 0044 0532 0130 00", "IBAN"),
        ("+49 170 1234567", "phone number"),
        ("(555) 123-4567", "phone number"),
        ("078-05-1120", "social security number"),
        ("192.168.17.4", "IP address"),
        ("d3b07384d113edec49eaa6238ad5ff00", "random token"),
        ("k9Xw2pLz7Qr4Tn8Bv1Ms", "random token"),
    ],
)
def test_secrets_are_found(text: str, kind: str) -> None:
    assert kind in secret_kinds(f"SELECT x AS {text} FROM t")


@pytest.mark.parametrize(
    "name",
    [
        "l1_batch_commit_data_generator_mode", "customer_acquisition_cost_2023_q4", "order_items",
        "sha256_of_the_payload_v2", "v1_payload_location_olap", "4111 1111 1111 1112", "a - b - c",
    ],
)  # fmt: skip
def test_names_are_no_secrets(name: str) -> None:
    assert secret_kinds(f"SELECT {name} FROM t") == ()


def test_a_secret_in_what_remains_refuses_the_statement() -> None:
    found = strip("SELECT id AS k9Xw2pLz7Qr4Tn8Bv1Ms FROM users")
    assert found == Refused("random token", secret=True)
    found = strip('SELECT id FROM "bob@example.com".users')
    assert isinstance(found, Redacted)  # no plain name: taken for a value
    assert "bob" not in found.sql


_LETTERS = st.text(string.ascii_letters + string.digits + " '\"\\@.%-_{}[]()\n,;:$é", min_size=4)
_CANARY = st.builds(lambda text: "canary" + text, _LETTERS)


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(_CANARY, min_size=1, max_size=4),
    numbers=st.lists(st.integers(3, 10**12).filter(lambda n: n not in (10, 100)), max_size=3),
    dialect=st.sampled_from(["postgres", "mysql", "sqlite", "snowflake", "bigquery", "tsql", ""]),
    written_for=st.sampled_from(["postgres", "mysql"]),
)
def test_no_value_is_written_whatever_the_dialect_it_was_quoted_for(
    values: list[str], numbers: list[int], dialect: str, written_for: str
) -> None:
    def quoted(value: str) -> str:
        if written_for == "mysql":
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return "'" + value.replace("'", "''") + "'"

    parts = [f"email = {quoted(value)}" for value in values]
    parts += [f"id <> {number}" for number in numbers]
    sql = "SELECT id, email FROM users WHERE " + " AND ".join(parts) + " ORDER BY created_at"
    found = redact(lex(sql, dialect), sql, dialect, KNOWN)
    if isinstance(found, Refused):
        return
    assert "canary" not in found.sql.lower()
    # Only where the quotes mean what the reader takes them to mean can the numbers be told.
    if written_for != "mysql" and dialect in ("postgres", "sqlite", "tsql", ""):
        for number in numbers:
            assert str(number) not in found.sql.replace(":number", "")


def test_repetitions_have_one_fingerprint() -> None:
    one = strip("SELECT id FROM users WHERE id IN (3, 4) AND email = 'a'")
    two = strip("select ID\nfrom USERS where id in (5) and email='b' -- again")
    other = strip("SELECT id FROM users WHERE id IN (3, 4) AND note = 'a'")
    assert isinstance(one, Redacted)
    assert isinstance(two, Redacted)
    assert isinstance(other, Redacted)
    assert one.fingerprint == two.fingerprint != other.fingerprint


def test_known_words_hold_names_and_declared_values() -> None:
    assert {"users", "email", "public"} & KNOWN.names >= {"users", "email"}
    assert KNOWN.values == frozenset({"active", "closed"})
    assert KnownWords().names == frozenset()
