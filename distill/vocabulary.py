"""Trims a donor's byte-level BPE vocabulary to the tokens that SQL needs.

A trimmed vocabulary is exact: its merges are a prefix-closed subset of the donor's, so that each of
its tokens is a donor's token and keeps the donor's embedding.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.prompt import SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

# The donor's special tokens whose embeddings ours begin with, in the order of SPECIALS: the first
# of each line that the donor has, else its end. Of SmolLM2, Qwen2.5-Coder and the Llamas.
_DONOR_SPECIALS = (
    ("<|endoftext|>", "<|end_of_text|>", "</s>", "<eos>"),
    ("<repo_name>", "<|repo_name|>"),
    ("<file_sep>", "<|fim_suffix|>"),
    ("<filename>", "<|fim_prefix|>"),
)
_SINGLE = frozenset(BYTE_CHARACTERS)


@dataclass(frozen=True)
class DonorVocabulary:
    """The donor's tokens by id and its merges in order, as its `tokenizer.json` has them."""

    ids: dict[str, int]
    merges: tuple[tuple[str, str], ...]


def read_donor_vocabulary(path: Path) -> DonorVocabulary:
    """Reads a Hugging Face `tokenizer.json` of a byte-level BPE."""
    document = json.loads(path.read_text(encoding="utf-8"))
    model = document["model"]
    ids = dict(model["vocab"])
    ids.update({t["content"]: t["id"] for t in document.get("added_tokens", ())})
    pairs = (m.split(" ") if isinstance(m, str) else m for m in model["merges"])
    return DonorVocabulary(ids, tuple((left, right) for left, right in pairs))


def trim_vocabulary(
    donor: DonorVocabulary, texts: Iterable[str], size: int
) -> tuple[Tokenizer, list[int]]:
    """The trimmed tokenizer, and for each of its ids the donor's id. Raises: ModelError, for a
    donor without a token that ends a text.

    Tokens are kept by their frequency in `texts`, then, up to `size`, by the donor's own order,
    which is that of general English: names in schemas not seen yet are mostly English words.
    """
    whole = Tokenizer([*SPECIALS, *BYTE_CHARACTERS, *_made(donor.merges)], donor.merges, SPECIALS)
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(whole.encode(text))
    parents = {left + right: (left, right) for left, right in reversed(donor.merges)}
    kept: set[str] = set(BYTE_CHARACTERS)

    def add(token: str) -> None:
        """Adds a token with all that it is merged from."""
        pending = [token]
        while pending:
            one = pending.pop()
            if one not in kept:
                kept.add(one)
                pending.extend(parents[one])

    frequent = [whole.tokens[i] for i, n in counts.most_common() if n >= 2]
    general = [left + right for left, right in donor.merges]
    for token in (*frequent, *general):
        if len(kept) >= size - len(SPECIALS):
            break
        if token in donor.ids:
            add(token)
    merges = [m for m in donor.merges if m[0] + m[1] in kept and m[0] in kept and m[1] in kept]
    tokens: Sequence[str] = [*SPECIALS, *BYTE_CHARACTERS, *_made(merges)]
    tokenizer = Tokenizer(tokens, merges, SPECIALS)
    return tokenizer, ids_in_donor(donor, tokenizer)


def ids_in_donor(donor: DonorVocabulary, tokenizer: Tokenizer) -> list[int]:
    """For each id of `tokenizer`, a trimmed vocabulary of this donor, the donor's id.

    Raises: ModelError, for a token that the donor lacks, or a donor without one that ends a text.
    """
    words = tokenizer.tokens[len(SPECIALS) :]
    # A donor may lack bytes that no text of its training held; any embedding does for those.
    lacking = [t for t in words if t not in donor.ids and t not in _SINGLE]
    if lacking:
        raise ModelError(
            f"the vocabulary is not of this donor, which lacks {len(lacking):,} of its "
            f"{len(words):,} tokens ({lacking[0]!r} is the first)"
        )
    specials = _special_ids(donor)
    return specials + [donor.ids.get(t, specials[0]) for t in words]


def donor_specials(names: Container[str]) -> tuple[str | None, ...]:
    """The donor's names for our specials, in the order of SPECIALS; None for those it lacks.
    `names` are its tokens."""
    return tuple(next((t for t in ours if t in names), None) for ours in _DONOR_SPECIALS)


def _special_ids(donor: DonorVocabulary) -> list[int]:
    found = donor_specials(donor.ids)
    if found[0] is None:
        known = ", ".join(_DONOR_SPECIALS[0])
        raise ModelError(f"the donor's vocabulary has no token that ends a text ({known})")
    return [donor.ids[name or found[0]] for name in found]


def _made(merges: Iterable[tuple[str, str]]) -> list[str]:
    """What the merges make, once each, in order, single bytes left out."""
    return [t for t in dict.fromkeys(a + b for a, b in merges) if t not in _SINGLE]
