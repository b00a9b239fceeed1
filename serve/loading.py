"""Gets the model that a server works with: the one in use, another by name or folder, or none."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from serve.engine import Loaded
from sqlcomplete.cli.engine import known_profile, named_weights, warn
from sqlcomplete.model.conversation import LanguageModel
from sqlcomplete.model.endpoint import ANSWER_SECONDS
from sqlcomplete.schema.model import Schema

KEY_VARIABLE = "SQLCOMPLETE_BACKEND_KEY"
# While one request chooses and checks what the model said, the model reads for another; more would
# make each of them late.
EMBEDDED_WIDTH = 2
REMOTE_WIDTH = 64  # requests at a time: a server behind a network has its own queue


def load(
    *,
    model: bool | str,
    weights: Path | None,
    backend: str = "onnx",
    backend_timeout: float = ANSWER_SECONDS,
) -> Loaded:
    """Loads the model once (about a second), or finds it at its server.

    Args:
        model: True for the model in use, which is exchanged when another is chosen; False for
            none; else the name of one, or a folder.
        weights: The folder of a model that goes before all these.
        backend: "onnx" to run the model here, or the address of a server that does (see
            `parse_address`); the tokens are then those of the model that would run here.
        backend_timeout: Seconds after which that server's answer is given up.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if model is False:
        return _with(None)
    if backend != "onnx":
        return _remote(backend, backend_timeout, model=model, weights=weights)
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

    return Loaded(completer, model, width=min(EMBEDDED_WIDTH, os.cpu_count() or 1), look=look)


def _remote(
    backend: str, backend_timeout: float, *, model: bool | str, weights: Path | None
) -> Loaded:
    from sqlcomplete.model.endpoint import Endpoint, parse_address
    from sqlcomplete.model.remote import RemoteModel
    from sqlcomplete.model.tokenizer import Tokenizer
    from sqlcomplete.models import Registry

    address = parse_address(backend)
    if isinstance(model, str):
        tokenizer = named_weights(model).tokenizer
    else:
        folder = weights or Registry().current().folder
        tokenizer = Tokenizer.load(folder / "vocabulary.json")
    endpoint = Endpoint(address, os.environ.get(KEY_VARIABLE), limit=backend_timeout)
    remote = RemoteModel(endpoint, tokenizer)
    problem = remote.connect()
    if problem is not None:
        warn(problem)
    return replace(_with(remote), width=REMOTE_WIDTH, reachable=lambda: remote.breaker.closed)


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
