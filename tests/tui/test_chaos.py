"""Kills at random moments: what a journal or a save has acknowledged is there, whole."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.documents.document import Document
from tui.documents.journal import Journal

RUNS = 60

WRITER = """
import sys
from pathlib import Path
from tui.documents.document import Document
from tui.documents.journal import Buffer, Journal, Session

state, path = Path(sys.argv[1]), Path(sys.argv[2])
journal = Journal("k", state)
left = journal.load()
print("left", left.buffers[0].document.text.count("x") if left else 0, flush=True)
document = Document.read(path)
for step in range(100_000):
    document = document.with_text("SELECT 1;\\n" * 200 + "x" * step)
    journal.save(Session((Buffer(document),)))
    print("kept", step, flush=True)
    if step % 5 == 0:
        document = document.written()
        print("saved", step, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    path, state = tmp_path / "q.sql", tmp_path / "state"
    path.write_bytes(b"\xef\xbb\xbfSELECT 1;\r\n")
    chance = random.Random(7)
    kept_in_all = 0
    for _ in range(RUNS):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(state), str(path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
        lines = [line.split() for line in process.stdout.read().splitlines() if " " in line]
        process.wait(10)
        process.stdout.close()
        kept = max((int(n) for what, n in lines if what == "kept"), default=-1)
        saved = max((int(n) for what, n in lines if what == "saved"), default=-1)
        journal = Journal("k", state)
        session = journal.load()
        journal.close()
        if kept >= 0:
            assert session is not None
            assert session.buffers[0].document.text.count("x") >= kept
        document = Document.read(path)
        assert document.form.notes == ("BOM", "CRLF")  # never torn
        if saved >= 0:
            assert document.text.count("x") >= saved
        kept_in_all += kept + 1
    assert not list(state.glob("*.unreadable"))
    assert kept_in_all > RUNS  # the writers did get to write
    print(f"{RUNS} kills, {kept_in_all} journals acknowledged, none lost")
