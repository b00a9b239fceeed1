"""A teacher reads packs: its distribution over their vocabulary at each labelled token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import torch
from transformers import Qwen2ForCausalLM

from distill.donor import VOCABULARY_FILE, load_model
from distill.fingerprint import tokenizer_fingerprint, weights_fingerprint
from distill.forward import default_device, exact_logits, half_precision, labelled
from distill.fusion.errors import FusionError
from distill.fusion.loss import TopK, top_k
from distill.packs import Pack
from distill.quantise import fake_quantised
from sqlcomplete.model.tokenizer import Tokenizer


class Teacher(Protocol):
    """Reads packs. `fingerprint` is its weights'; `alignment` says how its vocabulary meets the
    packs'."""

    fingerprint: str
    alignment: str

    def reading(self) -> AbstractContextManager[None]:
        """A context within which many packs are read without preparing anew."""
        ...

    def read(self, pack: Pack, k: int) -> TopK:
        """The top K, a row for each of the pack's labelled tokens, on the CPU."""
        ...


class EqualTeacher:
    """A teacher whose tokenizer is the packs' own: nothing is mapped."""

    alignment = "equal"

    def __init__(self, model: Qwen2ForCausalLM, fingerprint: str) -> None:
        self.model = model.eval()
        self.fingerprint = fingerprint
        self.device = next(model.parameters()).device

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Autocast keeps its bf16 copies of the weights for as long as its context lasts."""
        with torch.no_grad(), half_precision(self.device):
            yield

    def logits(self, pack: Pack) -> torch.Tensor:
        """The whole logits (labelled tokens, vocabulary), within `reading`."""
        asked = labelled(pack, self.device)
        tokens = torch.from_numpy(pack.tokens).to(self.device)
        return exact_logits(self.model, tokens, asked)[: asked.count]

    def read(self, pack: Pack, k: int) -> TopK:
        """The top K, a row for each labelled token."""
        kept = top_k(self.logits(pack), k)
        return TopK(kept.tokens.cpu(), kept.logprobs.cpu(), kept.tail.cpu(), kept.known.cpu())


def load_teacher(folder: Path, tokenizer: Tokenizer, *, rounded: bool = False) -> Teacher:
    """The teacher of that folder, for packs of `tokenizer`; `rounded` puts its weights on the int4
    grid first, as the export would.

    Raises: FusionError, when its vocabulary cannot be aligned; ModelError, when it cannot be read.
    """
    fingerprint = weights_fingerprint(folder) + ("/int4" if rounded else "")
    if (folder / VOCABULARY_FILE).exists():
        model, own = load_model(folder)
        if tokenizer_fingerprint(own) == tokenizer_fingerprint(tokenizer):
            if rounded:
                with fake_quantised(model, active=True):
                    weights = {k: v.clone() for k, v in model.state_dict().items()}
                model.load_state_dict(weights)
            return EqualTeacher(model.to(default_device()), fingerprint)
    raise FusionError(f"{folder}: the teacher's tokenizer is not the packs'")
