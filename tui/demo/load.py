"""Makes the demo database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SHOP_SQL = Path(__file__).with_name("shop.sql")


def make_shop(path: Path) -> Path:
    """Write the shop's database to `path`, replacing what was there. Returns the path.

    Raises:
        OSError: where the place cannot be written to.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA foreign_keys = ON; BEGIN;")
        connection.executescript(SHOP_SQL.read_text(encoding="utf-8"))
        connection.commit()
    return path
