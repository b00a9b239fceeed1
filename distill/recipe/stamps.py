"""Fingerprints of stages: what an artifact was made of, so that a stale one is refused, not mixed
in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from distill.recipe.model import RecipeError
from distill.recipe.plan import Stage

_PACKAGE = Path(__file__).parent.parent
_CHUNK = 1 << 22


def fingerprint_of_files(path: Path) -> str:
    """Of a file's bytes, or of the names and bytes of a folder's files, in hexadecimal.

    Raises: RecipeError, when there is nothing to read.
    """
    digest = hashlib.blake2b(digest_size=12)
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    if not files:
        raise RecipeError(f"{path}: nothing is there; the recipe reads it")
    for file in files:
        digest.update(str(file.relative_to(path.parent)).encode() + b"\n")
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise RecipeError(f"{file}: {error.strerror or error}") from error
    return digest.hexdigest()


def fingerprint_of_code(modules: tuple[str, ...]) -> str:
    """Of the sources of these files and packages of `distill`."""
    digest = hashlib.blake2b(digest_size=12)
    for module in sorted(modules):
        path = _PACKAGE / module
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(str(file.relative_to(_PACKAGE)).encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def ingredients(stage: Stage, made: Mapping[str, str]) -> dict[str, str]:
    """What decides the stage's artifact, by name: its settings, the code, and what it reads.

    `made` are the fingerprints of the stages before it. Raises: RecipeError, for a missing input.
    """
    text = json.dumps(stage.settings, sort_keys=True)
    return {
        "settings": hashlib.blake2b(text.encode(), digest_size=12).hexdigest(),
        "code": fingerprint_of_code(stage.modules),
        **{f"stage {name}": made[name] for name in stage.needs},
        **{f"input {path.name}": fingerprint_of_files(path) for path in stage.reads},
    }


def combined(parts: Mapping[str, str]) -> str:
    """One fingerprint of several."""
    text = json.dumps(dict(parts), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class Stamps:
    """The stamps of one run, a JSON file a stage: what it was made of, and whether it is whole."""

    def __init__(self, work: Path) -> None:
        self._folder = work / "stamps"

    def done(self, stage: Stage, parts: Mapping[str, str], *, any_code: bool = False) -> bool:
        """Whether the stage's artifact is there, whole, and made of these ingredients.

        `any_code` accepts what other versions of the code made. Raises: RecipeError, when the
        artifact, whole or begun, was made of something else.
        """
        path = self._path(stage)
        if not path.exists():
            if stage.writes.exists():
                raise RecipeError(
                    f"{stage.writes}: was not made by this run; move it away, or name another "
                    "folder with --work"
                )
            return False
        try:
            stamp = json.loads(path.read_text(encoding="utf-8"))
            standing, whole = dict(stamp["made of"]), bool(stamp["whole"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecipeError(f"{path}: not a stamp ({error}); remove the stage's files") from error
        differs = [name for name in {**standing, **parts} if standing.get(name) != parts.get(name)]
        if any_code and "code" in differs:
            differs.remove("code")
        if differs:
            causes = ", other ".join(sorted(differs))
            raise RecipeError(
                f"{stage.writes}: stale: made with other {causes}; remove it and {path}, or name "
                "another folder with --work"
            )
        return whole and stage.writes.exists()

    def write(self, stage: Stage, parts: Mapping[str, str], *, whole: bool) -> None:
        """Stamps the stage as begun, or as whole."""
        path = self._path(stage)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        document = {"stage": stage.name, "whole": whole, "made of": dict(parts)}
        fresh.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        fresh.replace(path)

    def _path(self, stage: Stage) -> Path:
        return self._folder / f"{stage.name}.json"
