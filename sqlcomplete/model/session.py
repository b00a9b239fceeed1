"""Runs the model over onnxruntime, with the KV cache of the longest common token prefix kept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sqlcomplete.model.conversation import Gate, open_gate
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.pace import Pace
from sqlcomplete.model.tokenizer import Tokenizer

MODEL_FILE = "model.onnx"
CHUNK = 48  # tokens of a prefill step: the time between two looks at the clock
ROOM = 256  # tokens by which a session's buffers grow


class OutOfTimeError(Exception):
    """The deadline passed, or would pass, before all tokens were read; what was read stays in the
    cache."""


class BusyError(OutOfTimeError):
    """Others have the model; ask again later."""


class Weights:
    """The graph and the tokenizer, loaded once and shared by sessions.

    Raises: ModelError, when the folder holds no model that can be loaded.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        # Imported here: the deterministic engine runs without it and starts faster.
        import onnxruntime

        path = folder / MODEL_FILE
        if not path.is_file():
            raise ModelError(f"{folder}: no {MODEL_FILE} here; reinstall, or name a model's folder")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(os.cpu_count() or 1, 4)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A thread that spins between two keystrokes would take the editor's core.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
            self.layers = int(about["layers"])
            self.key_value_heads = int(about["key_value_heads"])
            self.head_size = int(about["head_size"])
            self.name = str(about["name"])
            self.graph = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{folder}: not a readable model ({error})") from error
        except Exception as error:  # onnxruntime's own errors have no common base
            first = str(error).splitlines()[0][:200]
            raise ModelError(f"{path}: the graph cannot be loaded ({first})") from error
        self.tokenizer = Tokenizer.load(folder / "vocabulary.json")
        self.inputs = {i.name for i in self.graph.get_inputs()}
        self.cache_names = [
            (f"past_key_values.{layer}.{part}", f"present.{layer}.{part}")
            for layer in range(self.layers)
            for part in ("key", "value")
        ]
        self.pace = Pace()
        self.bytes_per_token = 2 * self.layers * self.key_value_heads * self.head_size * 4

    def session(self) -> Session:
        """A session that has read nothing yet."""
        return Session(self)


class Session:
    """One conversation's cache over shared weights. Not safe for threads: one user at a time.

    The graph reads and writes keys and values in place, in buffers with room to spare: a step
    copies nothing, and going back to a shorter prefix is only a smaller count.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.tokenizer = weights.tokenizer
        self.gate: Gate = open_gate
        self.computed = 0
        self._tokens: list[int] = []
        self._room = 0  # tokens that the buffers hold
        self._buffers: list[Any] = []
        self._last: NDArray[np.float32] | None = None  # logits after self._tokens

    @classmethod
    def load(cls, folder: Path, *, threads: int | None = None) -> Session:
        """A session of its own over the model in `folder`."""
        return cls(Weights(folder, threads=threads))

    @property
    def memory(self) -> int:
        """Bytes that the cache takes."""
        return self._room * self.weights.bytes_per_token

    @property
    def ahead(self) -> int:
        """Drafts of any length are read along: a step's time is the weights', not the tokens'."""
        return CHUNK

    def forget(self) -> None:
        """Drops the cache and gives its memory back."""
        self._tokens, self._buffers, self._room, self._last = [], [], 0, None

    def known(self, tokens: Sequence[int]) -> int:
        """How many of `tokens`, from the first, are in the cache."""
        common = 0
        for mine, wanted in zip(self._tokens, tokens, strict=False):
            if mine != wanted:
                break
            common += 1
        return common

    def logits(
        self, tokens: Sequence[int], *, positions: int = 1, deadline: float | None = None
    ) -> NDArray[np.float32]:
        """Logits (positions, vocabulary) after the last `positions` of `tokens`.

        Tokens in the cache are not computed again, save those whose logits are asked for.
        `deadline` is a `time.perf_counter()` value.

        Raises: OutOfTimeError, past the deadline; and before it, where by the pace of late the
            tokens would not be read in time: who waits is better answered at once.
        """
        tokens = list(tokens)
        if positions == 1 and self._last is not None and tokens == self._tokens:
            return self._last[None]
        kept = min(self.known(tokens), len(tokens) - positions)
        if kept < len(self._tokens):
            del self._tokens[kept:]
            self._last = None
        rows: NDArray[np.float32] | None = None
        while len(self._tokens) < len(tokens):
            if deadline is not None and time.perf_counter() > deadline:
                raise OutOfTimeError
            self.gate(deadline)
            left = len(tokens) - len(self._tokens)
            if (
                deadline is not None
                and time.perf_counter() + self.weights.pace.seconds(left) > deadline
            ):
                raise OutOfTimeError
            # The rows asked for come out of one run.
            size = left if left <= max(CHUNK, positions) else min(CHUNK, left - positions)
            rows = self._run(tokens[len(self._tokens) : len(self._tokens) + size])
        assert rows is not None
        return rows[-positions:]

    def _run(self, new: list[int]) -> NDArray[np.float32]:
        begun = time.perf_counter()
        past = len(self._tokens)
        total = past + len(new)
        if total > self._room:
            self._grow(total)
        binding = self.weights.graph.io_binding()
        binding.bind_cpu_input("input_ids", np.array([new], dtype=np.int64))
        binding.bind_cpu_input("attention_mask", np.ones((1, total), dtype=np.int64))
        if "position_ids" in self.weights.inputs:
            positions = np.arange(past, total, dtype=np.int64)[None]
            binding.bind_cpu_input("position_ids", positions)
        for buffer, (read, written) in zip(self._buffers, self.weights.cache_names, strict=True):
            binding.bind_ortvalue_input(read, buffer)
            binding.bind_ortvalue_output(written, buffer)
        binding.bind_output("logits", "cpu")
        self.weights.graph.run_with_iobinding(binding)
        self._tokens.extend(new)
        self.computed += len(new)
        # The last bound output.
        found = binding.get_outputs()[-1].numpy()
        rows: NDArray[np.float32] = np.asarray(found[0], dtype=np.float32)
        self._last = rows[-1]
        self.weights.pace.took(len(new), time.perf_counter() - begun)
        return rows

    def _grow(self, least: int) -> None:
        """Makes room for `least` tokens and some to come; what is cached stays."""
        from onnxruntime import OrtValue

        room = -(-(least + ROOM // 4) // ROOM) * ROOM
        shape = (1, self.weights.key_value_heads, room, self.weights.head_size)
        kept = len(self._tokens)
        buffers = []
        for place in range(2 * self.weights.layers):
            values = np.zeros(shape, dtype=np.float32)
            if kept:
                values[:, :, :kept] = self._buffers[place].numpy()[:, :, :kept]
            buffers.append(OrtValue.ortvalue_from_numpy(values))
        self._buffers, self._room = buffers, room
