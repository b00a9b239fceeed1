"""Real prompts: statements of a corpus cut at a cursor, by the engine's own builder."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from distill.corpus import CorpusError, read_corpora
from distill.evaluate.sampling import sample
from distill.samples import tidy
from sqlcomplete.model.prompt import build_prompt, schema_tokens
from sqlcomplete.model.tokenizer import Tokenizer


def corpus_prompts(
    corpora: Sequence[Path], tokenizer: Tokenizer, limit: int, *, split: str = "dev", seed: int = 0
) -> list[tuple[int, ...]]:
    """`limit` prompts in tokens, as many of each corpus: a statement each, the cursor somewhere
    in it, half of them with the rest of the statement right of the cursor.

    Raises: CorpusError, when the split has no statement.
    """
    chance = random.Random(seed)
    prompts: list[tuple[int, ...]] = []
    read = read_corpora(corpora)
    for place, corpus in enumerate(read):
        wanted = limit // len(read) + (place < limit % len(read))
        for statement in sample(corpus.of_split(split), wanted, seed):
            schema = corpus.schema(statement)
            block = schema_tokens(
                schema.tables,
                schema.dialect,
                tokenizer,
                default_namespace=schema.default_namespace,
            )
            sql = tidy(statement.sql)
            cut = chance.randrange(len(sql)) if sql else 0
            suffix = sql[cut:] if chance.random() < 0.5 else ""
            prompt = build_prompt(block, (), sql[:cut], suffix, tokenizer)
            prompts.append(prompt.tokens)
    if not prompts:
        raise CorpusError(f"no statement of split {split!r} in {', '.join(map(str, corpora))}")
    return prompts
