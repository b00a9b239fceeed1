"""Gets the model that a server works with: the one in use, another by name or folder, or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from serve.engine import Loaded
from sqlcomplete.cli.engine import known_profile, named_weights, warn
from sqlcomplete.model.conversation import LanguageModel
from sqlcomplete.schema.model import Schema


def load(*, model: bool | str, weights: Path | None) -> Loaded:
    """Loads the model once (about a second).

    Args:
        model: True for the model in use, which is exchanged when another is chosen; False for
            none; else the name of one, or a folder.
        weights: The folder of a model that goes before all these.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if model is False:
        return _with(None)
    if weights is not None:
        from sqlcomplete.model import load_weights

        return _with(load_weights(weights))
    if isinstance(model, str):
        return _with(named_weights(model))
    return _Live().look()


def _with(model: LanguageModel | None, look: Callable[[], Loaded] | None = None) -> Loaded:
    # Imported here: the command line stays fast.
    from sqlcomplete.completer import Completer

    def completer(schema: Schema) -> Completer:
        return Completer(schema, model=model, profile=known_profile(schema))

    return Loaded(completer, model, look=look)


class _Live:
    """The model in use, exchanged when another is chosen."""

    def __init__(self) -> None:
        from sqlcomplete.models import LiveModel, Registry

        self._live = LiveModel(Registry(), on_problem=warn)
        self._of = self._live.look()
        self._now = _with(self._of.weights, self.look)

    def look(self) -> Loaded:
        found = self._live.look()
        if found is not self._of:
            self._of = found
            self._now = _with(found.weights, self.look)
        return self._now
