"""Runs one prompt of `/v1/completions` to its end, a piece of text at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from serve.assemble import Assembler
from sqlcomplete.model.conversation import Conversation
from sqlcomplete.model.generate import Sampling, Step, generate, last_prefix, score
from sqlcomplete.model.prompt import SPECIALS, Prompt
from sqlcomplete.model.session import OutOfTimeError

_LEAST = -9999.0  # for a probability of zero, which JSON has no logarithm for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of each prompt. `logprobs` is None where none are wanted, 0 for those of the
    chosen tokens alone."""

    max_tokens: int
    sampling: Sampling
    stops: Sequence[str]
    logprobs: int | None
    echo: bool
    token_ids: bool
    deadline: float


@dataclass(frozen=True, slots=True)
class TokenLog:
    """One token as `logprobs` tells of it."""

    text: str
    offset: int
    logprob: float | None
    top: dict[str, float] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to send, the tokens it came from, and at the end why it ended."""

    text: str
    tokens: tuple[TokenLog, ...] = ()
    finish: Literal["stop", "length"] | None = None


@dataclass
class Count:
    """Tokens of one prompt and its answer, as they are known."""

    prompt: int = 0
    answer: int = 0


@dataclass
class _Log:
    """Writes the `logprobs` of steps."""

    session: Conversation
    wanted: Wanted
    offset: int = 0
    waiting: list[TokenLog] = field(default_factory=list)

    def name(self, token: int, data: bytes) -> str:
        if self.wanted.token_ids:
            return f"token_id:{token}"
        if token < len(SPECIALS):
            return SPECIALS[token]
        try:
            return data.decode()
        except UnicodeDecodeError:
            return "bytes:" + "".join(f"\\x{byte:02x}" for byte in data)

    def add(self, step: Step, *, known: bool = True) -> None:
        if self.wanted.logprobs is not None:
            of_bytes = self.session.tokenizer.token_bytes
            top = {self.name(i, of_bytes[i]): max(p, _LEAST) for i, p in step.top}
            name = self.name(step.token, step.data)
            if known:
                top.setdefault(name, max(step.logprob, _LEAST))
            self.waiting.append(
                TokenLog(
                    name,
                    self.offset,
                    max(step.logprob, _LEAST) if known else None,
                    top if known else None,
                )
            )
        self.offset += len(step.data.decode(errors="replace"))

    def take(self) -> tuple[TokenLog, ...]:
        taken, self.waiting = tuple(self.waiting), []
        return taken


def run_prompt(
    session: Conversation, prompt: Prompt, shown: str, wanted: Wanted, count: Count
) -> Iterator[Piece]:
    """The pieces of one prompt's answer; `shown` is the prompt as its asker wrote it."""
    count.prompt = len(prompt.tokens) + len(session.tokenizer.encode(prompt.pending))
    log = _Log(session, wanted)
    assembler = Assembler(wanted.stops)
    finish: Literal["stop", "length"] = "length"
    try:
        if wanted.echo:
            if wanted.logprobs is not None:
                prompt = _scored(session, prompt, shown, wanted, log)
            log.offset = len(shown)
            yield Piece(shown, log.take())
        steps = generate(
            session,
            prompt,
            max_tokens=wanted.max_tokens,
            sampling=wanted.sampling,
            logprobs=wanted.logprobs or 0,
            deadline=wanted.deadline,
        )
        for step in steps:
            count.answer += 1
            log.add(step)
            text = assembler.add(step.data)
            if text:
                yield Piece(text, log.take())
            if assembler.stopped is not None:
                break
        if assembler.stopped is not None or count.answer < wanted.max_tokens:
            finish = "stop"
    except OutOfTimeError:
        if count.answer == 0:
            raise
    yield Piece(assembler.finish(), log.take(), finish)


def _scored(session: Conversation, prompt: Prompt, shown: str, wanted: Wanted, log: _Log) -> Prompt:
    """Logs what the model thinks of the text that is echoed. The prompt it gives back ends with
    whole tokens: what is scored is what is gone on from."""
    tokenizer = session.tokenizer
    tokens = list(prompt.tokens)
    if not prompt.pending and tokenizer.decode(tokens) == shown:
        start = 1  # token ids as they came
        log.add(Step(tokens[0], tokenizer.token_bytes[tokens[0]], 0.0), known=False)
    else:
        start = last_prefix(tokens)
        text = tokenizer.decode(tokens[start:]) + prompt.pending
        tokens = [*tokens[:start], *tokenizer.encode(text)]
        before = shown[: len(shown) - len(text)] if shown.endswith(text) else ""
        if before:
            # What the model was not given as the statement's own beginning.
            log.add(Step(len(SPECIALS), before.encode(), 0.0), known=False)
    for step in score(
        session, tokens, start, logprobs=wanted.logprobs or 0, deadline=wanted.deadline
    ):
        log.add(step)
    return replace(prompt, tokens=tuple(tokens), pending="")
