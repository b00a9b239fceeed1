"""Byte-level BPE, small enough to own: training and serving encode by this one class.

The vocabulary is a file of JSON: `tokens`, a list whose position is the id, each token in the
printable form that byte-level BPE gives its bytes; `specials`, names of the first tokens; `merges`,
pairs in their order. Needs no library beyond Python's own.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from sqlcomplete.model.errors import ModelError

# Words, single digits, runs of punctuation, white space: the donor's split without its English
# contractions, which would tear the first letter off a string literal.
_PIECE = re.compile(r" ?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


def _printable_bytes() -> tuple[str, ...]:
    """The printable character that stands for each byte, as byte-level BPE defines it."""
    plain = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare = iter(range(256, 512))
    return tuple(chr(b) if b in plain else chr(next(spare)) for b in range(256))


BYTE_CHARACTERS = _printable_bytes()
_BYTE_OF = {character: byte for byte, character in enumerate(BYTE_CHARACTERS)}


class Tokenizer:
    """Encodes and decodes text. Ids run from 0; specials come first and never from text."""

    def __init__(
        self,
        tokens: Sequence[str],
        merges: Iterable[tuple[str, str]],
        specials: Sequence[str],
    ) -> None:
        self.tokens = tuple(tokens)
        self.specials = {name: position for position, name in enumerate(specials)}
        self._id = {token: i for i, token in enumerate(self.tokens)}
        self._rank = {pair: rank for rank, pair in enumerate(merges)}
        first = len(self.specials)
        self.token_bytes = tuple(
            b"" if i < first else bytes(_BYTE_OF[c] for c in token)
            for i, token in enumerate(self.tokens)
        )
        texts = []
        for raw in self.token_bytes:
            try:
                texts.append(raw.decode())
            except UnicodeDecodeError:
                texts.append("\ufffd")
        # A part of a character has no text of its own.
        self.token_text = tuple(texts)
        order = sorted(range(first, len(texts)), key=texts.__getitem__)
        self._sorted_text = [texts[i] for i in order]
        self._sorted_id = order
        self.encode_piece = lru_cache(maxsize=65536)(self._encode_piece)

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Reads a vocabulary file.

        Raises: ModelError, when it is missing or not a vocabulary.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            merges = [tuple(m.split(" ")) for m in document["merges"]]
            return cls(document["tokens"], [(a, b) for a, b in merges], document["specials"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path}: not a readable vocabulary ({error})") from error

    def save(self, path: Path) -> None:
        """Writes the vocabulary file that `load` reads."""
        document = {
            "specials": list(self.specials),
            "tokens": list(self.tokens),
            "merges": [" ".join(pair) for pair in self._rank],
        }
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")

    @property
    def merges(self) -> tuple[tuple[str, str], ...]:
        """The pairs that are merged, the first to be merged first."""
        return tuple(self._rank)

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Token ids of the text; every text has some, for every byte is a token."""
        ids: list[int] = []
        for piece in _PIECE.findall(text):
            ids.extend(self.encode_piece(piece))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the ids; specials have none."""
        return b"".join(self.token_bytes[i] for i in ids).decode("utf-8", errors="replace")

    def last_boundary(self, text: str) -> int:
        """Offset of the last piece of the text: what comes after may join it, so that only the
        tokens before it are safe to keep when more is typed (token healing)."""
        start = 0
        # The pieces of a long text need not all be found again: white space always parts words.
        window = max(text.rfind("\n", 0, max(len(text) - 200, 0)), 0)
        for piece in _PIECE.finditer(text, window):
            start = piece.start()
        return start

    def ids_with_prefix(self, prefix: str) -> list[int]:
        """Ids of all tokens whose text begins with `prefix`."""
        low = bisect_left(self._sorted_text, prefix)
        high = bisect_left(self._sorted_text, prefix + "\U0010ffff", low)
        return self._sorted_id[low:high]

    def ids_of_prefixes(self, text: str) -> list[int]:
        """Ids of the tokens that `text` begins with."""
        longest = min(len(text), 32)
        found = []
        for n in range(1, longest + 1):
            raw = "".join(BYTE_CHARACTERS[b] for b in text[:n].encode())
            i = self._id.get(raw)
            if i is not None:
                found.append(i)
        return found

    def ids_agreeing(self, text: str) -> list[int]:
        """Ids of the tokens that begin with `text` or that it begins with, each once."""
        return list({*self.ids_with_prefix(text), *self.ids_of_prefixes(text)})

    def _encode_piece(self, piece: str) -> tuple[int, ...]:
        parts = [BYTE_CHARACTERS[b] for b in piece.encode("utf-8", errors="replace")]
        while len(parts) > 1:
            best = min(
                range(len(parts) - 1),
                key=lambda i: self._rank.get((parts[i], parts[i + 1]), 1 << 30),
            )
            if (parts[best], parts[best + 1]) not in self._rank:
                break
            parts[best : best + 2] = [parts[best] + parts[best + 1]]
        return tuple(self._id[p] for p in parts)
