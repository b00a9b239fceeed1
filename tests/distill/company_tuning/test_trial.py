"""A trial of retraining on one schema of a corpus, from the corpus to the figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tiny_company import SCHEMA

from distill.company.tuning_trial import company_of, trial
from distill.corpus import Corpus, CorpusError, read_corpus
from sqlcomplete.schema import schema_to_json


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    schema = {"db_id": "acme", **schema_to_json(SCHEMA)}
    (folder / "schemas.jsonl").write_text(json.dumps(schema))
    columns = ("id", "total", "code", "user_id")
    statements = [
        f"SELECT {a}, {b} FROM orders WHERE {c} = 'secret'"
        for a in columns
        for b in columns
        for c in columns
        if a != b
    ]
    statements += [f"SELECT name FROM users WHERE {c} = 'secret'" for c in ("id", "plan")]
    with (folder / "queries.jsonl").open("w") as file:
        for number, sql in enumerate(statements):
            record = {"id": str(number), "db_id": "acme", "source": "x", "dialect": "sqlite"}
            file.write(json.dumps({**record, "sql": sql, "split": "dev"}) + "\n")
    return folder


def test_the_first_statements_are_the_log_and_the_rest_the_test(corpus: Path) -> None:
    log = company_of(read_corpus(corpus), "acme")
    assert len(log.train) == 35
    assert [s.sql for s in log.held_out][-1] == "SELECT name FROM users WHERE plan = :text"
    with pytest.raises(CorpusError, match="no statement of db_id 'other'"):
        company_of(read_corpus(corpus), "other")


def test_a_trial_compares_profile_tuning_and_both(
    corpus: Path, base: Path, general: Corpus, tmp_path: Path
) -> None:
    arguments = [str(corpus), "--schema", "acme", "--minutes", "0.001", "--steps", "2"]
    arguments += ["--layers", "1", "--seconds", "0", "--base", str(base)]
    arguments += ["--replay", str(tmp_path / "general"), "--work", str(tmp_path / "work")]
    ended = CliRunner().invoke(trial, arguments, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert list(found["saved"]) == [
        "model",
        "model, profile",
        "tuned model",
        "tuned model, profile",
    ]
    assert found["steps"] == 2
    assert found["trained_on"] == 35
    assert found["measured"] >= 2
    assert (tmp_path / "work" / "models" / "trial@1" / "model.onnx").is_file()


def test_a_profile_is_tried_without_any_tuning(corpus: Path) -> None:
    arguments = [str(corpus), "--schema", "acme", "--no-model", "--seconds", "0"]
    ended = CliRunner().invoke(trial, arguments, catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert list(found["saved"]) == ["no model", "no model, profile"]
    assert found["saved"]["no model, profile"] > found["saved"]["no model"]
    without = CliRunner().invoke(trial, [str(corpus), "--schema", "acme"])
    assert without.exit_code == 2
    assert "--work" in without.output
