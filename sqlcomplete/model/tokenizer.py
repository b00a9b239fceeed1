"""Byte-level BPE, small enough to own: training and serving encode by this one class.

The vocabulary is a file of JSON: `tokens`, a list whose position is the id, each token in the
printable form that byte-level BPE gives its bytes; `specials`, names of the first tokens; `merges`,
pairs in their order. Needs no library beyond Python's own.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from pathlib import Path

from sqlcomplete.model.errors import ModelError

# Words, single digits, runs of punctuation, white space: the donor's split without its English
# contractions, which would tear the first letter off a string literal.
_PIECE = re.compile(r" ?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")

LONGEST_PIECE = 1024
"""Characters that are merged together at most: a longer run of letters, blanks or brackets, which
no statement has, is merged in parts of so many."""

_REMEMBERED = 64  # characters of the longest piece whose tokens are remembered
_PIECES = 65536  # pieces remembered


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
        self._remembered = lru_cache(maxsize=_PIECES)(self._encode_piece)

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

    def encode(self, text: str, most: int | None = None) -> list[int]:
        """Token ids of the text; every text has some, for every byte is a token. Half of a
        surrogate pair, which has no bytes, is read as a question mark.

        Args:
            most: The first so many are enough; what comes after them is not read.
        """
        ids: list[int] = []
        for piece in _pieces(text):
            short = len(piece) <= _REMEMBERED
            ids.extend(self._remembered(piece) if short else self._encode_piece(piece))
            if most is not None and len(ids) >= most:
                return ids[:most]
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the ids; specials have none."""
        return b"".join(self.token_bytes[i] for i in ids).decode("utf-8", errors="replace")

    def last_boundary(self, text: str) -> int:
        """Offset of the last piece of the text: what comes after may join it, so that only the
        tokens before it are safe to keep when more is typed (token healing)."""
        start = end = 0
        # The pieces of a long text need not all be found again: white space always parts words.
        window = max(text.rfind("\n", 0, max(len(text) - 200, 0)), 0)
        for piece in _PIECE.finditer(text, window):
            start, end = piece.span()
        return start + max(end - start - 1, 0) // LONGEST_PIECE * LONGEST_PIECE

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
            raw = "".join(BYTE_CHARACTERS[b] for b in text[:n].encode(errors="replace"))
            i = self._id.get(raw)
            if i is not None:
                found.append(i)
        return found

    def ids_agreeing(self, text: str) -> list[int]:
        """Ids of the tokens that begin with `text` or that it begins with, each once."""
        return list({*self.ids_with_prefix(text), *self.ids_of_prefixes(text)})

    def _encode_piece(self, piece: str) -> tuple[int, ...]:
        parts = [BYTE_CHARACTERS[b] for b in piece.encode("utf-8", errors="replace")]
        return tuple(self._id[part] for part in self._merged(parts))

    def _merged(self, parts: list[str]) -> list[str]:
        """The parts, neighbours merged: of the pairs that merge, always the one of the lowest rank,
        of several such the leftmost. In n log n steps: a part that was merged away is left empty,
        and the pairs wait in a heap, where those that are no longer there are passed over."""
        rank = self._rank
        last = len(parts)
        after = list(range(1, last + 1))  # the next part that is left, `last` where none is
        before = list(range(-1, last - 1))
        waiting = [
            (found, at)
            for at in range(last - 1)
            if (found := rank.get((parts[at], parts[at + 1]))) is not None
        ]
        heapify(waiting)
        while waiting:
            found, at = heappop(waiting)
            right = after[at]
            if not parts[at] or right == last or rank.get((parts[at], parts[right])) != found:
                continue
            parts[at] += parts[right]
            parts[right] = ""
            after[at] = beyond = after[right]
            if beyond != last:
                before[beyond] = at
                found_right = rank.get((parts[at], parts[beyond]))
                if found_right is not None:
                    heappush(waiting, (found_right, at))
            left = before[at]
            if left >= 0:
                found_left = rank.get((parts[left], parts[at]))
                if found_left is not None:
                    heappush(waiting, (found_left, left))
        return [part for part in parts if part]


def _pieces(text: str) -> Iterator[str]:
    """What is merged together, in the text's order."""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if len(piece) <= LONGEST_PIECE:
            yield piece
        else:
            for start in range(0, len(piece), LONGEST_PIECE):
                yield piece[start : start + LONGEST_PIECE]
