"""The evaluation from end to end: a corpus on disk, a system, a table and a JSON file."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from distill.__main__ import distill
from distill.corpus import CorpusError, read_corpus
from distill.evaluate import command
from distill.evaluate.report import markdown
from distill.evaluate.run import run
from distill.evaluate.system import NOTHING, Answer, Session, ShownGhost, Suggestion
from sqlcomplete.profile import save_profile
from sqlcomplete.profile.model import Idiom, Profile
from sqlcomplete.schema.model import Schema

SQL = "SELECT name FROM shops WHERE id = 1"


@dataclass(frozen=True)
class Scripted:
    """A system that knows how SQL goes on; asked elsewhere it says nothing."""

    script: str = SQL
    name: str = "scripted"

    def start(self, schema: Schema) -> Session:
        assert [t.name for t in schema.tables] == ["shops"]
        return self

    def complete(self, text: str, cursor: int) -> Answer:
        if cursor and self.script.startswith(text) and text.endswith(" "):
            rest = self.script[cursor:]
            items = (Suggestion(rest.split()[0], (cursor, cursor)),)
            return Answer(ShownGhost(rest, 0.95), items)
        return NOTHING


class Silent(Scripted):
    def complete(self, text: str, cursor: int) -> Answer:
        return NOTHING


class Broken(Scripted):
    def complete(self, text: str, cursor: int) -> Answer:
        if cursor:
            raise RuntimeError("out of order")
        return NOTHING


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    tables = [
        {
            "name": "shops",
            "columns": [{"name": "id", "type": "INT"}, {"name": "name", "type": "TEXT"}],
            "primary_key": ["id"],
            "foreign_keys": [],
        }
    ]
    schema = {"db_id": "shop", "dialect": "sqlite", "tables": tables}
    (folder / "schemas.jsonl").write_text(json.dumps(schema) + "\n")
    query = {"db_id": "shop", "dialect": "sqlite", "question": None, "split": "dev"}
    queries = [query | {"id": f"q{i}", "source": f"s{i % 2}", "sql": SQL} for i in range(4)]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n")
    return folder


def samples(folder: Path) -> Any:
    corpus = read_corpus(folder)
    return [(corpus, corpus.statements)]


def test_a_system_that_knows_the_statement_saves_nearly_all(corpus: Path) -> None:
    report = run(Scripted(), samples(corpus), cold=False)
    found = report.corpora["shop"].overall
    assert found.saved == pytest.approx(1 - (len("SELECT ") + 1) / len(SQL))
    assert found.saved_interval == pytest.approx((found.saved, found.saved))
    assert (found.ghost_precision, found.unknown_rate, found.failures) == (1.0, 0.0, 0)
    assert found.next_token["column"].top1 == found.next_token["table"].top5 == 1.0
    assert found.next_token["column"].top1_typed == 0.0
    assert found.buckets[9].count == found.buckets[9].precision * found.buckets[9].count > 0
    assert set(report.corpora["shop"].by_source) == {"s0", "s1"}
    assert found.latency_ms["p95"] >= found.latency_ms["p50"] > 0


def test_invented_names_are_reported_with_their_text(corpus: Path) -> None:
    report = run(Scripted("SELECT nam FROM shops"), samples(corpus), cold=False)
    found = report.corpora["shop"].overall
    assert found.unknown_rate is not None and found.unknown_rate > 0
    assert ("q0", "nam", "SELECT |nam FROM shops|") in report.unknown


def test_a_system_that_fails_is_counted_and_does_not_end_the_run(corpus: Path) -> None:
    report = run(Broken(), samples(corpus), cold=False)
    found = report.corpora["shop"].overall
    assert found.saved == 0 and found.statements == 4
    assert found.failures > 4 * len(SQL)
    assert report.failures[0].startswith("RuntimeError: out of order")


def test_the_table_names_every_system_and_figure(corpus: Path) -> None:
    report = run(Scripted(), samples(corpus), cold=False)
    table = markdown([report], "A title.")
    assert table.startswith("A title.")
    assert "| **Keystrokes saved** | **77.1%** |" in table
    assert "| 0.9-1.0 |" in table
    widths = {line.count("|") for line in table.splitlines()[2:10]}
    assert widths == {3}


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(distill, ["evaluate", *arguments])


def test_the_command_writes_json_and_markdown(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "system", lambda name, **options: Scripted())
    out, table = tmp_path / "out.json", tmp_path / "out.md"
    arguments = ("--label", f"shops={corpus}", "--system", "scripted", "--limit", "2", "--no-cold")
    result = invoke(*arguments, "--json", str(out), "--markdown", str(table))
    assert result.exit_code == 0, result.output
    assert "scripted<br>shops" in table.read_text()
    written = json.loads(out.read_text())
    assert written["settings"]["statements"] == {"shops": 2}
    assert written["systems"][0]["corpora"]["shops"]["overall"]["statements"] == 2


def test_a_run_is_compared_with_a_former_one_of_the_same_statements(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.md"
    monkeypatch.setattr(command, "system", lambda name, **options: Silent())
    assert invoke(str(corpus), "--no-cold", "--json", str(before)).exit_code == 0
    monkeypatch.setattr(command, "system", lambda name, **options: Scripted())
    result = invoke(str(corpus), "--no-cold", "--against", str(before), "--markdown", str(after))
    assert result.exit_code == 0, result.output
    assert "- shop: +77.14% (+77.14% to +77.14%)" in after.read_text()
    other = invoke(str(corpus), "--limit", "2", "--no-cold", "--against", str(before))
    assert isinstance(other.exception, CorpusError) and "another sample" in str(other.exception)
    before.write_text('{"systems": []}')
    none = invoke(str(corpus), "--no-cold", "--against", str(before))
    assert isinstance(none.exception, CorpusError) and "no result of" in str(none.exception)


def test_a_profile_is_measured_beside_none(corpus: Path, tmp_path: Path) -> None:
    idiom = Idiom("SELECT name FROM shops WHERE id = 1", 9, 9.0)
    profile = Profile("shop", "sqlite", 1, 9, 90, idioms=(idiom,))
    file, out = save_profile(profile, tmp_path / "profile.json"), tmp_path / "out.json"
    arguments = ("--system", "ours-no-model", "--limit", "2", "--no-cold", "--json", str(out))
    result = invoke(str(corpus), *arguments, "--profile", str(file))
    assert result.exit_code == 0, result.output
    plain, known = json.loads(out.read_text())["systems"]
    assert (plain["system"], known["system"]) == ("ours-no-model", "ours-no-model+profile")
    saved = [s["corpora"]["shop"]["overall"]["saved"] for s in (plain, known)]
    assert saved[1] > saved[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{corpus}", "--system", "nosuch"], "no system 'nosuch'; choose from ours"),
        (["{corpus}", "--split", "test"], "no statement of split 'test'; try --split all"),
        (["{corpus}/none"], "no such folder"),
        ([], "name at least one corpus folder"),
        (["--label", "x"], "write NAME=FOLDER"),
        (["{corpus}", "--label", "shop={corpus}/../shop"], "two corpora are called 'shop'"),
    ],
)
def test_bad_arguments_are_one_line(corpus: Path, arguments: list[str], message: str) -> None:
    chosen = [a.format(corpus=corpus) for a in arguments]
    if "--system" not in chosen:
        chosen += ["--system", "ours-no-model"]
    done = subprocess.run(
        [sys.executable, "-m", "distill", "evaluate", *chosen],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_the_commands() -> None:
    result = CliRunner().invoke(distill, ["--help"])
    assert result.exit_code == 0
    assert "evaluate" in result.output


@pytest.mark.parametrize("name", ["pysqlsuggestions", "pgcli"])
def test_a_peer_that_is_not_installed_says_what_to_do(
    corpus: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "pgcli.pgcompleter" if name == "pgcli" else name
    monkeypatch.setitem(sys.modules, module, None)
    result = invoke(str(corpus), "--system", name)
    assert str(result.exception) == (
        f"{name} is not installed; pip install 'sqlcomplete[benchmark]'"
    )


@pytest.mark.parametrize("name", ["pysqlsuggestions", "pgcli"])
def test_a_peer_saves_keystrokes(corpus: Path, name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    from distill.evaluate.systems import system

    report = run(system(name), samples(corpus), cold=False)
    found = report.corpora["shop"].overall
    assert found.failures == 0, report.failures
    assert found.saved is not None and 0.15 < found.saved < 0.8
    assert (found.next_token["table"].top5_typed, found.ghosts_judged) == (1.0, 0)
