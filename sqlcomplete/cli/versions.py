"""Versions of installed distributions."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def version_of(distribution: str) -> str:
    """The installed version, or "not installed"."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"
