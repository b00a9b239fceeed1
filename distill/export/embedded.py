"""Exports the graph that ships: GroupQueryAttention and MatMulNBits, embedding and output layer
shared, in one file.

onnxruntime-genai's builder makes the graph; the weights in it are replaced by our own rounding.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import onnx
from onnxruntime_genai.models.builder import (
    QwenModel,
    check_extra_options,
    set_io_dtype,
    set_onnx_dtype,
)
from transformers import AutoConfig

from distill.donor import VOCABULARY_FILE, load_model
from distill.export.graph import read_grids, write_rounded
from distill.export.rounding import Budget, Method, Rounder
from distill.packs import Pack
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.session import MODEL_FILE

Report = Callable[[str], None]

LIMIT = 74_500_000  # bytes of the graph in a wheel; the vocabulary takes a tenth of a megabyte
UNPACKED_LIMIT = 99_000_000  # bytes of the graph itself: hosts of repositories refuse more
_MOST_BITS = 6.0  # of a level: beyond, a small model's graph grows and says nothing else
_LEAST_BITS = 3.0

# Asymmetric blocks of 32; activations are rounded to int8 within the kernel: accuracy level 4.
_OPTIONS = {
    "int4_is_symmetric": "false",
    "int4_accuracy_level": "4",
    "shared_embeddings": "true",
    "int4_algo_config": "k_quant_last",
}


def export_int4(
    checkpoint: Path,
    out: Path,
    *,
    name: str,
    packs: Sequence[Pack] = (),
    method: Method = Method.MIXED,
    limit: int = LIMIT,
    grids_of: Path | None = None,
    report: Report = lambda text: None,
) -> None:
    """Writes the embedded model's folder from a checkpoint of `distill.donor.save_model`.

    Args:
        name: The model's, for `model.json`.
        packs: What the model is to be good at: a few of its training's. Without them layers are
            rounded without regard to their inputs, which loses more.
        method: How weights are rounded.
        limit: Bytes of the graph in a wheel, which `steps` and `mixed` make full use of.
        grids_of: An exported model whose grids are taken, whatever the method: that from which the
            checkpoint's training began. Its weights are on them already, and training moves most
            by less than a step; on any other grid all would be rounded a second time.
        report: Told what is being done.
    """
    out.mkdir(parents=True, exist_ok=True)
    report("building the graph")
    graph = build_graph(checkpoint)
    if method is Method.BUILDER:
        _save(graph, out)
    else:
        model, _ = load_model(checkpoint)
        if packs:
            report(f"measuring the layers on {len(packs)} packs")
        rounder = Rounder.of(model, packs)
        report("rounding")
        if grids_of is None:
            _round_to_limit(graph, rounder, method, out, limit, report)
        else:
            begun = onnx.load(str(grids_of / MODEL_FILE))
            write_rounded(graph, rounder.round_on(read_grids(begun, rounder.rows)))
            _save(graph, out)
    shutil.copy(checkpoint / VOCABULARY_FILE, out / VOCABULARY_FILE)
    config = AutoConfig.from_pretrained(checkpoint)
    about = {
        "name": name,
        "layers": config.num_hidden_layers,
        "key_value_heads": config.num_key_value_heads,
        "head_size": config.hidden_size // config.num_attention_heads,
    }
    (out / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def build_graph(checkpoint: Path) -> onnx.ModelProto:
    """The builder's int4 graph, with its own rounding (k_quant_last)."""
    options: dict[str, object] = dict(_OPTIONS)
    chatter = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as work,
        contextlib.redirect_stdout(chatter),
        contextlib.redirect_stderr(chatter),
        _without_warnings(),
    ):
        check_extra_options(options, "cpu")
        builder = QwenModel(
            AutoConfig.from_pretrained(checkpoint),
            set_io_dtype("int4", "cpu", options),
            set_onnx_dtype("int4", options),
            "cpu",
            work,
            options,
        )
        builder.make_model(str(checkpoint))
        builder.save_model(work)
        graph = onnx.load(str(Path(work) / "model.onnx"), load_external_data=True)
    assert isinstance(graph, onnx.ModelProto)
    return graph


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """The builder's libraries log a line for each weight, of no concern to the user."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def size_in_wheel(path: Path) -> int:
    """Bytes of the file in a wheel, which deflates at zlib's usual level."""
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    size = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            size += len(deflate.compress(part))
    return size + len(deflate.flush())


def _round_to_limit(
    graph: onnx.ModelProto,
    rounder: Rounder,
    method: Method,
    out: Path,
    limit: int,
    report: Report,
) -> None:
    """Rounds with as many bits as `limit` has room for, and saves the graph in `out`.

    Raises: ModelError, when the graph cannot be made so small.
    """
    count = sum(w.numel() for w in rounder.weights.values())
    budget = Budget()
    tuned = method in (Method.STEPS, Method.MIXED)
    if tuned:
        budget = _first_budget(count, rounder.output.numel(), method, limit)
    for attempt in range(4):
        write_rounded(graph, rounder.round(method, budget))
        _save(graph, out)
        size = size_in_wheel(out / MODEL_FILE)
        report(f"{size / 1e6:.1f} MB in a wheel, {budget.blocks:.2f} bits per level")
        spare = (limit - size) * 8 / (count * (1 - budget.narrow))  # bits per wide weight
        roomy = spare > 0.1 and budget.blocks < _MOST_BITS and attempt == 0
        if not tuned or (spare >= 0 and not roomy):
            return
        budget = replace(budget, blocks=min(budget.blocks + 1.1 * spare - 0.03, _MOST_BITS))
        if budget.blocks < _LEAST_BITS:
            break
    raise ModelError(f"{size / 1e6:.1f} MB in a wheel, {limit / 1e6:.1f} are allowed: too large")


def _first_budget(blocks: int, output: int, method: Method, limit: int) -> Budget:
    """A guess, for so many weights in the decoder's blocks and in the output layer."""
    budget = Budget()
    narrow = 0.0
    if method is Method.MIXED:
        # In memory a wide weight takes a byte and a narrow one half; a block's scale and zero
        # point take 5 bytes, or 4.5.
        whole = blocks * (1 + 5 / 32) + output * (1 + 5 / 32) + 1_000_000
        narrow = min(max((whole - UNPACKED_LIMIT) / (blocks * (0.5 + 0.5 / 32)), 0.0), 1.0)
    room = (limit - 1_000_000) * 8 - output * (budget.output + 0.2) - narrow * blocks * 4.35
    # Deflate needs more than the entropy: it takes chance repetitions for real ones.
    bits = room / (blocks * (1 - narrow)) - 0.35 if narrow < 1 else budget.blocks
    return replace(budget, blocks=min(max(bits, _LEAST_BITS), _MOST_BITS), narrow=narrow)


def _save(graph: onnx.ModelProto, out: Path) -> None:
    # One file is simpler to ship than a graph with its data beside it.
    onnx.save_model(graph, str(out / MODEL_FILE), save_as_external_data=False)
