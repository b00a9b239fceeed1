"""A database's address shows in no message, and looking at one makes no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema import load_schema
from sqlcomplete.schema.connection import one_line, parse_url, public_url
from sqlcomplete.schema.errors import SchemaError

PASSWORD = "hush&hush"
WRITTEN = "hush%26hush"


@pytest.mark.parametrize(
    "source",
    [
        f"postgresql://u:{WRITTEN}@127.0.0.1:1/db",
        f"  postgresql://u:{WRITTEN}@127.0.0.1:1/db",
        f"postgresql://127.0.0.1:1/db?password={WRITTEN}",
        f"postgresql://u:{WRITTEN}@127.0.0.1:port/db",
        f"postgresql://u:a@{WRITTEN}@127.0.0.1:1/db",
        f"postgresql:u:{WRITTEN}@host/db",
        f"postgresql//u:{WRITTEN}@host/db",
        f"u:{WRITTEN}@host/db",
        f"jdbc:postgresql://u:{WRITTEN}@127.0.0.1:1/db",
        f"host=127.0.0.1 password={WRITTEN}",
        f"mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3D{WRITTEN}",
        f"nothing://u:{WRITTEN}@host/db",
    ],
)
def test_no_message_holds_a_password(source: str) -> None:
    with pytest.raises(SqlcompleteError) as caught:
        load_schema(source)
    message = str(caught.value)
    assert "hush" not in message
    assert "\n" not in message


def test_what_a_driver_repeats_is_blotted_out() -> None:
    url = parse_url(f"postgresql://u:{WRITTEN}@h/db?sslpassword=other-word&options=x")
    for said in (PASSWORD, WRITTEN, "other-word"):
        assert said not in one_line(ValueError(f"connecting with {said} failed"), url)
    assert public_url(url) == "postgresql+psycopg://u@h/db?options=x"


@pytest.mark.parametrize(
    "source",
    [
        "sqlite:///new.db",
        "sqlite+pysqlite:///new.db",
        "sqlite:///file:new.db?uri=true",
        "sqlite:///file:new.db?mode=rwc&uri=true",
        "duckdb:///new.db",
        "duckdb:///new.duckdb",
    ],
)
def test_a_database_that_is_not_there_is_told_and_not_made(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if source.startswith("duckdb"):
        pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SchemaError, match="no such file") as caught:
        load_schema(source)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_is_told_and_left_as_it_is(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "duckdb":
        pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("our secret plans, of no database\n" * 10)
    for source in (f"{kind}:///notes.txt", f"{kind}:///{tmp_path}/notes.txt"):
        with pytest.raises(SchemaError, match=r"notes\.txt: this is no \w+ database") as caught:
            load_schema(source)
        assert "plans" not in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
