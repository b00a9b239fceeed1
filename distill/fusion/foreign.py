"""A foreign teacher's tokenizer: a byte-level BPE of Hugging Face's, read from `tokenizer.json`."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer as HubTokenizer

from distill.fusion.errors import FusionError
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS

_BYTE_OF = {character: byte for byte, character in enumerate(BYTE_CHARACTERS)}


class ForeignTokenizer:
    """Encodes as the teacher was trained to; `token_bytes` by id, empty for specials."""

    def __init__(self, path: Path) -> None:
        """Raises: FusionError, when the file is not a byte-level BPE's."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            self._tokenizer = HubTokenizer.from_file(str(path))
            vocabulary = document["model"]["vocab"]
            added = {t["content"]: t["id"] for t in document.get("added_tokens", ())}
            kind = document["model"]["type"]
        except Exception as error:  # the library raises Exception itself
            raise FusionError(f"{path}: not a readable tokenizer ({error})") from error
        if kind != "BPE" or not set(BYTE_CHARACTERS[ord("a") : ord("z")]) <= vocabulary.keys():
            raise FusionError(f"{path}: a {kind} tokenizer; a teacher's must be a byte-level BPE")
        self.specials: dict[str, int] = added
        size = max([*vocabulary.values(), *added.values()]) + 1
        raws = [b""] * size
        for token, number in vocabulary.items():
            if token not in added and all(c in _BYTE_OF for c in token):
                raws[number] = bytes(_BYTE_OF[c] for c in token)
        self.token_bytes: tuple[bytes, ...] = tuple(raws)

    def encode(self, text: str) -> list[int]:
        """Ids of the text, without specials around it."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids
