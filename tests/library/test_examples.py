"""The examples work, and the documentation shows them as they are."""

from __future__ import annotations

import ast
import importlib.util
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

import sqlcomplete

ROOT = Path(__file__).parents[2]
DDL = """
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers (id));
"""


@pytest.fixture(scope="module")
def repl() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repl", ROOT / "examples" / "repl.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def completer() -> sqlcomplete.Completer:
    return sqlcomplete.Completer(sqlcomplete.load_schema(DDL, "postgres"), model=None)


def _cell() -> str:
    notebook = json.loads((ROOT / "examples" / "notebook.ipynb").read_text())
    (cell,) = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return "".join(cell["source"])


def _typed(
    repl: ModuleType,
    completer: sqlcomplete.Completer,
    text: str,
    ready: Callable[[Any], bool],
    keys: str,
) -> str:
    """What the prompt returns when `text` is typed, then, once `ready`, `keys` and Enter."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        prompt = repl.sql_prompt(completer, deadline_ms=60_000)

        def type_on() -> None:
            until = time.monotonic() + 60
            while not ready(prompt.default_buffer) and time.monotonic() < until:
                time.sleep(0.01)
            pipe.send_text(keys + "\r")

        typist = threading.Thread(target=type_on)
        pipe.send_text(text)
        typist.start()
        try:
            line: str = prompt.prompt()
        finally:
            typist.join()
        return line


def test_right_arrow_takes_the_suggestion(
    repl: ModuleType, completer: sqlcomplete.Completer
) -> None:
    line = _typed(
        repl,
        completer,
        "SELECT * FROM orders o JOIN customers c ON ",
        lambda buffer: buffer.suggestion is not None,
        "\x1b[C",
    )
    assert line == "SELECT * FROM orders o JOIN customers c ON o.customer_id = c.id"


def test_tab_takes_the_popup_s_first_line(
    repl: ModuleType, completer: sqlcomplete.Completer
) -> None:
    line = _typed(
        repl,
        completer,
        "SELECT * FROM cust",
        lambda buffer: buffer.complete_state is not None and buffer.complete_state.completions,
        "\t",
    )
    assert line == "SELECT * FROM customers"


def test_popup_and_suggestion_are_one_call(
    repl: ModuleType, completer: sqlcomplete.Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    whole = completer.complete

    def counted(text: str, cursor: int, **options: Any) -> sqlcomplete.Completion:
        calls.append(text)
        return whole(text, cursor, **options)

    monkeypatch.setattr(completer, "complete", counted)
    assistant = repl.SqlAssistant(completer)
    document = Document("SELECT * FROM orders o JOIN customers c ON ")
    popup = list(assistant.get_completions(document, CompleteEvent()))
    suggestion = assistant.get_suggestion(None, document)
    assert suggestion is not None and popup[0].text.startswith(suggestion.text)
    assert len(calls) == 1


def test_a_word_with_text_right_of_the_cursor_is_left_alone(
    repl: ModuleType, completer: sqlcomplete.Completer
) -> None:
    document = Document("SELECT * FROM custers", cursor_position=len("SELECT * FROM cust"))
    assert not list(repl.SqlAssistant(completer).get_completions(document, CompleteEvent()))


def test_the_notebook_s_cell_runs() -> None:
    tree = ast.parse(_cell())
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    names: dict[str, Any] = {}
    exec(compile(tree, "cell", "exec"), names)
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    assert shown[0][0] == "customers c ON o.customer_id = c.id"


@pytest.mark.parametrize("code", ["repl", "cell"])
def test_the_documentation_shows_the_example_as_it_is(code: str) -> None:
    source = _cell() if code == "cell" else (ROOT / "examples" / "repl.py").read_text()
    page = (ROOT / "docs" / "python.md").read_text()
    assert f"```python\n{source.strip()}\n```" in page
