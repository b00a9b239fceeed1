"""Profiles on disk: one folder a connection's name, in the platform's folder for data."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from sqlcomplete.profile.document import ProfileError, profile_from_json, profile_to_json
from sqlcomplete.profile.model import Profile

__all__ = [
    "ProfileError",
    "load_profile",
    "profile_folder",
    "profile_names",
    "profiles_folder",
    "read_profile",
    "remove_profile",
    "save_profile",
    "write_whole",
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FILE = "profile.json"
ABOUT = "about.json"
"""The file beside a profile that tells which schema it is for, read without the profile."""


def profiles_folder() -> Path:
    """Where profiles are kept: $SQLCOMPLETE_DATA_DIR/profiles, or the platform's folder's."""
    chosen = os.environ.get("SQLCOMPLETE_DATA_DIR")
    if chosen:
        return Path(chosen) / "profiles"
    import platformdirs

    return platformdirs.user_data_path("sqlcomplete") / "profiles"


def profile_folder(name: str) -> Path:
    """The folder of one connection's profile and of what it was made from, whether it exists or
    not. Raises: ProfileError, for a name that cannot be one."""
    if _NAME.fullmatch(name) is None:
        raise ProfileError(
            f"name {name[:80]!r}: letters, digits, '_', '-' and '.', at most 64, "
            "the first one a letter or digit"
        )
    return profiles_folder() / name


def profile_names() -> tuple[str, ...]:
    """The connections that have a profile, in order."""
    try:
        return tuple(sorted(file.parent.name for file in profiles_folder().glob(f"*/{_FILE}")))
    except OSError:
        return ()


def load_profile(name: str) -> Profile:
    """The profile of that connection. Raises: ProfileError, where there is none to read."""
    file = profile_folder(name) / _FILE
    if not file.is_file():
        known = ", ".join(profile_names()) or "none yet"
        raise ProfileError(
            f"no profile {name!r} (there are: {known}); make it with `sqlcomplete train`"
        )
    return read_profile(file)


def read_profile(file: Path) -> Profile:
    """The profile in a file. Raises: ProfileError, with what is wrong with it."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise ProfileError(f"{file}: this is not JSON; train the profile anew") from None
    except OSError as error:
        raise ProfileError(f"{file}: {error.strerror or error}") from None
    return profile_from_json(document, str(file))


def save_profile(profile: Profile, file: Path | None = None) -> Path:
    """Replaces the profile's file in one step, readable by its owner only; returns its path.

    Raises: ProfileError, where it cannot be written; the one before then stays as it was.
    """
    path = file or profile_folder(profile.name) / _FILE
    text = json.dumps(profile_to_json(profile), ensure_ascii=False, separators=(",", ":"))
    write_whole(path, text)
    if file is None:
        about = {"dialect": profile.dialect, "tables": [use.table for use in profile.tables]}
        write_whole(path.with_name(ABOUT), json.dumps(about, ensure_ascii=False))
    return path


def remove_profile(name: str) -> bool:
    """Removes the connection's folder and all in it; False where there was none."""
    folder = profile_folder(name)
    if not folder.is_dir():
        return False
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise ProfileError(f"{folder}: {error.strerror or error}") from None
    return True


def write_whole(path: Path, text: str) -> None:
    """Replaces a file in one step: a reader, or a crash, sees the old text or the new one.

    Raises: ProfileError, where it cannot be written.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp's mode is 0600
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise ProfileError(f"{path}: {error.strerror or error}; free space or rights") from None
