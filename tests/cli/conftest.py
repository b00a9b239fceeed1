from __future__ import annotations

from pathlib import Path

import pytest
from invoking import Here


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads the settings of the person who runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("SCHEMA", "DIALECT", "MODEL", "MAX_ITEMS", "PORT", "HOST", "TOKEN", "CONFIG"):
        monkeypatch.delenv(f"SQLCOMPLETE_{name}", raising=False)
    return tmp_path / "home" / "sqlcomplete" / "config.toml"


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(capsys)
