"""Editors on a real database of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import Editors

from sqlcomplete.schema import schema_from_ddl
from sqlcomplete.schema.model import Schema
from tui.demo.load import SHOP_SQL, make_shop


@pytest.fixture(autouse=True)
def _true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of all colours, whatever the tests are started from."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session")
def shop_schema() -> Schema:
    return schema_from_ddl(SHOP_SQL.read_text(encoding="utf-8"), "sqlite")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_shop(tmp_path / "shop.db")


@pytest.fixture
def editors(shop: Path, shop_schema: Schema, tmp_path: Path) -> Editors:
    return Editors(shop, shop_schema, tmp_path / "state")
