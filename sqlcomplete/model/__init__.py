"""The embedded language model: its prompt, its tokens, its cache, and how it is held to names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.session import Weights

EMBEDDED = Path(__file__).parent / "weights"


@lru_cache(maxsize=2)
def load_weights(folder: Path = EMBEDDED) -> Weights:
    """The model in `folder`, loaded once however many completers ask for it.

    Raises: ModelError, when there is none or it cannot be read.
    """
    return Weights(folder)


__all__ = ["EMBEDDED", "ModelError", "Weights", "load_weights"]
