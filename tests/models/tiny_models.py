"""A model small enough for a test: a bigram table behind the graph's inputs and outputs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sqlcomplete.model.prompt import PREFIX, SPECIALS
from sqlcomplete.model.tokenizer import BYTE_CHARACTERS, Tokenizer

LAYERS, HEADS, SIZE = 2, 1, 8


def make_model(
    folder: Path, *, says: str = "SELECT", layers: int = LAYERS, vocabulary: int | None = None
) -> Path:
    """Writes a model that, after any token, likes the character after it in `says` best."""
    tokenizer = Tokenizer([*SPECIALS, *BYTE_CHARACTERS], [], SPECIALS)
    table = np.full((len(tokenizer), vocabulary or len(tokenizer)), -5, dtype=np.float32)
    before = PREFIX
    for token in tokenizer.encode(says):
        table[before, token] = 5
        before = token
    open_shape = ["batch", HEADS, "past", SIZE]
    names = [f"{i}.{part}" for i in range(layers) for part in ("key", "value")]
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["logits"]),
            *(
                helper.make_node("Identity", [f"past_key_values.{n}"], [f"present.{n}"])
                for n in names
            ),
        ],
        "bigrams",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "total"]),
            *(
                helper.make_tensor_value_info(f"past_key_values.{n}", TensorProto.FLOAT, open_shape)
                for n in names
            ),
        ],
        [
            helper.make_tensor_value_info(
                "logits", TensorProto.FLOAT, ["batch", "length", table.shape[1]]
            ),
            *(
                helper.make_tensor_value_info(f"present.{n}", TensorProto.FLOAT, open_shape)
                for n in names
            ),
        ],
        [numpy_helper.from_array(table, "table")],
    )
    folder.mkdir(parents=True, exist_ok=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save_model(model, str(folder / "model.onnx"))
    tokenizer.save(folder / "vocabulary.json")
    about = {"name": "tiny", "layers": LAYERS, "key_value_heads": HEADS, "head_size": SIZE}
    (folder / "model.json").write_text(json.dumps(about))
    return folder
