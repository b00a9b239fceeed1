"""The models on this machine: one folder each, never changed once it is there.

    <data folder>/models/current.json       the model in use, and those used before it
    <data folder>/models/NAME@VERSION/      manifest.json and the files it names

A folder appears whole, by one rename, and training a name again makes its next version. So what a
running server has open never changes under it, and going back is a change of one small file.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlcomplete.model import EMBEDDED
from sqlcomplete.model.errors import ModelError
from sqlcomplete.models.checked import architecture_of
from sqlcomplete.models.files import copy_hashed, put_folder, write_replacing
from sqlcomplete.models.manifest import MANIFEST_FILE, FileEntry, Manifest, read_manifest

EMBEDDED_NAME = "embedded"
CURRENT_FILE = "current.json"
MODEL_FILES = ("model.onnx", "model.json", "vocabulary.json")
KEPT_VERSIONS = 3

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_ID = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_.-]{0,63})@(?P<version>[1-9]\d{0,8})")
# What the setting `model` says of its own.
_RESERVED = frozenset(
    {EMBEDDED_NAME, "none", "current", "true", "false", "yes", "no", "on", "off", "0", "1"}
)
_STAGING = ".new-"


@dataclass(frozen=True, slots=True)
class Entry:
    """A model that is there. `manifest` is None for the embedded one, and for one whose manifest
    cannot be read: `problem` says why."""

    id: str
    folder: Path
    manifest: Manifest | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class InUse:
    """The id in use, and the ids used before it, newest last."""

    id: str = EMBEDDED_NAME
    before: tuple[str, ...] = ()


def data_folder() -> Path:
    """Where what is made on this machine is kept: $SQLCOMPLETE_DATA_DIR, or the platform's."""
    chosen = os.environ.get("SQLCOMPLETE_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return platformdirs.user_data_path("sqlcomplete", appauthor=False)


def check_name(name: str) -> str:
    """The name, where a model may be called so. Raises: ModelError."""
    if _NAME.fullmatch(name) is None:
        raise ModelError(
            f"model name {name[:80]!r}: letters, digits, '_', '-' and '.', at most 64, "
            "the first a letter or digit"
        )
    if name.lower() in _RESERVED:
        raise ModelError(f"model name {name!r}: has a meaning of its own; choose another")
    return name


class Registry:
    """The models under one folder, `data_folder()/"models"` where none is given."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = data_folder() / "models" if root is None else root
        self.current_file = self.root / CURRENT_FILE

    def all(self) -> tuple[Entry, ...]:
        """The embedded model, then the others by name and version."""
        return (self._embedded(), *(self._entry(found) for _, _, found in self._ids()))

    def find(self, name: str) -> Entry:
        """The model of that id, or the newest version of that name.

        Raises: ModelError, when there is none.
        """
        if name == EMBEDDED_NAME:
            return self._embedded()
        known = self._ids()
        for _, _, found in known:
            if found == name:
                return self._entry(found)
        versions = [found for own, _, found in known if own == name]
        if versions:
            return self._entry(versions[-1])
        names = ", ".join(dict.fromkeys([EMBEDDED_NAME, *(own for own, _, _ in known)]))
        raise ModelError(f"no model {name[:80]!r}; there are: {names}")

    def in_use(self) -> InUse:
        """What `current.json` says; the embedded model where it says nothing readable."""
        try:
            document = json.loads(self.current_file.read_text(encoding="utf-8"))
            return InUse(str(document["current"]), tuple(map(str, document["before"])))
        except (OSError, ValueError, KeyError, TypeError):
            return InUse()

    def current(self) -> Entry:
        """The model in use. Raises: ModelError, when it is no longer there."""
        return self.find(self.in_use().id)

    def use(self, name: str) -> Entry:
        """Makes a model the one in use. Programs that run take it up at their next request.

        Raises: ModelError, when there is none of that name, its files are damaged, or the choice
            cannot be written.
        """
        from sqlcomplete.models.manifest import verify_files

        entry = self.find(name)
        if entry.problem is not None:
            raise ModelError(entry.problem)
        if entry.manifest is not None:
            verify_files(entry.folder, entry.manifest)
        now = self.in_use()
        if now.id != entry.id:
            self._write(InUse(entry.id, (*now.before, now.id)[-20:]))
        return entry

    def rollback(self) -> Entry:
        """Goes back to the model used before the one in use.

        Raises: ModelError, when there was none, or it is damaged.
        """
        from sqlcomplete.models.manifest import verify_files

        now = self.in_use()
        before = list(now.before)
        while before:
            wanted = before.pop()
            try:
                entry = self.find(wanted)
            except ModelError:
                continue  # removed since
            if entry.id == now.id:
                continue
            if entry.manifest is not None:
                verify_files(entry.folder, entry.manifest)
            self._write(InUse(entry.id, tuple(before)))
            return entry
        raise ModelError(f"nothing to go back to: no model was in use before {now.id}")

    def remove(self, name: str) -> tuple[str, ...]:
        """Removes one version, or all of a name; returns their ids.

        Raises: ModelError, for the embedded model and the one in use.
        """
        entry = self.find(name)
        if entry.id == EMBEDDED_NAME:
            raise ModelError("the embedded model ships with sqlcomplete and cannot be removed")
        ids = [entry.id] if "@" in name else [i for own, _, i in self._ids() if own == name]
        if self.in_use().id in ids:
            raise ModelError(
                f"{self.in_use().id} is in use; first `sqlcomplete models use {EMBEDDED_NAME}`"
            )
        for one in ids:
            self._delete(one)
        return tuple(ids)

    def install(
        self,
        folder: Path,
        name: str,
        *,
        made: str,
        base: str,
        base_name: str,
        data: Mapping[str, int] | None = None,
        settings: Mapping[str, Any] | None = None,
        gate: Mapping[str, Any] | None = None,
        check: Callable[[Path, Manifest], object] | None = None,
    ) -> Entry:
        """Copies the model in `folder` here as the next version of `name`: beside its place first,
        synced, then by one rename. `check` sees it before the rename, and may raise.

        The versions before the last KEPT_VERSIONS go, save those in use or used just before.

        Raises: ModelError, when it cannot be read or written; nothing has changed then.
        """
        check_name(name)
        version = max((v for own, v, _ in self._ids() if own == name), default=0) + 1
        stage: Path | None = None
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._sweep()
            stage = Path(tempfile.mkdtemp(prefix=f"{_STAGING}{name}-", dir=self.root))
            files: dict[str, FileEntry] = {}
            for file in MODEL_FILES:
                files[file] = copy_hashed(folder / file, stage / file)
            manifest = Manifest(
                name=name,
                version=version,
                made=made,
                base=base,
                base_name=base_name,
                architecture=architecture_of(stage),
                files=files,
                data=dict(data or {}),
                settings=dict(settings or {}),
                gate=dict(gate or {}),
            )
            if check is not None:
                check(stage, manifest)
            while True:
                write_replacing(stage / MANIFEST_FILE, _text(manifest.to_json()))
                if put_folder(stage, self.root / manifest.id):
                    break
                # Another training of that name was faster.
                manifest = replace(manifest, version=manifest.version + 1)
        except OSError as error:
            where = error.filename or self.root
            reason = (error.strerror or str(error)).lower()
            raise ModelError(
                f"{where}: {reason}; {name} was not installed, nothing has changed"
            ) from error
        finally:
            if stage is not None:
                shutil.rmtree(stage, ignore_errors=True)
        self._prune(name)
        return Entry(manifest.id, self.root / manifest.id, manifest)

    def export(self, name: str, out: Path) -> Entry:
        """Copies a model's files to the new folder `out`, which `--model` takes.

        Raises: ModelError, when `out` is not empty, or cannot be written.
        """
        entry = self.find(name)
        if entry.problem is not None:
            raise ModelError(entry.problem)
        try:
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise ModelError(f"{out}: is there already; name a new folder")
            out.parent.mkdir(parents=True, exist_ok=True)
            stage = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
            try:
                for file in MODEL_FILES:
                    found = copy_hashed(entry.folder / file, stage / file)
                    if entry.manifest is not None and entry.manifest.files.get(file) != found:
                        raise ModelError(f"{entry.folder / file}: damaged; it was not exported")
                if entry.manifest is not None:
                    copy_hashed(entry.folder / MANIFEST_FILE, stage / MANIFEST_FILE)
                stage.chmod(0o755)
                if out.is_dir():
                    out.rmdir()
                put_folder(stage, out)
            finally:
                shutil.rmtree(stage, ignore_errors=True)
        except OSError as error:
            raise ModelError(f"{out}: {(error.strerror or str(error)).lower()}") from error
        return entry

    def _embedded(self) -> Entry:
        return Entry(EMBEDDED_NAME, EMBEDDED)

    def _entry(self, found: str) -> Entry:
        folder = self.root / found
        try:
            manifest = read_manifest(folder)
        except ModelError as error:
            return Entry(found, folder, None, str(error))
        if manifest.id != found:
            return Entry(found, folder, None, f"{folder}: its manifest is of {manifest.id}")
        return Entry(found, folder, manifest)

    def _ids(self) -> list[tuple[str, int, str]]:
        """(name, version, id) of every folder here."""
        found = []
        try:
            for path in self.root.iterdir():
                match = _ID.fullmatch(path.name)
                if match is not None and path.is_dir():
                    found.append((match["name"], int(match["version"]), path.name))
        except OSError:
            return []
        return sorted(found)

    def _prune(self, name: str) -> None:
        now = self.in_use()
        kept = {now.id, *now.before[-1:]}
        versions = [found for own, _, found in self._ids() if own == name]
        for found in versions[:-KEPT_VERSIONS]:
            if found not in kept:
                self._delete(found)

    def _delete(self, found: str) -> None:
        """Under another name first: a removal that is cut short must not leave half a model."""
        try:
            gone = self.root / f"{_STAGING}{found}.removed-{os.getpid()}"
            (self.root / found).rename(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise ModelError(
                f"{self.root / found}: cannot be removed: {error.strerror or error}"
            ) from error

    def _sweep(self) -> None:
        """Removes what an installation that was killed has left, once it is a day old."""
        import time

        for path in self.root.glob(f"{_STAGING}*"):
            if time.time() - path.stat().st_mtime > 86_400:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, now: InUse) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            write_replacing(
                self.current_file, _text({"current": now.id, "before": list(now.before)})
            )
        except OSError as error:
            raise ModelError(
                f"{self.current_file}: {(error.strerror or str(error)).lower()}; "
                "the model in use stays"
            ) from error


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
