"""A profile as JSON and back: read strictly, so that a damaged file is noticed where it is."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.profile.model import Profile

FORMAT = 1


class ProfileError(SqlcompleteError):
    """A profile that cannot be read, written or found."""


def profile_to_json(profile: Profile) -> dict[str, Any]:
    """The profile as plain values, with its format and its hash."""
    body = _plain(profile)
    return {"format": FORMAT, "hash": _hash(body), "profile": body}


def profile_hash(profile: Profile) -> str:
    """16 hex digits that change with anything in the profile."""
    return _hash(_plain(profile))


def profile_from_json(document: Any, where: str = "profile") -> Profile:
    """The profile that a document holds.

    Raises:
        ProfileError: another form or format, or contents that do not agree with the hash.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("profile"), Mapping):
        raise ProfileError(f"{where}: not a profile; make one with `sqlcomplete train`")
    if document.get("format") != FORMAT:
        raise ProfileError(
            f"{where}: format {document.get('format')!r} is not one this version reads; "
            "make the profile anew with `sqlcomplete train`"
        )
    if document.get("hash") != _hash(document["profile"]):
        raise ProfileError(f"{where}: damaged (its hash does not match); train it anew")
    found = _read(Profile, document["profile"], where)
    assert isinstance(found, Profile)
    return found


def _hash(body: Any) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return round(value, 3)
    return value


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as a `kind`: a dataclass, a tuple of such, text, number, boolean, or None."""
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise ProfileError(f"{where}: expected an object")
        hints = get_type_hints(kind)
        if set(value) != set(hints):
            odd = sorted(set(value) ^ set(hints))
            raise ProfileError(f"{where}: fields missing or unknown: {', '.join(odd)[:200]}")
        fields = {name: _read(hint, value[name], f"{where}.{name}") for name, hint in hints.items()}
        return kind(**fields)  # type: ignore[operator]
    if get_origin(kind) is types.UnionType:
        if value is None:
            return None
        return _read(next(a for a in get_args(kind) if a is not type(None)), value, where)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, where)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value):
            return float(value)
    elif type(value) is kind:
        return value
    raise ProfileError(f"{where}: expected {getattr(kind, '__name__', kind)}")


def _tuple(kinds: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ProfileError(f"{where}: expected a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], entry, f"{where}[{i}]") for i, entry in enumerate(value))
    if len(kinds) != len(value):
        raise ProfileError(f"{where}: expected {len(kinds)} entries")
    return tuple(
        _read(kind, entry, f"{where}[{i}]")
        for i, (kind, entry) in enumerate(zip(kinds, value, strict=True))
    )
