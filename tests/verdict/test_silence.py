"""sqlglot's warnings quote statements: none of them reaches a log or standard error."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

SCRIPT = """
from serve.lsp.diagnosing import Diagnoser
from serve.lsp.formatting import Layout, formatted
from sqlcomplete.completer import Completer
from sqlcomplete.schema import SchemaIndex, schema_from_ddl
from sqlcomplete.syntax import analyse
from sqlcomplete.verdict import verdict

odd = "ALTER TABLE t ENABLE ROW LEVEL SECURITY"
schema = schema_from_ddl("CREATE TABLE t (a INT); " + odd, "postgres")
index = SchemaIndex(schema)
Diagnoser(index).problems(odd + "; CREATE POLICY p ON t USING (a = 1)")
formatted(odd, "postgres", Layout())
for text in (odd, "CREATE POLICY p ON t "):
    verdict(analyse(text, len(text), index), " USING (a = 1)", index)
    Completer(schema, model=None).complete(text, len(text))
"""


def test_statements_that_sqlglot_warns_of_leave_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_what_a_program_asks_sqlglot_itself_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    import sqlglot

    import sqlcomplete.verdict  # noqa: F401

    with caplog.at_level(logging.WARNING, logger="sqlglot"):
        sqlglot.parse("ALTER TABLE t ENABLE ROW LEVEL SECURITY", read="postgres")
    assert "unsupported syntax" in caplog.text
