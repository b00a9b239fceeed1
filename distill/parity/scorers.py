"""One way to ask torch and optimum's graph for logits: the engine's session's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import DynamicCache, Qwen2ForCausalLM

from sqlcomplete.model.errors import ModelError

Logits = NDArray[np.float32]


class Scorer(Protocol):
    """What `sqlcomplete.model.session.Session` is too."""

    def logits(self, tokens: Sequence[int], *, positions: int = 1) -> Logits:
        """Logits (positions, vocabulary) after each of the last `positions` of `tokens`."""
        ...


class TorchScorer:
    """The checkpoint in torch, fp32, with the cache of the longest common prefix."""

    def __init__(self, model: Qwen2ForCausalLM) -> None:
        self.model = model.eval()
        self._tokens: list[int] = []
        self._cache: Any = DynamicCache()

    def logits(self, tokens: Sequence[int], *, positions: int = 1) -> Logits:
        tokens = list(tokens)
        kept = min(_common(self._tokens, tokens), len(tokens) - positions)
        if kept < len(self._tokens):
            self._cache.crop(kept)
        with torch.inference_mode():
            found = self.model(
                input_ids=torch.tensor([tokens[kept:]]),
                past_key_values=self._cache,
                logits_to_keep=positions,
            )
        self._tokens, self._cache = tokens, found.past_key_values
        return np.asarray(found.logits[0].float().numpy())


class ReferenceScorer:
    """Optimum's graph, by onnxruntime, with the cache of the longest common prefix."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Raises: ModelError, when the folder holds no such graph."""
        import onnxruntime

        path = folder / "model.onnx"
        if not path.is_file():
            raise ModelError(f"{folder}: no model.onnx here; write it: distill export --reference")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        self.graph = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        inputs = {i.name: i for i in self.graph.get_inputs()}
        self._inputs = set(inputs)
        self._past = sorted(n for n in inputs if n.startswith("past_key_values."))
        if not self._past:
            raise ModelError(f"{path}: a graph without a cache; export text-generation-with-past")
        shape = inputs[self._past[0]].shape
        self._empty = np.zeros((1, int(shape[1]), 0, int(shape[3])), dtype=np.float32)
        self._tokens: list[int] = []
        self._cache: dict[str, Any] = {}

    def logits(self, tokens: Sequence[int], *, positions: int = 1) -> Logits:
        tokens = list(tokens)
        kept = min(_common(self._tokens, tokens), len(tokens) - positions)
        feeds: dict[str, Any] = {
            name: np.ascontiguousarray(self._cache.get(name, self._empty)[:, :, :kept])
            for name in self._past
        }
        feeds["input_ids"] = np.array([tokens[kept:]], dtype=np.int64)
        feeds["attention_mask"] = np.ones((1, len(tokens)), dtype=np.int64)
        if "position_ids" in self._inputs:
            feeds["position_ids"] = np.arange(kept, len(tokens), dtype=np.int64)[None]
        names = [n.replace("past_key_values", "present") for n in self._past]
        found = self.graph.run(["logits", *names], feeds)
        self._tokens, self._cache = tokens, dict(zip(self._past, found[1:], strict=True))
        return np.asarray(found[0][0][-positions:], dtype=np.float32)


def greedy(scorer: Scorer, prompt: Sequence[int], count: int) -> list[int]:
    """The `count` likeliest tokens one after another, whether or not the end token is among
    them."""
    tokens = list(prompt)
    for _ in range(count):
        tokens.append(int(scorer.logits(tokens)[-1].argmax()))
    return tokens[len(prompt) :]


def divergence(expected: Logits, found: Logits) -> float:
    """The mean KL divergence in nats from `expected` to `found`, (positions, vocabulary) each."""
    p, q = _log_softmax(expected), _log_softmax(found)
    return float((np.exp(p) * (p - q)).sum(-1).mean())


def _log_softmax(logits: Logits) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))


def _common(mine: Sequence[int], wanted: Sequence[int]) -> int:
    count = 0
    for a, b in zip(mine, wanted, strict=False):
        if a != b:
            break
        count += 1
    return count
