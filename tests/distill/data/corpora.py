"""Small corpora for the tests of the mix."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def statement(sql: str, db_id: str, **changes: Any) -> dict[str, Any]:
    """A line of `queries.jsonl`."""
    return {
        "id": f"{db_id}:{sql}",
        "db_id": db_id,
        "source": db_id.split("/", maxsplit=1)[0],
        "dialect": "sqlite",
        "question": None,
        "sql": sql,
        "split": "train",
        **changes,
    }


def write_corpus(
    folder: Path, statements: Sequence[dict[str, Any]], **tables: dict[str, list[str]]
) -> Path:
    """A corpus with a schema for every `db_id`; `tables` by `db_id` with `/` as `__`, else one that
    is like no other."""
    folder.mkdir(parents=True)
    schemas = []
    for number, db_id in enumerate(sorted({s["db_id"] for s in statements})):
        made = tables.get(db_id.replace("/", "__")) or {
            f"t_{folder.name}_{number}": [f"c{number}_{i}_{folder.name}" for i in range(6)]
        }
        schemas.append(
            {
                "db_id": db_id,
                "dialect": "sqlite",
                "tables": [
                    {"name": name, "columns": [{"name": c, "type": "TEXT"} for c in columns]}
                    for name, columns in made.items()
                ],
            }
        )
    for name, lines in (("queries", statements), ("schemas", schemas)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder
