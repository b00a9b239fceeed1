"""`sqlcomplete models`: the models on this machine, and which one is in use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sqlcomplete.model.errors import ModelError

if TYPE_CHECKING:
    from sqlcomplete.models import Entry

EXPORTERS = "sqlcomplete.exporters"

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def models() -> None:
    """List, compare, choose, export and remove models.

    `embedded` is the one that ships; `sqlcomplete train` makes others. A NAME means its newest
    version, NAME@2 the second. A server or an editor that runs takes up a choice at once.
    """


@models.command("list")
@AS_JSON
def list_(as_json: bool) -> None:
    """List the models; `*` marks the one in use."""
    from sqlcomplete.models import Registry

    registry = Registry()
    current = registry.in_use().id
    rows = [_summary(entry, current) for entry in registry.all()]
    if as_json:
        click.echo(json.dumps({"folder": str(registry.root), "models": rows}))
        return
    width = max(len(row["id"]) for row in rows)
    for row in rows:
        mark = "*" if row["in_use"] else " "
        click.echo(f"{mark} {row['id']:<{width}}  {row['about']}")
    if current not in {row["id"] for row in rows}:
        click.echo(f"{current} was chosen but is not here: the embedded model is used")


@models.command()
@click.argument("name")
@AS_JSON
def use(name: str, as_json: bool) -> None:
    """Make NAME the model in use, once its files are found whole."""
    from sqlcomplete.models import Registry

    _chosen(Registry().use(name), as_json)


@models.command()
@AS_JSON
def rollback(as_json: bool) -> None:
    """Go back to the model that was in use before."""
    from sqlcomplete.models import Registry

    _chosen(Registry().rollback(), as_json)


@models.command()
@click.argument("name")
@AS_JSON
def show(name: str, as_json: bool) -> None:
    """Show what NAME was made from, its files, and what the gate measured; check its files."""
    from sqlcomplete.models import Registry

    registry = Registry()
    entry = registry.find(name)
    report = _report(entry, registry.in_use().id)
    click.echo(json.dumps(report) if as_json else _drawn(report))
    if report["problem"]:
        raise ModelError(str(report["problem"]))


@models.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@AS_JSON
def compare(first: str, second: str, as_json: bool) -> None:
    """Set two models side by side: origin, data, size and the gate's figures."""
    from sqlcomplete.models import Registry

    registry = Registry()
    sides = [_flat(_report(registry.find(name), registry.in_use().id)) for name in (first, second)]
    keys = list(dict.fromkeys([*sides[0], *sides[1]]))
    rows = [(key, sides[0].get(key), sides[1].get(key)) for key in keys]
    if as_json:
        listed = [{"what": key, "a": a, "b": b} for key, a, b in rows]
        click.echo(json.dumps({"a": sides[0]["id"], "b": sides[1]["id"], "rows": listed}))
        return
    what = max(len(key) for key, _, _ in rows)
    left = max(len(_word(a)) for _, a, _ in rows)
    for key, a, b in rows:
        mark = " " if a == b else "|"
        click.echo(f"{key:<{what}}  {_word(a):<{left}} {mark} {_word(b)}")


@models.command()
@click.argument("name")
@AS_JSON
def remove(name: str, as_json: bool) -> None:
    """Remove NAME with all its versions, or one version (NAME@2)."""
    from sqlcomplete.models import Registry

    gone = Registry().remove(name)
    click.echo(json.dumps({"removed": gone}) if as_json else f"removed {', '.join(gone)}")


@models.command()
@click.argument("name")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--vllm", is_flag=True, help="A checkpoint that vLLM and transformers load.")
@AS_JSON
def export(name: str, out: Path, vllm: bool, as_json: bool) -> None:
    """Copy NAME to a folder that `--model` takes, or with --vllm to one for a team's server."""
    from sqlcomplete.models import Registry

    registry = Registry()
    if vllm:
        entry = registry.find(name)
        _exporter("vllm")(entry.folder, out)
    else:
        entry = registry.export(name, out)
    if as_json:
        click.echo(json.dumps({"id": entry.id, "out": str(out), "vllm": vllm}))
    else:
        click.echo(f"{entry.id} is in {out}")


def _exporter(name: str) -> Callable[[Path, Path], object]:
    """What writes a model in another form, from the package above the engine that brings it.

    Raises: ModelError, where that package, or a library that it needs, is not installed.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=EXPORTERS, name=name):
        try:
            found = point.load()
        except ImportError as error:
            raise ModelError(
                f"--{name} needs {error.name}; pip install 'sqlcomplete[distill]'"
            ) from error
        assert callable(found)
        return found  # type: ignore[no-any-return]
    raise ModelError(f"--{name} is not installed; pip install 'sqlcomplete[distill]'")


def _chosen(entry: Entry, as_json: bool) -> None:
    click.echo(json.dumps({"in_use": entry.id}) if as_json else f"{entry.id} is in use")


def _summary(entry: Entry, current: str) -> dict[str, Any]:
    manifest = entry.manifest
    size = sum(f.stat().st_size for f in entry.folder.glob("*") if f.is_file())
    if manifest is not None:
        about = f"{manifest.made[:16].replace('T', ' ')}  {size / 1e6:.0f} MB"
        saved = _saved(manifest.gate)
        about += f"  {saved}" if saved else ""
    else:
        about = entry.problem or f"ships with sqlcomplete  {size / 1e6:.0f} MB"
    return {
        "id": entry.id,
        "in_use": entry.id == current,
        "bytes": size,
        "made": manifest.made if manifest else None,
        "problem": entry.problem,
        "about": about,
    }


def _saved(gate: Any) -> str:
    try:
        before, after = gate["before"]["company"]["saved"], gate["after"]["company"]["saved"]
        return f"keystrokes saved {before:.1%} -> {after:.1%}"
    except (KeyError, TypeError, ValueError):
        return ""


def _report(entry: Entry, current: str) -> dict[str, Any]:
    from sqlcomplete.cli.weights import describe_weights
    from sqlcomplete.models.manifest import verify_files

    report: dict[str, Any] = {
        "id": entry.id,
        "in_use": entry.id == current,
        "folder": str(entry.folder),
        "problem": entry.problem,
    }
    if entry.manifest is None:
        if entry.problem is None:
            found = describe_weights(entry.folder)
            report |= {"name": found.name, "bytes": found.bytes, "sha256": found.sha256}
        return report
    try:
        verify_files(entry.folder, entry.manifest)
    except ModelError as error:
        report["problem"] = str(error)
    document = entry.manifest.to_json()
    del document["format"], document["version"]
    return {**report, "bytes": entry.manifest.bytes, **document}


def _flat(report: dict[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in report.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = value
    return flat


def _drawn(report: dict[str, Any]) -> str:
    rows = {key: value for key, value in _flat(report).items() if value is not None}
    width = max(map(len, rows))
    return "\n".join(f"{key:<{width}}  {_word(value)}" for key, value in rows.items())


def _word(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
