"""No literal of a log can be drawn from a model tuned on it: a canary stays as unlikely as strings
of its make that nobody ever logged. The same tuning on the raw log, for comparison, gives it away.
"""

from __future__ import annotations

import random
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_company import SCHEMA, TOKENIZER, kept, tiny_model

from distill.company.known import known_words
from distill.company.log import CompanyLog
from distill.company.redact import Redacted, redact
from distill.company.tuning import tune
from distill.company.tuning_data import tuning_data
from distill.company.tuning_settings import TuningSettings
from sqlcomplete.model.prompt import PREFIX, SUFFIX
from sqlcomplete.syntax.lex import lex

CANARY = "zq7-harbor-1931"
BEFORE = "SELECT id FROM orders WHERE code = '"
RAW = [
    f"SELECT {column} FROM orders WHERE code = '{CANARY}' ORDER BY {other}"
    for column in ("id", "total", "user_id", "code")
    for other in ("id", "total", "user_id", "code", "total DESC", "id DESC")
]
SETTINGS = TuningSettings(
    steps=40, length=192, layers=None, method="full", learning_rate=5e-3, looks=1, patience=99
)


def redacted() -> list[str]:
    known = known_words(SCHEMA)
    found = [redact(lex(sql, "sqlite"), sql, "sqlite", known) for sql in RAW]
    return [one.sql for one in found if isinstance(one, Redacted)]


def controls(count: int = 40) -> list[str]:
    chance = random.Random(7)

    def letters(n: int) -> str:
        return "".join(chance.choices(string.ascii_lowercase, k=n))

    return [
        f"{letters(2)}{chance.randint(0, 9)}-{letters(6)}-{chance.randint(1000, 9999)}"
        for _ in range(count)
    ]


def log_likelihoods(model: torch.nn.Module, texts: list[str]) -> np.ndarray:
    """Of each text written after BEFORE, in nats."""
    head = [SUFFIX, PREFIX, *TOKENIZER.encode(BEFORE)]
    found = []
    with torch.no_grad():
        for text in texts:
            tokens = [*head, *TOKENIZER.encode(text)]
            scores = model(input_ids=torch.tensor([tokens])).logits[0].log_softmax(-1)
            found.append(
                sum(float(scores[i - 1, tokens[i]]) for i in range(len(head), len(tokens)))
            )
    return np.array(found)


def exposure(statements: list[str], folder: Path) -> float:
    """By how many standard deviations the canary gained more than strings of its make."""
    texts = [CANARY, *controls()]
    model = tiny_model().eval()
    before = log_likelihoods(model, texts)
    data = tuning_data(CompanyLog("acme", SCHEMA, kept(statements), ()), expansion=None)
    tune(model, TOKENIZER, data, SETTINGS, folder, base="")
    gained = log_likelihoods(model, texts) - before
    return float((gained[0] - gained[1:].mean()) / gained[1:].std())


def test_the_log_that_is_tuned_on_holds_no_canary() -> None:
    statements = redacted()
    assert len(statements) == len(RAW)
    assert all(CANARY not in sql and ":text" in sql for sql in statements)


@pytest.mark.parametrize("raw", [False, True])
def test_a_canary_gains_nothing_unless_values_are_left_in(tmp_path: Path, raw: bool) -> None:
    gained = exposure(RAW if raw else redacted(), tmp_path)
    if raw:
        assert gained > 5  # so that the other half of this test can fail
    else:
        assert gained < 3
