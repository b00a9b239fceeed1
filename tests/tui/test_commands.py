"""Editing actions, by their keys: find and replace, lines, comments, layout, brackets."""

from __future__ import annotations

import pytest
from driving import Editors, screen, until, write
from hypothesis import given
from hypothesis import strategies as st

from tui.editing.commands import matching_bracket
from tui.editing.layout import LayoutError, laid_out
from tui.editing.lines import dedent, duplicate, indent, move, toggle_comment
from tui.editing.search import PatternError, Search
from tui.panes.dialogs import AskLine

TEXT = "SELECT a FROM t;\nselect A from u;\n"


async def test_find_selects_one_after_the_other_and_goes_around(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(TEXT)
        await pilot.press("ctrl+f")
        await write(pilot, "select")
        await until(pilot, lambda: app.find_bar.said == "1 of 2")
        assert app.editor.selected == (0, 6)
        await pilot.press("enter")
        assert app.editor.selected == (17, 23)
        await pilot.press("f3")
        assert app.editor.selected == (0, 6)
        await pilot.press("shift+f3")
        assert app.editor.selected == (17, 23)
        await pilot.press("escape")
        assert app.editor.has_focus and not app.find_bar.display
        await write(pilot, "X")
        assert app.editor.text == "SELECT a FROM t;\nX A from u;\n"


async def test_find_by_regular_expression_and_case(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(TEXT)
        await pilot.press("ctrl+f", "alt+x", "alt+c")
        await write(pilot, "^select|u;$")
        await until(pilot, lambda: app.find_bar.said == "1 of 2")
        assert app.editor.selected == (17, 23)
        await write(pilot, "(")
        await until(pilot, lambda: "not a regular expression" in app.find_bar.said)
        await pilot.press("backspace")
        await write(pilot, "zzz")
        await until(pilot, lambda: app.find_bar.said in ("not found", "1 of 1"))


async def test_replace_one_then_all_each_one_step_to_undo(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(TEXT)
        await pilot.press("ctrl+f")
        await write(pilot, "(\\w) from")
        await pilot.press("alt+x", "tab")
        await write(pilot, "\\1, b from")
        await pilot.press("enter")
        await until(pilot, lambda: app.editor.text.startswith("SELECT a, b from t;\nselect A from"))
        await pilot.press("alt+a")
        await until(
            pilot,
            lambda: app.editor.text.count(", b from") == 2 + 1 or "replaced" in app.find_bar.said,
        )
        replaced = app.editor.text
        assert "select A, b from u;" in replaced
        await pilot.press("escape", "ctrl+z")
        assert app.editor.text == "SELECT a, b from t;\nselect A from u;\n"


async def test_go_to_line_and_column(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("one\ntwo\nthree")
        for answer, location in (("2", (1, 0)), ("3:4", (2, 3)), ("99", (2, 0)), ("1:99", (0, 3))):
            await pilot.press("ctrl+g")
            await until(pilot, lambda: isinstance(app.screen, AskLine))
            await write(pilot, answer)
            await pilot.press("enter")
            await until(pilot, lambda at=location: app.editor.cursor_location == at)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(app.screen, AskLine))
        await write(pilot, "x")
        await pilot.press("enter")
        await until(pilot, lambda: "not a line" in app.results.message)


async def test_lines_are_commented_duplicated_moved_by_keys(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("a\n  b\nc")
        app.editor.select_range(0, 5)
        await pilot.press("ctrl+underscore")
        assert app.editor.text == "-- a\n--   b\nc"
        await pilot.press("ctrl+underscore")
        assert app.editor.text == "a\n  b\nc"
        await pilot.press("alt+down")
        assert app.editor.text == "c\na\n  b"
        await pilot.press("alt+up", "ctrl+d")
        assert app.editor.text == "a\n  b\na\n  b\nc"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert app.editor.text == "a\n  b\nc"


async def test_select_all_then_typing_replaces_all(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text(TEXT)
        await pilot.press("ctrl+a")
        await write(pilot, "x")
        assert app.editor.text == "x"


async def test_the_statement_is_laid_out_and_the_others_stay(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("select  1;\n-- why\nselect a,b from t -- c\nwhere x=1")
        app.editor.move_to(25)
        await pilot.press("f4")
        assert app.editor.text.startswith("select  1;\n-- why\nSELECT\n  a,\n  b\nFROM t")
        assert "c" in app.editor.text.split("FROM t")[1]
        await pilot.press("ctrl+z")
        assert app.editor.text == "select  1;\n-- why\nselect a,b from t -- c\nwhere x=1"
        app.editor.load_text("SELEC (")
        await pilot.press("f4")
        await until(pilot, lambda: "cannot be formatted" in app.results.message)
        assert app.editor.text == "SELEC ("


async def test_from_a_bracket_to_its_partner(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        app.editor.load_text("f(a, ')', (b))")
        app.editor.move_to(1)
        await pilot.press("ctrl+right_square_bracket")
        assert app.editor.cursor == 13
        await pilot.press("ctrl+right_square_bracket")
        assert app.editor.cursor == 1


async def test_find_bar_stands_under_the_text(editors: Editors) -> None:
    async with editors.open() as (app, pilot):
        await pilot.press("ctrl+f")
        await until(pilot, lambda: any("replace by" in line for line in screen(app)))


@pytest.mark.parametrize(
    ("text", "cursor", "partner"),
    [("(a)", 0, 2), ("(a)", 3, 0), ("('(')", 0, 4), ("-- (\n)", 5, None), ("((", 0, None)],
)
def test_brackets_in_strings_and_comments_are_none(
    text: str, cursor: int, partner: int | None
) -> None:
    assert matching_bracket(text, cursor, "sqlite") == partner


_LINES = st.text(alphabet="ab -\n\t", max_size=40)


@given(_LINES, st.data())
def test_edits_of_lines_keep_the_other_lines_and_can_be_reversed(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    def done(edit: object) -> str:
        made = text[: edit.start] + edit.insert + text[edit.end :]  # type: ignore[attr-defined]
        assert all(0 <= at <= len(made) for at in edit.selection)  # type: ignore[attr-defined]
        return made

    assert done(indent(text, start, end, "  ")).replace(" ", "") == text.replace(" ", "")
    assert done(duplicate(text, start, end)).count("\n") > text.count("\n")
    for edit in (move(text, start, end, 1), move(text, start, end, -1)):
        if edit is not None:
            assert sorted(done(edit).split("\n")) == sorted(text.split("\n"))
    if (edit := dedent(text, start, end, 4)) is not None:
        made = done(edit).split("\n")
        assert [x.lstrip() for x in made] == [x.lstrip() for x in text.split("\n")]
    if (edit := toggle_comment(text, start, end)) is not None:
        assert done(edit) != text


@given(st.text(alphabet="ab\n ", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_commenting_twice_is_as_before(text: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    edit = toggle_comment(text, start, end)
    if edit is None:
        return
    made = text[: edit.start] + edit.insert + text[edit.end :]
    again = toggle_comment(made, edit.start, edit.start + len(edit.insert))
    assert again is not None
    back = made[: again.start] + again.insert + made[again.end :]
    assert [x.rstrip() for x in back.split("\n")] == [x.rstrip() for x in text.split("\n")]


def test_what_sqlglot_cannot_keep_is_left_alone() -> None:
    assert laid_out("select 1 -- one", "sqlite") == "SELECT\n  1 /* one */"
    assert laid_out("select 1;select 2;", "sqlite") == "SELECT\n  1;\n\nSELECT\n  2;"
    with pytest.raises(LayoutError, match="cannot be formatted"):
        laid_out("select (", "sqlite")


def test_replacing_by_groups_and_what_is_wrong_in_them() -> None:
    assert Search(r"(\w+)=(\w+)", regex=True).all_replaced("a=b c=d", r"\2=\1") == ("b=a d=c", 2)
    assert Search("a.b").all_replaced("a.b axb", r"\1") == (r"\1 axb", 1)
    with pytest.raises(PatternError, match="not a replacement"):
        Search("a", regex=True).all_replaced("a", r"\1")
    assert Search("x*", regex=True).places("ab") == []
