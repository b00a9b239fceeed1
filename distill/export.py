"""Exports a student: the fused int4 graph that ships, and optimum's fp32 graph as the reference.

`python -m distill export CHECKPOINT --out FOLDER` writes `model.onnx` (GroupQueryAttention and
MatMulNBits, embedding and output layer shared), `vocabulary.json` and `model.json`.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import click
import numpy as np
import onnx
import torch
from onnxruntime_genai.models.builder import (
    QwenModel,
    check_extra_options,
    set_io_dtype,
    set_onnx_dtype,
)
from transformers import AutoConfig, Qwen2ForCausalLM

from distill.donor import VOCABULARY_FILE, load_model
from sqlcomplete.model.session import MODEL_FILE, Session

# Asymmetric blocks of 32: the grid that `distill.quantise` trains for.
_OPTIONS = {
    "int4_is_symmetric": "false",
    "int4_accuracy_level": "4",
    "shared_embeddings": "true",
    "int4_algo_config": "k_quant_last",
}


def export_int4(checkpoint: Path, out: Path, *, name: str) -> None:
    """Writes the embedded model's folder from a checkpoint of `distill.donor.save_model`."""
    out.mkdir(parents=True, exist_ok=True)
    options: dict[str, object] = dict(_OPTIONS)
    check_extra_options(options, "cpu")
    config = AutoConfig.from_pretrained(checkpoint)
    with tempfile.TemporaryDirectory() as work:
        builder = QwenModel(
            config,
            set_io_dtype("int4", "cpu", options),
            set_onnx_dtype("int4", options),
            "cpu",
            work,
            options,
        )
        builder.make_model(str(checkpoint))
        builder.save_model(work)
        # One file is simpler to ship than a graph with its data beside it.
        graph = onnx.load(str(Path(work) / "model.onnx"), load_external_data=True)
        onnx.save_model(graph, str(out / MODEL_FILE), save_as_external_data=False)
    shutil.copy(checkpoint / VOCABULARY_FILE, out / VOCABULARY_FILE)
    about = {
        "name": name,
        "layers": config.num_hidden_layers,
        "key_value_heads": config.num_key_value_heads,
        "head_size": config.hidden_size // config.num_attention_heads,
    }
    (out / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def export_reference(checkpoint: Path, out: Path) -> None:
    """Writes optimum's portable fp32 graph with its KV cache to `out/model.onnx`."""
    from optimum.exporters.onnx import main_export

    main_export(str(checkpoint), output=out, task="text-generation-with-past", do_validation=False)


def agreement(checkpoint: Path, exported: Path, sequences: int = 20) -> dict[str, float]:
    """Parity with torch on random token sequences of 64.

    Returns the share of positions with the same most likely token, and the mean KL divergence in
    nats from torch's distribution to the graph's.
    """
    model, tokenizer = load_model(checkpoint)
    model.eval()
    session = Session.load(exported)
    same = count = 0
    divergence = 0.0
    chance = np.random.default_rng(0)
    for _ in range(sequences):
        tokens = chance.integers(4, len(tokenizer), 64).tolist()
        expected = _torch_logits(model, tokens)
        session.forget()
        found = session.logits(tokens, positions=len(tokens))
        same += int((expected.argmax(-1) == found.argmax(-1)).sum())
        count += len(tokens)
        p, q = _log_softmax(expected), _log_softmax(found)
        divergence += float((np.exp(p) * (p - q)).sum())
    return {"same_top_token": same / count, "kl_nats": divergence / count}


def _torch_logits(model: Qwen2ForCausalLM, tokens: list[int]) -> np.ndarray:
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([tokens])).logits[0]
    return np.asarray(logits.float().numpy())


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))


@click.command()
@click.argument("checkpoint", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--name", default="embedded", show_default=True, help="The model's name.")
@click.option("--reference", type=click.Path(path_type=Path), help="Write optimum's graph here.")
def export(checkpoint: Path, out: Path, name: str, reference: Path | None) -> None:
    """Export a checkpoint to the int4 graph that ships, and measure its parity with torch."""
    export_int4(checkpoint, out, name=name)
    parity = agreement(checkpoint, out)
    size = (out / MODEL_FILE).stat().st_size / 1e6
    click.echo(json.dumps({"out": str(out), "megabytes": round(size, 1), **parity}))
    if reference is not None:
        export_reference(checkpoint, reference)
        click.echo(json.dumps({"reference": str(reference)}))
