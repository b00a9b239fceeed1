"""SQL completion from a small local model, held to the live schema.

    import sqlcomplete

    schema = sqlcomplete.load_schema("sqlite:///shop.db")
    completion = sqlcomplete.complete("SELECT * FROM ", schema=schema)

The names below load at their first use: `import sqlcomplete` alone reads no model and imports no
library beyond the standard one. See docs/python.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlcomplete.telemetry import switch_off

if TYPE_CHECKING:
    from sqlcomplete.completer import Completer
    from sqlcomplete.completion import Completion, Ghost, Item
    from sqlcomplete.errors import SqlcompleteError
    from sqlcomplete.library import complete, load_schema
    from sqlcomplete.schema.model import Schema

    __version__: str

switch_off()

__all__ = [
    "Completer",
    "Completion",
    "Ghost",
    "Item",
    "Schema",
    "SqlcompleteError",
    "__version__",
    "complete",
    "load_schema",
]

_MODULES = {
    "Completer": "completer",
    "Completion": "completion",
    "Ghost": "completion",
    "Item": "completion",
    "Schema": "schema.model",
    "SqlcompleteError": "errors",
    "complete": "library",
    "load_schema": "library",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("sqlcomplete")
    elif name in _MODULES:
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({name for name in globals() if name.startswith("__")} | set(__all__))
