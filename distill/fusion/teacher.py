"""A teacher reads packs: its distribution over their vocabulary at each labelled token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import torch
from transformers import AutoModelForCausalLM, PreTrainedModel

from distill.donor import VOCABULARY_FILE, load_model
from distill.fingerprint import tokenizer_fingerprint, weights_fingerprint
from distill.forward import default_device, exact_logits, half_precision, labelled, one_sequence
from distill.fusion.align import (
    Vocabulary,
    VocabularyMap,
    map_distribution,
    map_vocabulary,
    reread,
)
from distill.fusion.errors import FusionError
from distill.fusion.foreign import ForeignTokenizer
from distill.fusion.loss import TopK, top_k
from distill.packs import Pack
from distill.quantise import fake_quantised
from distill.vocabulary import donor_specials
from sqlcomplete.model.prompt import SPECIALS
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

    def __init__(self, model: PreTrainedModel, fingerprint: str) -> None:
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
        return _on_cpu(top_k(self.logits(pack), k))


class AlignedTeacher(EqualTeacher):
    """A teacher with another vocabulary, trimmed or foreign."""

    def __init__(
        self,
        model: PreTrainedModel,
        fingerprint: str,
        packs: Tokenizer,
        own: Vocabulary,
        mapped: VocabularyMap,
    ) -> None:
        super().__init__(model, fingerprint)
        self.alignment = "subset" if mapped.subset else "spans"
        self._packs = packs
        self._own = own
        self._mapped = mapped

    def read(self, pack: Pack, k: int) -> TopK:
        """The top K, a row for each labelled token; unknown where the boundaries do not meet."""
        reading = reread(pack, self._packs, self._own, self._mapped)
        rows = torch.from_numpy(reading.rows)
        known = rows >= 0
        tokens = torch.from_numpy(reading.tokens).to(self.device)
        # Of one length, for kernels are compiled for a shape; a causal model is not disturbed by
        # what comes after.
        size = -(-len(tokens) // 256) * 256
        tokens = torch.nn.functional.pad(tokens, (0, size - len(tokens)))
        hidden = self.model.model(**one_sequence(tokens)).last_hidden_state[0]
        with torch.autocast(self.device.type, enabled=False):
            asked = hidden[rows.clamp(min=0).to(self.device)].float()
            logits = self.model.lm_head(asked)
        found = _on_cpu(map_distribution(logits, self._mapped, k))
        return TopK(
            found.tokens,
            found.logprobs,
            found.tail,
            known,
        )


def _on_cpu(kept: TopK) -> TopK:
    return TopK(kept.tokens.cpu(), kept.logprobs.cpu(), kept.tail.cpu(), kept.known.cpu())


def load_teacher(folder: Path, tokenizer: Tokenizer, *, rounded: bool = False) -> Teacher:
    """The teacher of that folder, for packs of `tokenizer`: a checkpoint of ours, or a Hugging Face
    model with a byte-level BPE. `rounded` puts its weights on the export's grid first.

    Raises: FusionError, when its vocabulary cannot be aligned; ModelError, when it cannot be read.
    """
    fingerprint = weights_fingerprint(folder) + ("/rounded" if rounded else "")
    model: PreTrainedModel
    own: Vocabulary
    specials: Mapping[str, str] | None = None
    equal = False
    if (folder / VOCABULARY_FILE).exists():
        model, ours = load_model(folder)
        equal = tokenizer_fingerprint(ours) == tokenizer_fingerprint(tokenizer)
        own = ours
    elif (folder / "tokenizer.json").exists():
        own = ForeignTokenizer(folder / "tokenizer.json")
        found = zip(SPECIALS, donor_specials(own.specials), strict=True)
        specials = {ours: name for ours, name in found if name is not None}
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    else:
        raise FusionError(f"{folder}: no {VOCABULARY_FILE} and no tokenizer.json; not a teacher")
    if rounded:
        with fake_quantised(model, active=True):
            weights = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(weights)
    model.to(default_device())
    if equal:
        return EqualTeacher(model, fingerprint)
    mapped = map_vocabulary(tokenizer, own, specials, size=model.config.vocab_size)
    return AlignedTeacher(model, fingerprint, tokenizer, own, mapped)
