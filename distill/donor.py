"""Turns a pretrained decoder into a Qwen2 model with the trimmed vocabulary.

The donor is a folder, a hub's name or a GGUF file, of Llama or Qwen2 architecture. A Llama layer is
a Qwen2 layer whose query, key and value biases are zero.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

from distill.vocabulary import (
    DonorVocabulary,
    ids_in_donor,
    read_donor_vocabulary,
    trim_vocabulary,
)
from sqlcomplete.model.errors import ModelError
from sqlcomplete.model.tokenizer import Tokenizer

VOCABULARY_FILE = "vocabulary.json"


def adapt_donor(
    donor: str, texts: Iterable[str], vocabulary_size: int
) -> tuple[Qwen2ForCausalLM, Tokenizer]:
    """The donor as a Qwen2 model in fp32 with a vocabulary trimmed to `texts`.

    Raises: ModelError, when the donor is of another architecture.
    """
    source, vocabulary = _read_donor(donor)
    tokenizer, donor_ids = trim_vocabulary(vocabulary, texts, vocabulary_size)
    return _as_qwen2(source, donor_ids), tokenizer


def adapt_donor_to(donor: str, tokenizer: Tokenizer) -> Qwen2ForCausalLM:
    """The donor as a Qwen2 model in fp32 with a vocabulary that was trimmed before: models that
    begin with one donor can then be compared, averaged and distilled into one another.

    Raises: ModelError, when the donor is of another architecture or lacks one of the tokens.
    """
    source, vocabulary = _read_donor(donor)
    return _as_qwen2(source, ids_in_donor(vocabulary, tokenizer))


def _read_donor(donor: str) -> tuple[torch.nn.Module, DonorVocabulary]:
    name, options = donor, {}
    if donor.endswith(".gguf"):
        path = Path(donor)
        name, options = str(path.parent), {"gguf_file": path.name}
    try:
        source = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32, **options)
    except (OSError, ValueError) as error:
        said = str(error).strip().partition("\n")[0]
        raise ModelError(f"{donor}: no donor that can be read ({said})") from error
    if source.config.model_type not in ("llama", "qwen2"):
        raise ModelError(
            f"{donor}: a {source.config.model_type} model; the donor must be a Llama or a Qwen2"
        )
    folder = Path(tempfile.mkdtemp(prefix="sqlcomplete-donor-"))
    try:
        AutoTokenizer.from_pretrained(name, **options).save_pretrained(folder)
        return source, read_donor_vocabulary(folder / "tokenizer.json")
    finally:
        shutil.rmtree(folder)


def _as_qwen2(source: torch.nn.Module, donor_ids: list[int]) -> Qwen2ForCausalLM:
    old = source.config
    config = Qwen2Config(
        vocab_size=len(donor_ids),
        hidden_size=old.hidden_size,
        intermediate_size=old.intermediate_size,
        num_hidden_layers=old.num_hidden_layers,
        num_attention_heads=old.num_attention_heads,
        num_key_value_heads=old.num_key_value_heads,
        max_position_embeddings=2048,
        rms_norm_eps=old.rms_norm_eps,
        rope_theta=old.rope_theta,
        tie_word_embeddings=True,
        use_sliding_window=False,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = Qwen2ForCausalLM(config)
    state = source.state_dict()
    rows = state["model.embed_tokens.weight"][torch.tensor(donor_ids)]
    state["model.embed_tokens.weight"] = rows
    state["lm_head.weight"] = rows
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any(not name.endswith("_proj.bias") for name in missing):
        raise ModelError(f"donor's layers do not fit: {[*missing, *unexpected][:3]}")
    for name, parameter in model.named_parameters():
        if name in set(missing):
            torch.nn.init.zeros_(parameter)
    return model


def save_model(
    model: Qwen2ForCausalLM,
    tokenizer: Tokenizer,
    folder: Path,
    weights: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Writes weights, configuration and vocabulary; `load_model` reads them. `weights` stand in
    for the module's own where those are only a part (FSDP)."""
    model.save_pretrained(folder, state_dict=weights)
    tokenizer.save(folder / VOCABULARY_FILE)


def load_model(folder: Path) -> tuple[Qwen2ForCausalLM, Tokenizer]:
    """Reads what `save_model` wrote."""
    model = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return model, Tokenizer.load(folder / VOCABULARY_FILE)
