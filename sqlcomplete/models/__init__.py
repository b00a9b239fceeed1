"""The models on this machine: which there are, which is in use, and whether their files are whole.

The embedded model ships with the package; others are made by `sqlcomplete train`.
"""

from __future__ import annotations

from sqlcomplete.models.live import LiveModel, Loaded, load_entry, load_in_use
from sqlcomplete.models.manifest import Architecture, FileEntry, Manifest
from sqlcomplete.models.registry import EMBEDDED_NAME, Entry, InUse, Registry, data_folder

__all__ = [
    "EMBEDDED_NAME",
    "Architecture",
    "Entry",
    "FileEntry",
    "InUse",
    "LiveModel",
    "Loaded",
    "Manifest",
    "Registry",
    "data_folder",
    "load_entry",
    "load_in_use",
]
