"""Running statements: rows, errors with their place, confirmation, cancelling, schema refresh."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from driving import Editors, ScriptedClient, screen, settle, until, write
from sqlalchemy.engine import make_url

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.schema import load_schema
from sqlcomplete.schema.model import Schema, Table
from tui.app import SqlEditorApp
from tui.commands import editor_on
from tui.panes.catalog import Catalog
from tui.panes.dialogs import Choice, Confirm
from tui.panes.help import Help
from tui.runner.database import Database, DatabaseError
from tui.runner.running import ROW_LIMIT
from tui.runner.target import find_target, scratch_target


async def test_from_first_key_to_rows(editors: Editors) -> None:
    query = "SELECT id, name FROM customers WHERE id <= 2 ORDER BY id"
    async with editors.open(ScriptedClient(query)) as (app, pilot):
        await write(pilot, "SELECT id")
        await until(pilot, lambda: app.editor.ghost)
        await pilot.press("tab", "f5")
        await until(pilot, lambda: app.results.table.row_count == 2)
        assert app.results.message == "2 rows"
        text = "\n".join(screen(app))
        assert "Bruno Keller" in text and "Clara Keller" in text


async def test_the_statement_under_the_cursor_runs_and_no_other(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("SELECT 1 AS a;\nSELECT 2 AS b;\n\nSELECT 3 AS c")
        for offset, column in ((3, "a"), (14, "a"), (20, "b"), (30, "b"), (40, "c")):
            app.editor.move_to(offset)
            await pilot.press("ctrl+j")
            await until(pilot, lambda: app.results.table.row_count == 1)
            assert [str(c.label) for c in app.results.table.ordered_columns] == [column], offset


async def test_null_is_told_apart_from_the_text_null(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("SELECT NULL, 'NULL', x'00ff', 'a\nb'")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        null, text, blob, lines = app.results.table.get_row_at(0)
        assert null.plain == text.plain == "NULL"
        assert null.style and not text.style
        assert blob.plain == "<2 bytes> 00 ff"
        assert lines.plain == "a↵b"


async def test_more_rows_than_the_limit_are_left_unread_and_said_so(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        )
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == ROW_LIMIT)
        assert app.results.message == "first 1,000 rows, there are more"


async def test_an_error_is_one_line_with_its_place(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("SELECT 1;\nSELECT id\nFROM customers\nWHERE nam = 1")
        app.editor.move_to(15)
        await pilot.press("f5")
        await until(pilot, lambda: "nam" in app.results.message)
        assert app.results.message == "line 4, column 7: no such column: nam"


async def test_a_write_says_how_many_rows_changed(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("UPDATE customers SET newsletter = 1 WHERE id < 4")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.message == "3 rows changed")


async def test_an_unfiltered_delete_runs_only_after_a_yes(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("DELETE FROM reviews")
        await until(pilot, lambda: "DELETE without WHERE" in app.status.text)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: app.results.message == "not run")
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: app.results.message == "61 rows changed")


async def test_the_warning_goes_when_the_where_comes(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await write(pilot, "UPDATE products SET discontinued = 1")
        await until(pilot, lambda: "UPDATE without WHERE" in app.status.text)
        await write(pilot, " WHERE id = 1")
        await until(pilot, lambda: "without WHERE" not in app.status.text)


async def test_a_transaction_lasts_over_statements(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        for text, message in (
            ("BEGIN", "done"),
            ("DELETE FROM reviews WHERE id > 0", "61 rows changed"),
            ("ROLLBACK", "done"),
        ):
            app.editor.load_text(text)
            await pilot.press("f5")
            await until(pilot, lambda message=message: app.results.message == message)
        app.editor.load_text("SELECT COUNT(*) FROM reviews")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        assert app.results.table.get_row_at(0)[0].plain == "61"


async def test_escape_stops_a_statement_that_does_not_end(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
        )
        await pilot.press("f5")
        await until(pilot, lambda: app.results.message.startswith("running"))
        began = time.monotonic()
        while app.results.message != "cancelled" and time.monotonic() < began + 10:
            await pilot.press("escape")
            await settle(pilot)
        assert app.results.message == "cancelled"
        app.editor.load_text("SELECT 1")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)


async def test_ddl_reads_the_schema_again(editors: Editors) -> None:
    def read() -> Schema:
        return replace(editors.schema, tables=(*editors.schema.tables, Table("wishes")))

    async with editors.open() as (app, pilot):
        app._read_schema = read
        app.editor.load_text("CREATE TABLE wishes (id INTEGER)")
        await pilot.press("f5")
        await until(pilot, lambda: "15 tables" in app.status.text)


async def test_a_dead_database_is_one_line(editors: Editors, tmp_path: Path) -> None:
    target = find_target("postgresql://nobody@127.0.0.1:9/none")
    async with editors.open(target=target) as (app, pilot):
        await write(pilot, "SELECT 1")
        await pilot.press("f5")
        await until(pilot, lambda: "cannot connect" in app.results.message)
        assert "\n" not in app.results.message
        assert app.editor.text == "SELECT 1"


async def test_a_file_that_is_no_database_is_one_line(editors: Editors, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    async with editors.open(target=find_target(str(broken))) as (app, pilot):
        await write(pilot, "SELECT 1 FROM t")
        await pilot.press("f5")
        await until(
            pilot,
            lambda: app.results.message.count("\n") == 0 and "database" in app.results.message,
        )


@pytest.mark.parametrize("kind", [SqlcompleteError, ImportError])
async def test_a_schema_that_cannot_be_read_leaves_the_editor_usable(
    editors: Editors, kind: type[Exception]
) -> None:
    def read() -> Schema:
        raise kind("shop.db: the schema cannot be read")

    app = SqlEditorApp(
        find_target(str(editors.shop)),
        read_schema=read,
        make_client=lambda schema: ScriptedClient(),
        state=editors.state,
        timings=False,
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "the schema cannot be read" in app.results.message)
        await write(pilot, "SELECT 1")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        await app.action_quit()


async def test_a_file_of_ddl_opens_without_a_database_and_says_so(
    editors: Editors, tmp_path: Path
) -> None:
    ddl = tmp_path / "schema.sql"
    ddl.write_text("CREATE TABLE t (a INT)")
    async with editors.open(target=find_target(str(ddl), "postgres")) as (app, pilot):
        await write(pilot, "SELECT 1")
        await pilot.press("f5")
        await until(pilot, lambda: "holds only DDL" in app.results.message)


async def test_a_folder_of_migrations_opens_and_tells_its_dialect(
    editors: Editors, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "1_users.sql").write_text("CREATE TABLE users (id BIGSERIAL, tags JSONB);")
    (folder / "2_posts.sql").write_text("CREATE TABLE posts (id BIGSERIAL PRIMARY KEY);")
    app = SqlEditorApp(
        find_target(str(folder)),
        read_schema=lambda: load_schema(str(folder)),
        make_client=lambda schema: ScriptedClient(),
        state=editors.state,
    )
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "2 tables" in app.status.text)
        assert "migrations · postgres" in app.status.text
        await app.action_quit()


async def test_a_live_schema_is_read_from_the_database_itself(editors: Editors) -> None:
    target = scratch_target(editors.shop, "shop")
    app = editor_on(target, model=False, state=editors.state)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "14 tables" in app.status.text)
        app.editor.load_text("CREATE TABLE wishes (id INTEGER)")
        await pilot.press("f5")
        await until(pilot, lambda: "15 tables" in app.status.text)
        await app.action_quit()


async def test_a_duckdb_file_is_read_again_while_it_is_open(
    editors: Editors, tmp_path: Path
) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("duckdb_engine")
    path = tmp_path / "a.duckdb"
    duckdb.connect(str(path)).close()
    app = editor_on(replace(find_target(str(path)), keeps="x"), model=False, state=editors.state)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "0 tables" in app.status.text)
        for number in (1, 2):
            app.editor.load_text(f"CREATE TABLE t{number} (id INTEGER)")
            await pilot.press("f5")
            await until(pilot, lambda n=number: f"{n} table" in app.status.text)
        await app.action_quit()


async def test_the_catalog_shows_keys_and_inserts_names(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await until(pilot, lambda: len(app.query_one(Catalog).root.children) == 14)
        await pilot.press("f2")
        assert app.query_one(Catalog).has_focus
        for _ in range(5):  # order_items is the fifth by name
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.pause()
        text = "\n".join(screen(app))
        assert "order_id PK →orders integer" in text
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: app.editor.text == "product_id")
        assert app.editor.has_focus
        await pilot.press("f2", "f2")
        assert not app.query_one(Catalog).display


async def test_help_names_the_keys_and_keeps_the_others_out(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, Help))
        assert any("accept all that is shown dim" in line for line in screen(app))
        await pilot.press("f5", "x")
        assert isinstance(app.screen, Help)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Help))
        assert app.editor.text == ""


async def test_all_statements_run_each_with_a_result_of_its_own(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(
            "SELECT 1 AS a;\nUPDATE products SET discontinued = 0 WHERE id < 3;\n"
            "SELECT 3 AS c, 4 AS d"
        )
        await pilot.press("f9")
        await until(pilot, lambda: app.results.message == "3 of 3: 1 row")
        assert app.results.count == 3
        assert [str(c.label) for c in app.results.table.ordered_columns] == ["c", "d"]
        await pilot.pause()
        await until(pilot, lambda: any("3 SELECT 3 AS c" in line for line in screen(app)))
        await pilot.press("f8")
        await until(pilot, lambda: app.results.message == "1 of 3: 1 row")
        assert [str(c.label) for c in app.results.table.ordered_columns] == ["a"]
        await pilot.press("f8")
        await until(pilot, lambda: app.results.message == "2 of 3: 2 rows changed")
        app.editor.load_text("SELECT 7 AS x")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.message == "1 row")
        assert app.results.count == 1


async def test_a_selection_runs_and_nothing_else(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("SELECT id, name FROM customers WHERE id = 1; SELECT 2")
        app.editor.select_range(0, 30)
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count > 1)
        assert app.results.count == 1
        app.editor.select_range(0, 53)
        await pilot.press("f5")
        await until(pilot, lambda: app.results.message == "2 of 2: 1 row")


async def test_an_error_puts_the_cursor_at_its_place_and_stops_there(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(
            "SELECT 1;\nSELECT nam FROM customers;\nDELETE FROM reviews WHERE id = 1"
        )
        await pilot.press("f9")
        await until(pilot, lambda: "no such column: nam" in app.results.message)
        assert app.results.message.endswith("(statement 2 of 3; 1 not run)")
        assert app.editor.cursor_location == (1, 7)
        assert app.editor.has_focus
        app.editor.load_text("SELECT COUNT(*) FROM reviews")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        assert app.results.table.get_row_at(0)[0].plain == "61"


@pytest.mark.parametrize("sql", ["DROP TABLE reviews", "SELECT 1; DROP VIEW order_totals"])
async def test_a_drop_runs_only_after_a_yes(editors: Editors, sql: str) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(sql)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert any("cannot be undone" in line for line in screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.results.message == "not run")
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: app.results.message.endswith("done"))


async def test_an_open_transaction_is_shown_and_quitting_asks(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await app.call_action("run.begin")
        await until(pilot, lambda: any("transaction is open" in x for x in app.notices.lines))
        app.editor.load_text("DELETE FROM reviews WHERE id = 1")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.message == "1 row changed")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, Choice))
        assert any("open transaction's changes are lost" in line for line in screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, Choice))
        await app.call_action("run.rollback")
        await until(pilot, lambda: app.notices.lines == ())
        app.editor.load_text("SELECT COUNT(*) FROM reviews")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        assert app.results.table.get_row_at(0)[0].plain == "61"


async def test_wide_characters_are_shown_whole(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("SELECT '東京太郎' AS name, 1 AS x")
        await pilot.press("f5")
        await until(pilot, lambda: app.results.table.row_count == 1)
        await pilot.pause()
        assert any("東京太郎" in line.replace(" ", "") for line in screen(app)[15:])


@pytest.mark.parametrize("driver", ["sqlite", "duckdb"])
def test_a_database_knows_of_its_transaction(tmp_path: Path, driver: str) -> None:
    pytest.importorskip("duckdb_engine")
    database = Database(make_url(f"{driver}:///{tmp_path / 'x.db'}"))
    try:
        assert not database.in_transaction
        for sql, is_open in (
            ("CREATE TABLE t (a INT)", False),
            ("BEGIN", True),
            ("INSERT INTO t VALUES (1)", True),
            ("COMMIT", False),
        ):
            database.run(sql)
            assert database.in_transaction == is_open, sql
    finally:
        database.close()


def test_postgresql_tells_of_its_transaction_and_of_one_that_failed(postgres_url: str) -> None:
    database = Database(make_url(postgres_url))
    try:
        for sql, is_open in (("SELECT 1", False), ("BEGIN", True), ("SELECT 1", True)):
            database.run(sql)
            assert database.in_transaction == is_open, sql
        with pytest.raises(DatabaseError):
            database.run("SELECT nothing")
        assert database.in_transaction
        database.run("ROLLBACK")
        assert not database.in_transaction
    finally:
        database.close()
