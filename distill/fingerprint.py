"""Fingerprints of what training reads: equal bytes, equal name. A stale artifact shows itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.tokenizer import Tokenizer

_SIZE = 16  # bytes of a digest


def token_hash(tokens: NDArray[np.int64], labels: NDArray[np.int64]) -> str:
    """Of one pack: its tokens (length,) and which of them are labelled, in hexadecimal."""
    digest = hashlib.blake2b(digest_size=_SIZE)
    digest.update(tokens.astype("<i4").tobytes())
    digest.update(labels.astype("<i4").tobytes())
    return digest.hexdigest()


def combined(parts: Iterable[str]) -> str:
    """Of a sequence of fingerprints, in their order."""
    digest = hashlib.blake2b(digest_size=_SIZE)
    for part in parts:
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()


def tokenizer_fingerprint(tokenizer: Tokenizer) -> str:
    """Of the tokens, their ids, the merges and the specials, however the file is laid out."""
    merges = [list(pair) for pair in tokenizer.merges]
    document = [list(tokenizer.tokens), merges, list(tokenizer.specials)]
    text = json.dumps(document, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=_SIZE).hexdigest()


def weights_fingerprint(checkpoint: Path) -> str:
    """Of a checkpoint folder's weights and configuration; optimiser state does not count.

    Raises: ModelError, when the folder holds no weights.
    """
    files = sorted([*checkpoint.glob("*.safetensors"), *checkpoint.glob("pytorch_model*.bin")])
    if not files:
        raise ModelError(f"{checkpoint}: no weights (*.safetensors) in this folder")
    digest = hashlib.blake2b(digest_size=_SIZE)
    for path in (checkpoint / "config.json", *files):
        try:
            with path.open("rb") as file:
                digest.update(path.name.encode() + b"\n")
                while chunk := file.read(1 << 22):
                    digest.update(chunk)
        except OSError as error:
            raise ModelError(f"{path}: {error.strerror or error}") from error
    return digest.hexdigest()
