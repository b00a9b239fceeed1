"""What the agents ask a model, and what they make of its answers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agents_shop import SHOP, STATEMENTS, record
from endpoint import Endpoint, content

from distill.agents.lm import prompts
from distill.agents.lm.agents import ModelExpansion, ModelRewriting, ModelVerification
from distill.agents.lm.client import ModelClient
from distill.agents.record import Step
from distill.agents.settings import ModelSettings
from sqlcomplete.schema.model import Column, Schema, Table

EASY, HARD = STATEMENTS[1], STATEMENTS[9]
CHANCE = random.Random(1)


@pytest.fixture
def client(server: Endpoint, tmp_path: Path) -> Iterator[ModelClient]:
    made = ModelClient(ModelSettings(server.url, "little"), tmp_path / "a.sqlite")
    yield made
    made.close()


def answer(server: Endpoint, **values: Any) -> None:
    server.script.append(content(json.dumps(values)))


def test_a_large_schema_is_cut_and_the_named_tables_come_first() -> None:
    columns = tuple(Column(f"a_rather_long_column_name_{i}", "TEXT") for i in range(12))
    tables = tuple(Table(f"t{i}", columns) for i in range(200))
    text = prompts.schema_text(Schema("sqlite", tables), "SELECT * FROM t150", "sqlite")
    assert text.startswith("t150(")
    assert len(text) < prompts.SCHEMA_CHARACTERS + 100
    assert "more tables)" in text
    whole = prompts.schema_text(SHOP, EASY, "sqlite")
    assert "customer_id>customers" in whole
    assert "more tables" not in whole


def test_a_plan_is_asked_for_where_it_helps_and_shortened_where_it_is_long() -> None:
    def task(**changes: Any) -> str:
        return prompts.rewriting(record(**changes))[1]["content"].splitlines()[-1]

    assert "leave the plan empty" in task(sql=EASY)
    assert "plan it in 2 to 6 short lines" in task(sql=HARD)
    assert "Shorten the plan" in task(sql=HARD, plan="\n".join("step" for _ in range(9)))


def test_expansion_keeps_the_task_category_and_the_count(
    server: Endpoint, client: ModelClient
) -> None:
    good = {"question": "Who?", "sql": "SELECT id FROM customers WHERE id = 2", "change": "id"}
    other = good | {"sql": "DELETE FROM customers WHERE id = 2"}
    broken = good | {"sql": "SELECT FROM WHERE"}
    answer(server, statements=[good, other, broken, good])
    outcome = ModelExpansion(client, 3).work(record(EASY, plan="old"), CHANCE)
    (child,) = outcome.records
    assert (child.sql, child.question, child.plan) == (good["sql"], "Who?", None)
    assert child.id.startswith("s1~")
    assert [r.reason for r in outcome.rejects] == [
        "task category changed: from select: filter to delete",
        "does not parse as one statement",
    ]
    step = child.provenance[0]
    assert (step.agent, step.back_end, step.note) == ("expansion", "little", "id")
    assert step.prompt_hash is not None


def test_rewriting_leaves_a_plan_only_before_what_is_hard_and_remembers_what_it_changed(
    server: Endpoint, client: ModelClient
) -> None:
    rewriting = ModelRewriting(client)
    plan = ["- first this", "then  that"]
    answer(server, question="Q.", sql=EASY, plan=plan)
    (easy,) = rewriting.work(record(EASY), CHANCE).records
    assert (easy.plan, easy.question, easy.provenance[0].before) == (None, "Q.", None)
    answer(server, question="Q.", sql=f"{HARD} ORDER BY name", plan=plan)
    (hard,) = rewriting.work(record(HARD), CHANCE).records
    assert hard.plan == "first this\nthen that"
    assert hard.provenance[0].before == HARD
    assert "keeps the meaning" in hard.provenance[0].note
    answer(server, question="Q.", sql="SELECT FROM", plan=[])
    (reject,) = rewriting.work(record(STATEMENTS[0]), CHANCE).rejects
    assert reject.reason == "the rewritten statement does not parse"


def test_verification_is_told_what_was_rewritten_and_its_reason_is_kept(
    server: Endpoint, client: ModelClient
) -> None:
    rewritten = record(EASY).after(Step("rewriting", "m", "x; keeps the meaning", before=HARD))
    answer(server, verdict="fail", reason="it counts nothing")
    (reject,) = ModelVerification(client).work(rewritten, CHANCE).rejects
    assert reject.reason == "fail: it counts nothing"
    assert json.dumps(HARD) in server.asked[-1]["messages"][1]["content"]
    answer(server, verdict="pass", reason="sound")
    (passed,) = ModelVerification(client).work(record(EASY), CHANCE).records
    assert passed.provenance[-1].note == "pass: sound"
    assert passed.id == "s1"
