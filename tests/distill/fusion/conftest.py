"""Packs fixed on disk, a teacher and a student, made once for the tests of fusion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tiny import TOKENIZER, make_packs, tiny_model, write_corpus

from distill.donor import save_model
from distill.fixed_packs import FixedPacks


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other cost more than models of this size do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("fusion") / "corpus")


@pytest.fixture(scope="session")
def packs(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> FixedPacks:
    return make_packs(corpus, tmp_path_factory.mktemp("packs") / "packs")


@pytest.fixture(scope="session")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "teacher"
    save_model(tiny_model(7, layers=3), TOKENIZER, folder)
    return folder


@pytest.fixture(scope="session")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "student"
    save_model(tiny_model(1), TOKENIZER, folder)
    return folder
