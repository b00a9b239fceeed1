"""Gets the model that a server works with: the embedded one, another folder's, or none."""

from __future__ import annotations

from pathlib import Path

from serve.engine import Loaded


def load(*, model: bool, weights: Path | None) -> Loaded:
    """Loads the model once (about a second).

    `weights` is the folder of another model than the embedded one.

    Raises:
        ModelError: there is no model, or it cannot be loaded.
    """
    # Imported here: the command line stays fast, and the deterministic engine needs no model.
    from sqlcomplete.completer import Completer
    from sqlcomplete.model import EMBEDDED, load_weights

    loaded = load_weights(weights or EMBEDDED) if model else None
    return Loaded(lambda schema: Completer(schema, model=loaded), loaded)
