"""Every action of the editor, once: its name, keys and help.

Key bar, help, command palette and the user's key file are made from this list. What an action does
is registered beside it at the start (`tui.app`); a key with several actions goes to the first, in
the order of the list, that applies where the user is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """Where an action's keys reach it."""

    TEXT = "text"  # the text has the focus
    SCREEN = "screen"  # anywhere, except above a question
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Action:
    """`keys` are in Textual's names, the first is the one that is shown. `bar` is the label in the
    key bar, "" for none. `listed` is false for what no one would pick from a palette: it only
    means something at the very place where its key is pressed."""

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    help: str
    where: Where = Where.SCREEN
    bar: str = ""
    listed: bool = True


_T = Where.TEXT

ACTIONS: tuple[Action, ...] = (
    # Completing
    Action(
        "complete.accept",
        "Accept the ghost",
        ("tab",),
        "Completing",
        "accept all that is shown dim, else the marked item; on a selection, indent",
        _T,
        listed=False,
    ),
    Action(
        "complete.word",
        "Accept a word",
        ("ctrl+right",),
        "Completing",
        "accept one word of the ghost, else move by a word",
        _T,
        listed=False,
    ),
    Action(
        "complete.line",
        "Accept a line",
        ("end",),
        "Completing",
        "at the end of a line, accept one line of the ghost",
        _T,
        listed=False,
    ),
    Action(
        "complete.dismiss",
        "Dismiss or stop",
        ("escape",),
        "Completing",
        "dismiss ghost and list until the next edit; stop what runs",
        Where.SCREEN,
        listed=False,
    ),
    Action(
        "complete.ask",
        "Complete here",
        ("ctrl+@", "ctrl+space"),
        "Completing",
        "ask for ghost and list here",
        _T,
    ),
    Action(
        "list.next",
        "Next item",
        ("ctrl+n",),
        "Completing",
        "enter the list; in it, Up and Down choose too",
        _T,
        listed=False,
    ),
    Action(
        "list.previous",
        "Previous item",
        ("ctrl+p",),
        "Completing",
        "enter the list from its end",
        _T,
        listed=False,
    ),
    Action(
        "list.accept",
        "Take the chosen item",
        ("enter",),
        "Completing",
        "take the chosen item, where the list was entered; else a line break",
        _T,
        listed=False,
    ),
    Action(
        "complete.automatic",
        "Completion as I type, on or off",
        (),
        "Completing",
        "switch for this tab; off, completion comes on demand",
    ),
    # Editing
    Action("edit.undo", "Undo", ("ctrl+z",), "Editing", "take back, word by word", _T),
    Action("edit.redo", "Redo", ("ctrl+y", "ctrl+shift+z"), "Editing", "bring back", _T),
    Action(
        "edit.copy",
        "Copy",
        ("ctrl+c",),
        "Editing",
        "copy the selection, else the line; works over SSH",
        _T,
    ),
    Action("edit.cut", "Cut", ("ctrl+x",), "Editing", "cut the selection, else the line", _T),
    Action("edit.select_all", "Select all", ("ctrl+a",), "Editing", "select the whole text", _T),
    Action(
        "edit.find",
        "Find",
        ("ctrl+f",),
        "Editing",
        "find, also by regular expression",
        bar="Find",
    ),
    Action(
        "edit.replace",
        "Replace",
        ("alt+r", "ctrl+backslash"),
        "Editing",
        "find and replace",
    ),
    Action("edit.find_next", "Find next", ("f3",), "Editing", "to the next place"),
    Action("edit.find_previous", "Find previous", ("shift+f3",), "Editing", "to the one before"),
    Action("edit.goto_line", "Go to line", ("ctrl+g",), "Editing", "line, or line:column"),
    Action(
        "edit.comment",
        "Comment or uncomment",
        ("ctrl+underscore", "ctrl+slash"),
        "Editing",
        "put the lines into comments, or out of them",
        _T,
    ),
    Action(
        "edit.format",
        "Format SQL",
        ("f4",),
        "Editing",
        "lay out the selection, else the statement under the cursor",
        _T,
    ),
    Action("edit.duplicate", "Duplicate lines", ("ctrl+d",), "Editing", "copy the lines below", _T),
    Action("edit.move_up", "Move lines up", ("alt+up",), "Editing", "move the lines up", _T),
    Action("edit.move_down", "Move lines down", ("alt+down",), "Editing", "and down", _T),
    Action("edit.indent", "Indent", (), "Editing", "indent the lines", _T),
    Action("edit.dedent", "Dedent", ("shift+tab",), "Editing", "the opposite of indenting", _T),
    Action(
        "edit.bracket",
        "Go to the matching bracket",
        ("ctrl+right_square_bracket",),
        "Editing",
        "from a bracket to its partner",
        _T,
    ),
    # Running
    Action(
        "run.statement",
        "Run",
        ("f5", "ctrl+j", "ctrl+enter"),
        "Running",
        "run the selection, else the statement under the cursor",
        bar="Run",
    ),
    Action(
        "run.all",
        "Run all statements",
        ("f9", "shift+f5"),
        "Running",
        "run every statement of the tab, each with its own result",
    ),
    Action("run.stop", "Stop what runs", (), "Running", "cancel the statement that runs"),
    Action("run.begin", "Begin a transaction", (), "Running", "BEGIN"),
    Action("run.commit", "Commit", (), "Running", "make the open transaction's changes last"),
    Action("run.rollback", "Roll back", (), "Running", "take the open transaction's changes back"),
    Action("run.next_result", "Next result", ("f8",), "Running", "to the next statement's result"),
    Action("schema.reload", "Reload the schema", ("ctrl+r",), "Running", "read the schema again"),
    # Files and tabs
    Action("file.save", "Save", ("ctrl+s",), "Files", "save; asks for a file once", bar="Save"),
    Action("file.save_as", "Save as", ("alt+s", "ctrl+shift+s"), "Files", "save to another file"),
    Action("file.open", "Open", ("ctrl+o",), "Files", "open a file in a tab", bar="Open"),
    Action(
        "file.revert", "Revert to the file", (), "Files", "read the file again; undo brings back"
    ),
    Action(
        "file.use_draft",
        "Use the unsaved text",
        (),
        "Files",
        "put the unsaved text of the last session into its file's tab",
    ),
    Action("tab.new", "New tab", ("ctrl+n",), "Files", "a new tab", bar="New"),
    Action("tab.close", "Close tab", ("f10",), "Files", "close; asks where text would be lost"),
    Action("tab.next", "Next tab", ("f7", "ctrl+pagedown"), "Files", "to the next tab"),
    Action(
        "tab.previous", "Previous tab", ("shift+f7", "ctrl+pageup"), "Files", "to the tab before"
    ),
    # Panes
    Action(
        "help",
        "Help",
        ("f1", "question_mark"),
        "Panes",
        "the keys",
        bar="Help",
    ),
    Action("palette", "All actions", ("ctrl+p",), "Panes", "find an action by name", bar="Actions"),
    Action("pane.catalog", "Catalog", ("f2",), "Panes", "tables; Enter inserts", bar="Catalog"),
    Action("pane.next", "Next pane", ("f6",), "Panes", "to the next pane", bar="Pane"),
    Action("pane.previous", "Previous pane", ("shift+f6",), "Panes", "to the pane before"),
    Action(
        "quit", "Quit", ("ctrl+q",), "Panes", "quit; what you wrote is kept", Where.ANYWHERE, "Quit"
    ),
)

BY_ID = {action.id: action for action in ACTIONS}
BAR = (
    "help",
    "run.statement",
    "file.save",
    "file.open",
    "edit.find",
    "tab.new",
    "pane.catalog",
    "pane.next",
    "palette",
    "quit",
)


def key_name(key: str) -> str:
    """A key as people write it: "Ctrl+Right" for ctrl+right."""
    names = {
        "ctrl+@": "Ctrl+Space",
        "ctrl+underscore": "Ctrl+/",
        "ctrl+backslash": "Ctrl+\\",
        "ctrl+right_square_bracket": "Ctrl+]",
        "question_mark": "?",
        "escape": "Esc",
        "ctrl+pagedown": "Ctrl+PgDn",
        "ctrl+pageup": "Ctrl+PgUp",
    }
    if key in names:
        return names[key]
    return "+".join(part.capitalize() for part in key.split("+"))
