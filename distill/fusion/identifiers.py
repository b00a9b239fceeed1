"""Which of a pack's labelled tokens write an identifier: names are what completion is wrong on."""

from __future__ import annotations

import torch

from distill.packs import IGNORED, Pack
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.syntax.lex import is_keyword, lex
from sqlcomplete.syntax.model import TokenKind


def identifier_mask(pack: Pack, tokenizer: Tokenizer) -> torch.Tensor:
    """True (labelled tokens,) where the token writes a part of a name: a quoted identifier, or a
    word that is no keyword. Comments, strings and numbers are none."""
    targets = pack.labels[1:]
    chosen = targets[targets != IGNORED].tolist()
    mask: list[bool] = []
    run: list[int] = []
    specials = len(tokenizer.specials)
    for token in chosen:
        if token < specials:
            mask += [*_of_text(run, tokenizer), False]
            run = []
        else:
            run.append(token)
    mask += _of_text(run, tokenizer)
    return torch.tensor(mask, dtype=torch.bool)


def _of_text(run: list[int], tokenizer: Tokenizer) -> list[bool]:
    """The mask of tokens that write one text."""
    # Latin-1 gives every byte one character, so that offsets of characters are those of bytes.
    text = b"".join(tokenizer.token_bytes[i] for i in run).decode("latin-1")
    named = bytearray(len(text))
    for part in lex(text):
        word = part.kind is TokenKind.WORD and not is_keyword(part.text)
        if word or part.kind is TokenKind.QUOTED:
            named[part.start : part.end] = b"\x01" * (part.end - part.start)
    mask = []
    at = 0
    for token in run:
        size = len(tokenizer.token_bytes[token])
        mask.append(any(named[at : at + size]))
        at += size
    return mask
