"""What `sqlcomplete SOURCE` opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from driving import until, write

import tui.commands
from sqlcomplete.cli.main import cli
from tui.app import SqlEditorApp
from tui.commands import editor_on
from tui.runner.opening import open_source
from tui.runner.target import TargetError


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_the_bare_command_opens_an_empty_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[SqlEditorApp] = []
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(tui.commands, "_run", seen.append)
    result = CliRunner().invoke(cli, [], catch_exceptions=False)
    assert result.exit_code == 0
    assert [app.target.name for app in seen] == ["scratch"]


async def test_an_empty_database_completes_what_is_made_in_it(
    scratch: Path, tmp_path: Path
) -> None:
    opened = open_source(None, None, None, scratch)
    app = editor_on(opened.target, model=False, state=tmp_path / "state")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.completes, seconds=30)
        app.editor.load_text("CREATE TABLE wishes (id INTEGER, wish TEXT)")
        await pilot.press("f5")
        await until(pilot, lambda: "1 table" in app.status.text)
        await until(pilot, lambda: app.completes)
        app.editor.load_text("")
        await write(pilot, "SELECT * FROM w")
        await until(pilot, lambda: app.editor.offer is not None and "ishes" in app.editor.ghost)
        await app.action_quit()


@pytest.mark.parametrize("text", ["SELECT 1", "", "INSERT INTO t VALUES (1)", "-- CREATE TABLE x"])
def test_a_file_of_queries_opens_as_a_file(scratch: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "query.sql"
    path.write_text(text)
    opened = open_source(str(path), None, None, scratch)
    assert (opened.file, opened.target.name) == (path, "scratch")


def test_a_file_that_is_not_there_yet_opens_as_a_new_one(scratch: Path, tmp_path: Path) -> None:
    opened = open_source(str(tmp_path / "new.sql"), None, None, scratch)
    assert opened.file == tmp_path / "new.sql"
    with pytest.raises(TargetError, match="no such folder"):
        open_source(str(tmp_path / "no" / "new.sql"), None, None, scratch)


@pytest.mark.parametrize(
    "text", ["CREATE TABLE t (a INT)", "SELECT 1; CREATE OR REPLACE TEMP VIEW v AS SELECT 1"]
)
def test_a_file_that_makes_tables_is_a_schema(scratch: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.sql"
    path.write_text(text)
    opened = open_source(str(path), None, None, scratch)
    assert opened.file is None and opened.target.url is None


async def test_a_csv_opens_in_duckdb_with_its_columns_known(scratch: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb_engine")
    path = tmp_path / "big sales.csv"
    path.write_text("day,amount\n2024-01-01,3\n2024-01-02,4\n")
    opened = open_source(str(path), None, None, scratch)
    app = editor_on(opened.target, model=False, state=tmp_path / "state")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "1 table" in app.status.text, seconds=30)
        await until(pilot, lambda: app.completes, seconds=30)
        await write(pilot, "SELECT * FROM big")
        await until(pilot, lambda: app.editor.ghost.startswith("_sales"))
        app.editor.load_text("SELECT SUM(amount) FROM big_sales")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        assert app.results.table.get_row_at(0)[0].plain == "7"
        await app.action_quit()


def test_parquet_json_and_a_folder_of_them_open_in_duckdb(scratch: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("duckdb_engine")
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.json").write_text('[{"x": 1}]')
    (folder / "b.csv").write_text("y\n2\n")
    (folder / "b.jsonl").write_text('{"z": 3}\n')
    duckdb.sql(f"COPY (SELECT 4 AS p) TO '{folder / '1.parquet'}'")
    open_source(str(folder), None, None, scratch)
    with duckdb.connect(str(scratch / "data.duckdb")) as connection:
        for name, value in (("a", 1), ("b", 2), ("b_2", 3), ("t_1", 4)):
            assert connection.sql(f"FROM {name}").fetchall() == [(value,)]


def test_data_that_cannot_be_read_is_one_line(scratch: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb_engine")
    path = tmp_path / "broken.parquet"
    path.write_text("no")
    with pytest.raises(TargetError, match="DuckDB cannot read it") as caught:
        open_source(str(path), None, None, scratch)
    assert "\n" not in str(caught.value)


def test_a_json_document_of_tables_is_a_schema(scratch: Path, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"tables": []}')
    assert open_source(str(path), None, None, scratch).target.url is None


def test_with_a_schema_the_source_is_a_file_to_edit(scratch: Path, shop: Path) -> None:
    opened = open_source("new.sql", str(shop), None, scratch)
    assert opened.file == Path("new.sql").absolute()
    assert opened.target.dialect == "sqlite"
