"""The model's forward pass in training: labelled positions alone, in few shapes, in bf16 where the
processor multiplies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import PreTrainedModel

from distill.packs import IGNORED, Pack

# The output layer sees one of a few shapes: oneDNN compiles kernels for each, and keeps them.
_MULTIPLE = 128


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a pack asks for. `positions` (n,) of the tokens before the predicted ones, padded to a
    multiple of 128 by position 0; `targets` (n,) the predicted tokens, -100 where padded; `count`
    of them are real and stand first."""

    positions: torch.Tensor
    targets: torch.Tensor
    count: int


def labelled(pack: Pack, device: torch.device) -> Labelled:
    """The causal shift: position t predicts token t + 1 where that one is labelled."""
    positions = (pack.labels[1:] != IGNORED).nonzero()[0]
    count = len(positions)
    size = -(-count // _MULTIPLE) * _MULTIPLE
    padded = torch.zeros(size, dtype=torch.int64)
    targets = torch.full((size,), IGNORED, dtype=torch.int64)
    padded[:count] = torch.from_numpy(positions)
    targets[:count] = torch.from_numpy(pack.labels[1:][positions])
    return Labelled(padded.to(device), targets.to(device), count)


def default_device() -> torch.device:
    """A CUDA device where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision(device: torch.device, *, wanted: bool = True) -> torch.autocast:
    """Autocast to bf16 where the hardware has it: elsewhere it is emulated, and slower."""
    if device.type == "cuda":
        able = torch.cuda.is_bf16_supported()
    else:
        able = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(device.type, torch.bfloat16, enabled=able and wanted)


def one_sequence(tokens: torch.Tensor) -> dict[str, Any]:
    """What a model is called with for the whole of `tokens` (length,), in training.

    The mask says that nothing is padded. Without one, transformers looks for several sequences in
    one and hands attention a mask of its own, of which it computes both halves: a fifth of a step.
    """
    whole = tokens[None]
    return {"input_ids": whole, "attention_mask": torch.ones_like(whole), "use_cache": False}


def labelled_logits(model: PreTrainedModel, tokens: torch.Tensor, asked: Labelled) -> torch.Tensor:
    """Logits (n, vocabulary) in fp32 at the asked positions of `tokens` (length,).

    Only these go through the output layer: it is a third of a small model's work.
    """
    output = model(**one_sequence(tokens), logits_to_keep=asked.positions)
    return output.logits[0].float()


def exact_logits(model: PreTrainedModel, tokens: torch.Tensor, asked: Labelled) -> torch.Tensor:
    """As `labelled_logits`, with the output layer in fp32 whatever autocast says: logits of size
    20 in bf16 are off by 0.06, which is more than what is kept of them on disk allows for."""
    hidden = model.model(**one_sequence(tokens)).last_hidden_state[0]
    with torch.autocast(tokens.device.type, enabled=False):
        return model.lm_head(hidden[asked.positions].float()).float()
