"""Aligns a teacher's vocabulary with the packs'.

Three cases, from the exact to the approximate:

- equal: the same tokenizer; nothing is mapped.
- subset: each of the packs' tokens is, byte for byte, a token of the teacher's, as after trimming.
  The teacher reads the very same tokens by its own ids, and each labelled token has a row.
- spans: any other tokenizer. The teacher reads the same bytes cut its own way. A labelled token has
  a row where the bytes before it end at a boundary of the teacher's tokens too.

In the last two a teacher's token counts for the packs' token of the same bytes (or the same
special), and a longer one for the first of the packs' tokens that write its bytes: that is what is
to come next, however the teacher cuts it. What remains, such as other specials, goes to the tail:
it stays one outcome, and is not spread by guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from distill.fusion.errors import FusionError
from distill.fusion.loss import TopK
from distill.packs import IGNORED, Pack
from sqlcomplete.model.tokenizer import Tokenizer


class Vocabulary(Protocol):
    """A tokenizer as alignment sees it. `token_bytes` are by id; a special's are empty."""

    @property
    def token_bytes(self) -> tuple[bytes, ...]:
        """What each id writes."""
        ...

    @property
    def specials(self) -> Mapping[str, int]:
        """The ids of tokens that write nothing, by name."""
        ...

    def encode(self, text: str) -> list[int]:
        """Ids of the text, without specials."""
        ...


@dataclass(frozen=True, slots=True)
class VocabularyMap:
    """`to_packs` (teacher's vocabulary,) the packs' id that each teacher's id counts for, -1 where
    there is none; `to_teacher` (packs' vocabulary,) the teacher's id of the same bytes, likewise;
    `size` is the packs' vocabulary's."""

    to_packs: NDArray[np.int64]
    to_teacher: NDArray[np.int64]
    size: int

    @property
    def subset(self) -> bool:
        """Whether the teacher has every one of the packs' tokens."""
        return bool((self.to_teacher >= 0).all())


def map_vocabulary(
    packs: Tokenizer,
    teacher: Vocabulary,
    specials: Mapping[str, str] | None = None,
    size: int | None = None,
) -> VocabularyMap:
    """Maps by the tokens' bytes, and specials by name. `specials` name the teacher's special for
    the packs' where they differ; `size` is the teacher's output layer's, where it has more rows
    than tokens. Raises: FusionError, when no token is the same.
    """
    to_packs = np.full(size or len(teacher.token_bytes), -1, dtype=np.int64)
    to_teacher = np.full(len(packs), -1, dtype=np.int64)
    by_bytes = {raw: i for i, raw in enumerate(teacher.token_bytes) if raw}
    for ours, raw in enumerate(packs.token_bytes):
        if raw and (theirs := by_bytes.get(raw)) is not None:
            to_teacher[ours] = theirs
    if (to_teacher < 0).all():
        raise FusionError("the teacher's vocabulary shares no token with the packs'")
    for theirs, raw in enumerate(teacher.token_bytes):
        to_packs[theirs] = _first_token(raw, packs)
    for name, ours in packs.specials.items():
        found = teacher.specials.get((specials or {}).get(name, name))
        if found is not None:
            to_teacher[ours], to_packs[found] = found, ours
    return VocabularyMap(to_packs, to_teacher, len(packs))


def _first_token(raw: bytes, packs: Tokenizer) -> int:
    """The first of the packs' tokens that write these bytes; -1 for none. A part of a character
    is not text: it is written by its bytes' own tokens."""
    if not raw:
        return -1
    try:
        return packs.encode(raw.decode())[0]
    except UnicodeDecodeError:
        return next((i for i, one in enumerate(packs.token_bytes) if one == raw), -1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a teacher reads of a pack: `tokens` (any length,) of its own; `rows` (labelled,) the
    position whose distribution is over each labelled token, -1 where there is none."""

    tokens: NDArray[np.int64]
    rows: NDArray[np.int64]


def reread(pack: Pack, packs: Tokenizer, teacher: Vocabulary, mapped: VocabularyMap) -> Reading:
    """The pack in the teacher's tokens: the same ids mapped where it has all of them, else its own
    cut of the same bytes."""
    positions = (pack.labels[1:] != IGNORED).nonzero()[0]
    if mapped.subset:
        return Reading(mapped.to_teacher[pack.tokens], positions)
    tokens: list[int] = []
    # At the end of the pack's token t: how many of the teacher's tokens write the same, else -1.
    boundary = np.full(len(pack.tokens), -1, dtype=np.int64)
    first = 0
    special = len(packs.specials)
    while first < len(pack.tokens):
        last = first
        if pack.tokens[first] < special:
            theirs = int(mapped.to_teacher[pack.tokens[first]])
            if theirs >= 0:
                tokens.append(theirs)
            boundary[first] = len(tokens)
        else:
            while last + 1 < len(pack.tokens) and pack.tokens[last + 1] >= special:
                last += 1
            run = pack.tokens[first : last + 1].tolist()
            _reread_text(run, packs, teacher, tokens, boundary[first : last + 1])
        first = last + 1
    # Position n - 1 of the teacher's is the one that has read n tokens; before any, it has none.
    ends = np.maximum(boundary[positions] - 1, -1)
    return Reading(np.array(tokens, dtype=np.int64), ends)


def _reread_text(
    run: list[int],
    packs: Tokenizer,
    teacher: Vocabulary,
    tokens: list[int],
    boundary: NDArray[np.int64],
) -> None:
    """Appends the teacher's tokens of one text and fills in where both have a boundary."""
    raw = b"".join(packs.token_bytes[i] for i in run)
    read = teacher.encode(raw.decode("utf-8", errors="replace"))
    ends: dict[int, int] = {}
    at, before = 0, len(tokens)
    for count, token in enumerate(read, start=1):
        at += len(teacher.token_bytes[token])
        ends[at] = before + count
    tokens.extend(read)
    if at != len(raw):
        # A text cut inside a character, or a byte that the teacher cannot write: no offset holds.
        boundary[-1] = -1
        return
    at = 0
    for place, token in enumerate(run):
        at += len(packs.token_bytes[token])
        boundary[place] = ends.get(at, -1)


def map_distribution(logits: torch.Tensor, mapped: VocabularyMap, k: int) -> TopK:
    """The teacher's `logits` (n, its vocabulary) as the top K over the packs' vocabulary: its own
    probabilities, with what is on tokens that the packs lack in the tail."""
    mass = torch.softmax(logits.float(), -1)
    theirs = torch.from_numpy(mapped.to_packs).to(logits.device)
    theirs = torch.nn.functional.pad(theirs, (0, logits.shape[-1] - len(theirs)), value=-1)
    shared = theirs >= 0
    over = torch.zeros((len(logits), mapped.size), device=logits.device)
    over.index_add_(-1, theirs[shared], mass[:, shared])
    kept, tokens = over.topk(min(k, mapped.size), -1)
    others = over.scatter(-1, tokens, 0.0).sum(-1) + mass[:, ~shared].sum(-1)
    return TopK(
        tokens,
        kept.log(),
        others.log(),
        torch.ones(len(logits), dtype=torch.bool, device=logits.device),
    )
