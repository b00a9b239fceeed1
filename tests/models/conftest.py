"""A registry of the test's own, and models to put in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import make_model

from sqlcomplete.models import Entry, Registry

Install = Callable[..., Entry]


@pytest.fixture
def registry() -> Registry:
    """Where the commands look too: the data folder of the test."""
    return Registry()


@pytest.fixture
def install(registry: Registry, tmp_path: Path) -> Install:
    """Makes and installs a tiny model under a name."""

    def run(name: str = "acme", **options: object) -> Entry:
        made = len(list(tmp_path.glob("made-*")))
        folder = make_model(tmp_path / f"made-{made}", **options)  # type: ignore[arg-type]
        return registry.install(
            folder, name, made="2026-01-02T03:04:05Z", base="0" * 64, base_name="embedded-1"
        )

    return run
