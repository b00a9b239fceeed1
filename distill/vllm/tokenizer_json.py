"""Writes our tokenizer in the form of the `tokenizers` library, which vLLM reads.

The ids are equal to `sqlcomplete.model.tokenizer.Tokenizer`'s for every text of characters that
Python's Unicode tables know; the two libraries may disagree on where a code point that is not yet
assigned belongs.
"""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Regex, decoders, models, pre_tokenizers
from tokenizers import Tokenizer as FastTokenizer

from sqlcomplete.model.tokenizer import Tokenizer

# The pieces of `sqlcomplete.model.tokenizer`, by properties: what `\w` and `\s` hold differs
# between the two libraries' regular expressions.
_SPACE = r"\s\x1c-\x1f"
_PIECE = "|".join(
    (
        r" ?[\p{L}\p{Nl}\p{No}]+",
        r"\p{Nd}",
        rf" ?[^{_SPACE}\p{{L}}\p{{N}}]+",
        rf"[{_SPACE}]+(?![^{_SPACE}])",
        rf"[{_SPACE}]+",
    )
)


def fast_tokenizer(tokenizer: Tokenizer) -> FastTokenizer:
    """The same tokenizer as one of the `tokenizers` library. Text never becomes a special token."""
    ids = {token: i for i, token in enumerate(tokenizer.tokens)}
    fast = FastTokenizer(models.BPE(vocab=ids, merges=list(tokenizer.merges)))
    fast.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECE), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    fast.decoder = decoders.ByteLevel()
    fast.add_special_tokens(
        [AddedToken(name, normalized=False, special=True) for name in tokenizer.specials]
    )
    fast.encode_special_tokens = True
    return fast


def write_tokenizer(tokenizer: Tokenizer, folder: Path, *, longest: int) -> None:
    """Writes `tokenizer.json` and `tokenizer_config.json`; `longest` is the model's context.

    `split_special_tokens` keeps a text's "<end>" the characters that it is: specials come in
    prompts of token ids only, as they do in the engine.
    """
    fast_tokenizer(tokenizer).save(str(folder / "tokenizer.json"))
    end = next(iter(tokenizer.specials))
    about = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": end,
        "pad_token": end,
        "model_max_length": longest,
        "split_special_tokens": True,
        "clean_up_tokenization_spaces": False,
        "add_bos_token": False,
        "add_eos_token": False,
    }
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
