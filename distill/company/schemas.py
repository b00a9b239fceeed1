"""A company's schema and statements from where they are kept: all that `load_schema` reads, and
dbt projects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from distill.company.entry import LogEntry, Unread
from distill.company.errors import LogError
from sqlcomplete.dialects.registry import dialect_name
from sqlcomplete.schema import load_schema
from sqlcomplete.schema.model import Column, Schema, Table

_KINDS = {"model", "seed", "snapshot", "source"}


def company_schema(source: str, dialect: str | None) -> Schema:
    """The schema at a source: a dbt project's folder or its manifest.json, or anything that
    `load_schema` reads.

    Raises: SchemaError or LogError, where there is none to read.
    """
    manifest = dbt_manifest(source)
    if manifest is None:
        return load_schema(source, dialect)
    return dbt_schema(manifest, dialect)


def dbt_manifest(source: str) -> Path | None:
    """The manifest of the dbt project at a folder or file; None where it is something else.

    Raises: LogError, for a dbt project that was never compiled.
    """
    if "://" in source:
        return None
    path = Path(source).expanduser()
    if path.is_file() and path.name == "manifest.json":
        return path
    if not (path.is_dir() and (path / "dbt_project.yml").is_file()):
        return None
    file = path / "target" / "manifest.json"
    if not file.is_file():
        raise LogError(f"{path}: a dbt project without target/manifest.json: run `dbt compile`")
    return file


def dbt_schema(manifest: Path, dialect: str | None) -> Schema:
    """Models, seeds, snapshots and sources as tables, with the columns that catalog.json (of `dbt
    docs generate`) or the project's documentation names. Raises: LogError."""
    document = _json(manifest)
    catalog_file = manifest.with_name("catalog.json")
    catalog = _json(catalog_file) if catalog_file.is_file() else {}
    adapter = str((document.get("metadata") or {}).get("adapter_type") or "")
    chosen = dialect_name(dialect or adapter)
    tables = []
    for section in ("nodes", "sources"):
        listed = (catalog.get(section) or {}) if isinstance(catalog, Mapping) else {}
        for key, node in sorted((document.get(section) or {}).items()):
            if isinstance(node, Mapping) and node.get("resource_type") in _KINDS:
                tables.append(_table(node, listed.get(key) or {}))
    if not tables:
        raise LogError(f"{manifest}: no model, seed or source in it")
    names = [t.namespace for t in tables if t.namespace]
    default = max(set(names), key=names.count) if names else None
    return Schema(chosen, tuple(tables), default)


def _table(node: Mapping[str, Any], listed: Mapping[str, Any]) -> Table:
    columns: dict[str, Column] = {}
    for name, column in (node.get("columns") or {}).items():
        comment = str(column.get("description") or "") or None
        columns[name.lower()] = Column(name, column.get("data_type"), comment=comment)
    for name, column in (listed.get("columns") or {}).items():
        known = columns.get(name.lower())
        kind = str(column.get("type") or "") or None
        columns[name.lower()] = (
            Column(name, kind) if known is None else replace(known, type=known.type or kind)
        )
    name = node.get("alias") or node.get("identifier") or node["name"]
    return Table(
        name=str(name),
        columns=tuple(columns.values()),
        namespace=str(node["schema"]) if node.get("schema") else None,
        comment=str(node.get("description") or "") or None,
    )


def dbt_statements(manifest: Path) -> Iterator[LogEntry | Unread]:
    """The models' SQL: compiled where the project was compiled, else as written, its references
    resolved by redaction. Raises: LogError."""
    for node in (_json(manifest).get("nodes") or {}).values():
        if not isinstance(node, Mapping) or node.get("resource_type") not in _KINDS:
            continue
        text = node.get("compiled_code") or node.get("raw_code") or node.get("raw_sql")
        if isinstance(text, str) and text.strip():
            yield LogEntry(text)


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise LogError(f"{path}: this is not JSON") from None
    except OSError as error:
        raise LogError(f"{path}: {error.strerror or error}") from None
    if not isinstance(document, dict):
        raise LogError(f"{path}: expected a JSON object")
    return document
