"""What the command line's argument stands for: a database, data, a schema, or a text to edit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from tui.documents.document import Document
from tui.documents.form import TextFormError
from tui.runner.statement import statements_in
from tui.runner.target import Target, TargetError, find_target, scratch_target

_READERS = {
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".parquet": "read_parquet",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".ndjson": "read_json",
}
_DECLARES = frozenset({"TABLE", "VIEW"})
_BETWEEN = frozenset({"OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "MATERIALIZED", "EXTERNAL"})


@dataclass(frozen=True, slots=True)
class Opened:
    """The target to work on, and the file to edit on it, None for none."""

    target: Target
    file: Path | None = None


def open_source(
    source: str | None, schema: str | None, dialect: str | None, scratch: Path
) -> Opened:
    """Read the command's arguments. `scratch` is an empty folder that lives as long as the editor.

    With `schema`, `source` is a text to edit on it. Without, `source` is a database or a schema; a
    file of data or a folder of them, which DuckDB shows as views; or SQL to edit on an empty
    database, as is a file that there is not yet. Without either, the database is empty too.

    Raises:
        TargetError: in one line what cannot be opened.
    """
    if schema is not None:
        file = Path(source).expanduser().absolute() if source is not None else None
        return Opened(find_target(schema, dialect), file)
    if source is None:
        return Opened(_empty(scratch, dialect))
    path = Path(source).expanduser()
    if "://" in source:
        return Opened(find_target(source, dialect))
    if path.suffix.lower() == ".sql" and not path.is_dir() and not _is_schema(path, dialect):
        return Opened(_empty(scratch, dialect), path.absolute())
    data = _data_files(path)
    if data:
        return Opened(_views(path, data, scratch))
    return Opened(find_target(source, dialect))


def _empty(scratch: Path, dialect: str | None) -> Target:
    path = scratch / "scratch.db"
    path.touch()  # an empty file is an empty database, and its schema can be read at once
    return scratch_target(path, "scratch", dialect)


def _is_schema(path: Path, dialect: str | None) -> bool:
    """Whether a file of SQL makes tables or views; else it is there to be edited."""
    try:
        text = Document.read(path).text
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise TargetError(f"{path}: no such folder") from None
        return False
    except OSError as error:
        raise TargetError(f"{path}: cannot be read: {error.strerror}") from None
    except TextFormError as error:
        raise TargetError(f"{path}: cannot be read: {error}") from None
    for statement in statements_in(text, dialect or ""):
        words = [token.upper for token in statement.tokens[:6]]
        if words[:1] == ["CREATE"]:
            kind = next((word for word in words[1:] if word not in _BETWEEN), "")
            if kind in _DECLARES:
                return True
    return False


def _data_files(path: Path) -> list[Path]:
    if path.is_dir():
        files = [p for p in sorted(path.iterdir()) if p.suffix.lower() in _READERS]
        return [] if any(path.glob("*.sql")) else files
    if path.suffix.lower() not in _READERS or not path.is_file() or _is_schema_document(path):
        return []
    return [path]


def _is_schema_document(path: Path) -> bool:
    """Whether a JSON file describes tables instead of holding rows."""
    if path.suffix.lower() != ".json":
        return False
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and isinstance(document.get("tables"), (list, dict))


def _views(source: Path, files: list[Path], scratch: Path) -> Target:
    """A DuckDB database of one view a file, which reads the file anew with every query."""
    try:
        import duckdb
        import duckdb_engine  # noqa: F401
    except ModuleNotFoundError:
        raise TargetError(
            f"{source.name}: DuckDB reads such files: pip install 'sqlcomplete[duckdb]'"
        ) from None
    path = scratch / "data.duckdb"
    taken: set[str] = set()
    with duckdb.connect(str(path)) as connection:
        for file in files:
            name = _free_name(file, taken)
            place = str(file.resolve()).replace("'", "''")
            reader = _READERS[file.suffix.lower()]
            try:
                connection.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM {reader}('{place}')")
            except duckdb.Error as error:
                reason = " ".join(str(error).split())[:200]
                raise TargetError(f"{file}: DuckDB cannot read it: {reason}") from None
    url = URL.create("duckdb", database=str(path))
    keeps = f"data:{source.resolve()}"
    return Target(url.render_as_string(), url, source.name, "duckdb", keeps=keeps)


def _free_name(file: Path, taken: set[str]) -> str:
    base = re.sub(r"\W+", "_", file.stem).strip("_") or "data"
    base = f"t_{base}" if base[0].isdigit() else base
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base}_{count}"
    taken.add(name.casefold())
    return name
