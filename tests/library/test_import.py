"""`import sqlcomplete` is cheap, and offers its names when they are asked for."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

import pytest

import sqlcomplete

HEAVY = ("onnxruntime", "sqlglot", "sqlalchemy", "numpy", "click")


def _loaded_after(code: str) -> set[str]:
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(said.stdout.split())


def test_the_import_alone_loads_no_library() -> None:
    assert not _loaded_after("import sqlcomplete") & set(HEAVY)


def test_a_light_name_loads_no_library() -> None:
    code = "from sqlcomplete import Completion, Ghost, Item, Schema, SqlcompleteError"
    assert not _loaded_after(code) & set(HEAVY)


def test_reading_ddl_loads_no_model() -> None:
    code = "import sqlcomplete; sqlcomplete.load_schema('CREATE TABLE t (a int)')"
    assert not _loaded_after(code) & {"onnxruntime", "sqlalchemy"}


@pytest.mark.parametrize("name", sqlcomplete.__all__)
def test_each_public_name_is_there(name: str) -> None:
    assert getattr(sqlcomplete, name) is not None
    assert name in dir(sqlcomplete)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sqlcomplete.nothing


def test_the_version_is_the_installed_package_s() -> None:
    assert sqlcomplete.__version__ == version("sqlcomplete")


def test_the_command_line_s_import_of_a_submodule_still_works() -> None:
    assert "sqlcomplete.schema.model" in _loaded_after("import sqlcomplete.schema.model")


@pytest.mark.slow
def test_mypy_sees_the_real_types() -> None:
    program = textwrap.dedent(
        """
        from typing import assert_type
        import sqlcomplete

        schema = sqlcomplete.load_schema("x", dialect="postgres")
        assert_type(schema, sqlcomplete.Schema)
        completion = sqlcomplete.complete("SELECT ", 7, schema=schema, dialect="postgres")
        assert_type(completion, sqlcomplete.Completion)
        assert_type(completion.ghost, sqlcomplete.Ghost | None)
        assert_type(completion.items, tuple[sqlcomplete.Item, ...])
        assert_type(sqlcomplete.Completer(schema).complete("", 0), sqlcomplete.Completion)
        assert_type(sqlcomplete.__version__, str)
        sqlcomplete.complete(1)  # type: ignore[arg-type]
        """
    )
    _check_types("-c", program)


@pytest.mark.slow
def test_mypy_takes_the_example() -> None:
    _check_types(str(Path(__file__).parents[2] / "examples" / "repl.py"))


def _check_types(*what: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", *what],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert said.returncode == 0, said.stdout
