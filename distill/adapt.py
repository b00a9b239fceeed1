"""`python -m distill adapt MODEL --out FOLDER`: a donor or an exported graph as a checkpoint.

An untouched donor is what an ablation begins with, and what a fusion into fresh weights does. Its
vocabulary is trimmed to corpora, or taken over from a checkpoint so that the two are of one line.
"""

from __future__ import annotations

from pathlib import Path

import click

from distill.corpus import read_corpora
from distill.donor import VOCABULARY_FILE, adapt_donor, adapt_donor_to, load_model, save_model
from distill.from_onnx import load_from_onnx
from distill.packs import training_sources, vocabulary_texts
from sqlcomplete.model.session import MODEL_FILE
from sqlcomplete.model.tokenizer import Tokenizer

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OF = "Take the vocabulary of this checkpoint or exported folder."


@click.command("adapt")
@click.argument("model")
@click.argument("corpus", nargs=-1, type=_FOLDER)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--vocabulary", default=12288, show_default=True, help="Tokens to keep.")
@click.option("--vocabulary-of", type=_FOLDER, help=_OF)
def command(
    model: str, corpus: tuple[Path, ...], out: Path, vocabulary: int, vocabulary_of: Path | None
) -> None:
    """Write MODEL as a checkpoint: a GGUF file, a folder of a Llama or Qwen2, a hub's name, or an
    exported folder, whose weights are read back from its graph."""
    if (Path(model) / VOCABULARY_FILE).exists():
        if corpus or vocabulary_of:
            raise click.UsageError(f"{model}: keeps the vocabulary that it was trained with")
        load = load_from_onnx if (Path(model) / MODEL_FILE).exists() else load_model
        adapted, tokenizer = load(Path(model))
    elif vocabulary_of is not None:
        if corpus:
            raise click.UsageError("name corpora or --vocabulary-of, not both")
        tokenizer = Tokenizer.load(vocabulary_of / VOCABULARY_FILE)
        adapted = adapt_donor_to(model, tokenizer)
    elif corpus:
        texts = vocabulary_texts(training_sources(read_corpora(corpus)))
        adapted, tokenizer = adapt_donor(model, texts, vocabulary)
    else:
        raise click.UsageError(
            f"{model}: name corpora to trim its vocabulary to, or --vocabulary-of"
        )
    save_model(adapted, tokenizer, out)
    size = sum(parameter.numel() for parameter in adapted.parameters())
    click.echo(f"{out}: {size / 1e6:,.0f} million parameters, {len(tokenizer):,} tokens")
