"""`sqlcomplete complete` on the real engine, without the model so that it is fast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from invoking import Ended, Here, shell

DDL = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), total REAL
);
"""


@pytest.fixture
def ddl(tmp_path: Path) -> str:
    path = tmp_path / "shop.ddl.sql"
    path.write_text(DDL, encoding="utf-8")
    return str(path)


def completed(ended: Ended) -> dict[str, object]:
    assert ended.code == 0, ended.err
    answer = json.loads(ended.out)
    assert set(answer) == {"id", "ghost", "items", "model", "timings_ms"}
    return dict(answer)


def labels(answer: dict[str, object]) -> list[str]:
    items = answer["items"]
    assert isinstance(items, list)
    return [item["label"] for item in items]


def test_standard_input_is_completed_at_its_end(ddl: str) -> None:
    ended = shell(
        "complete", "-", "--schema", ddl, "--no-model", "--json", stdin=b"SELECT * FROM cust\n"
    )
    assert labels(completed(ended))[0] == "customers"


def test_a_cursor_in_the_middle_counts_code_points(here: Here, ddl: str, tmp_path: Path) -> None:
    path = tmp_path / "q.sql"
    text = "SELECT '😀', o.tot FROM orders o"
    path.write_text(text, encoding="utf-8")
    at = text.index(" FROM")
    arguments = ("complete", str(path), "--schema", ddl, "--no-model", "--json")
    by_offset = completed(here(*arguments, "--cursor", str(at)))
    by_place = completed(here(*arguments, "--cursor", f"1:{at + 1}"))
    assert by_offset["items"] == by_place["items"]
    items = by_offset["items"]
    assert isinstance(items, list)
    start, end = items[0]["replace"]
    assert text[start:end] == "tot"
    assert "total" in items[0]["insert"]


def test_max_items_bounds_the_items(here: Here, ddl: str, tmp_path: Path) -> None:
    path = tmp_path / "q.sql"
    path.write_text("SELECT ", encoding="utf-8")
    arguments = ("complete", str(path), "--schema", ddl, "--no-model", "--json")
    assert len(labels(completed(here(*arguments, "--max-items", "2")))) == 2
    assert labels(completed(here(*arguments, "--max-items", "0"))) == []


def test_a_person_sees_the_line_the_items_and_the_times(
    here: Here, ddl: str, tmp_path: Path
) -> None:
    path = tmp_path / "q.sql"
    path.write_text("-- all of them\nSELECT * FROM cust", encoding="utf-8")
    ended = here("complete", str(path), "--schema", ddl, "--no-model")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("2 | SELECT * FROM cust")
    assert any(line.split()[:3] == ["1", "customers", "table"] for line in lines)
    assert "ms (scope" in lines[-1]


def test_nothing_is_offered_inside_a_string(here: Here, ddl: str, tmp_path: Path) -> None:
    path = tmp_path / "q.sql"
    path.write_text("SELECT 'cust", encoding="utf-8")
    answer = completed(here("complete", str(path), "--schema", ddl, "--no-model", "--json"))
    assert (answer["ghost"], answer["items"]) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";;;",
        "SELECT * FROM",
        "((((((((",
        "SELECT 'never closed",
        "/* never closed",
        "}{ not sql at all §§",
        "SELECT 1;\r\n" * 2000,
        "SELECT " + "(" * 5000,
        "\u202e SELECT \U0001f600",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_any_text_is_answered(here: Here, ddl: str, tmp_path: Path, text: str) -> None:
    path = tmp_path / "q.sql"
    path.write_text(text, encoding="utf-8", newline="")
    for cursor in ("0", str(len(text) // 2), str(len(text))):
        completed(
            here("complete", str(path), "--schema", ddl, "--no-model", "--json", "--cursor", cursor)
        )


@pytest.mark.parametrize(("statements", "offered"), [(22_000, ["customers"]), (23_000, [])])
def test_a_megabyte_of_text_is_answered_in_time(
    ddl: str, statements: int, offered: list[str]
) -> None:
    line = b"SELECT id, name FROM customers WHERE id = 1;\n"
    text = line * statements + b"SELECT * FROM cust"
    ended = shell("complete", "-", "--schema", ddl, "--no-model", "--json", stdin=text)
    # Beyond a million characters the answer is empty.
    assert labels(completed(ended))[:1] == offered


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--cursor", "999"], "lies outside the text: it has 8 code points"),
        (["--cursor", "-1"], "give an offset (17) or line:column (2:5)"),
        (["--dialect", "postgers"], "did you mean 'postgres'?"),
        (["--schema", "postgresql://127.0.0.1:1/shop"], "127.0.0.1"),
        (["--schema", "no/such"], "no/such"),
        (["--max-items", "-1"], "-1 is not in the range"),
        (["--nosuch"], "--nosuch"),
    ],
)
def test_bad_input_ends_in_one_line(
    here: Here, tmp_path: Path, arguments: list[str], says: str
) -> None:
    path = tmp_path / "q.sql"
    path.write_text("SELECT 1", encoding="utf-8")
    ended = here("complete", str(path), "--no-model", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
