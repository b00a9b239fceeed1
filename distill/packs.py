"""Packs samples into training sequences: one schema block, then statements written against it.

Every pack has the same length, for kernels are compiled for a shape.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from distill.corpus import Corpus, CorpusError, Statement
from distill.data.settings import Comments
from distill.samples import Sample, make_sample
from sqlcomplete.model.prompt import (
    END,
    PREFIX,
    SCHEMA_BUDGET,
    SUFFIX,
    SUFFIX_BUDGET,
    schema_tokens,
    table_line,
)
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.schema.model import Schema, Table

IGNORED = -100
SPREAD = 0.6
"""A schema is drawn by this power of the number of its statements: a schema of 500 statements must
not drown fifty of ten."""


@dataclass(frozen=True, slots=True)
class Pack:
    """`tokens` (length,) int64; `labels` (length,) the tokens whose loss counts, else -100: the
    caller shifts them. `id` names the pack within its run, whatever order it is read in."""

    tokens: NDArray[np.int64]
    labels: NDArray[np.int64]
    id: str = ""

    @property
    def labelled(self) -> int:
        """How many tokens are predicted: the first has nothing before it."""
        return int((self.labels[1:] != IGNORED).sum())


@dataclass(frozen=True, slots=True)
class Source:
    """One schema with the statements written against it."""

    schema: Schema
    statements: tuple[Statement, ...]


def training_sources(corpora: Sequence[Corpus], split: str = "train") -> list[Source]:
    """The split's statements by schema."""
    sources = []
    for corpus in corpora:
        grouped: dict[str, list[Statement]] = defaultdict(list)
        for statement in corpus.of_split(split):
            grouped[statement.db_id].append(statement)
        for statements in grouped.values():
            sources.append(Source(corpus.schema(statements[0]), tuple(statements)))
    return sources


class Packer:
    """Draws packs without end. The same seed draws the same packs; `state` resumes exactly.
    A pack's id is its number in the draw.

    `shares` multiplies how often a corpus source (`Statement.source`) is drawn; one that it does
    not name counts once. `comments` says how many samples begin with a question or a plan.
    `in_passes` reads all statements of a schema before it reads one of them again.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        tokenizer: Tokenizer,
        *,
        length: int,
        seed: int,
        shares: Mapping[str, float] | None = None,
        comments: Comments | None = None,
        in_passes: bool = False,
    ) -> None:
        self.in_passes = in_passes
        # By the source's place: which of its statements this pass has yet to read, in what order.
        self._unread: dict[int, list[int]] = {}
        self.sources = list(sources)
        self.comments = comments or Comments()
        self.tokenizer = tokenizer
        self.length = length
        self.chance = random.Random(seed)
        self.drawn = 0
        self._weights = [
            len(s.statements) ** SPREAD * (shares or {}).get(s.statements[0].source, 1.0)
            for s in self.sources
        ]

    def __iter__(self) -> Iterator[Pack]:
        while True:
            yield self.draw()

    def draw(self) -> Pack:
        """The next pack."""
        tokens, labels = self._drawn()
        # A short one is filled up with other schemas'.
        while len(tokens) < self.length * 3 // 4:
            more_tokens, more_labels = self._drawn()
            tokens += more_tokens
            labels += more_labels
        pack = replace(self._fixed(tokens, labels), id=f"p{self.drawn:08d}")
        self.drawn += 1
        return pack

    def take(self, count: int) -> list[Pack]:
        """The next `count` packs."""
        return [self.draw() for _ in range(count)]

    def state(self) -> object:
        """What `restore` goes on from."""
        unread = {place: list(left) for place, left in self._unread.items()}
        return {"chance": self.chance.getstate(), "drawn": self.drawn, "unread": unread}

    def restore(self, state: object) -> None:
        """Goes on from where `state` was taken."""
        assert isinstance(state, dict)
        self.chance.setstate(state["chance"])
        self.drawn = state["drawn"]
        self._unread = {place: list(left) for place, left in state.get("unread", {}).items()}

    def _drawn(self) -> tuple[list[int], list[int]]:
        """Tokens and labels of one schema's statements, `length` of them or fewer."""
        place = self.chance.choices(range(len(self.sources)), self._weights)[0]
        source = self.sources[place]
        order = self._unread.get(place, []) if self.in_passes else []
        if not order:
            order = list(range(len(source.statements)))
            self.chance.shuffle(order)
        statements = [source.statements[i] for i in order]
        budget = self.chance.choice((SCHEMA_BUDGET, SCHEMA_BUDGET, SCHEMA_BUDGET // 2))
        block = self._schema_block(source.schema, statements[:8], budget)
        tokens = list(block)
        labels = [IGNORED] * len(block)
        read = 0
        for statement in statements:
            suffix, written, counted = self._sampled(statement)
            if len(tokens) + len(suffix) + len(written) + 3 > self.length and read:
                break
            tokens += [SUFFIX, *suffix, PREFIX, *written, END]
            labels += [IGNORED] * (len(suffix) + 2) + [*counted, END]
            read += 1
        if self.in_passes:
            self._unread[place] = order[read:]
        return tokens, labels

    def _sampled(self, statement: Statement) -> tuple[list[int], list[int], list[int]]:
        """A sample of the statement: the tokens of its suffix, of what is written, and the labels
        of the latter."""
        suffix, written = self._encoded(make_sample(statement, self.chance, comments=self.comments))
        return suffix, written, written

    def _encoded(self, sample: Sample) -> tuple[list[int], list[int]]:
        """The tokens of its suffix, cut to the prompt's budget, and of what is written."""
        suffix = self.tokenizer.encode(sample.suffix)[:SUFFIX_BUDGET]
        return suffix, self.tokenizer.encode(sample.written)

    def _fixed(self, tokens: list[int], labels: list[int]) -> Pack:
        missing = max(self.length - len(tokens), 0)
        return Pack(
            np.array((tokens + [END] * missing)[: self.length], dtype=np.int64),
            np.array((labels + [IGNORED] * missing)[: self.length], dtype=np.int64),
        )

    def _schema_block(
        self, schema: Schema, statements: Sequence[Statement], budget: int
    ) -> list[int]:
        used = _named_tables(schema, " ".join(s.sql for s in statements))
        others = [t for t in schema.tables if t not in used]
        self.chance.shuffle(used)
        self.chance.shuffle(others)
        tables = used + others
        # When all fits, the tables in play stand anywhere; else they go first, as in serving.
        if len(tables) <= 12:
            self.chance.shuffle(tables)
        return schema_tokens(
            tables,
            schema.dialect,
            self.tokenizer,
            default_namespace=schema.default_namespace,
            budget=budget,
        )


def _named_tables(schema: Schema, text: str) -> list[Table]:
    words = {w.strip('"`[]').lower() for w in text.replace(".", " ").replace("(", " ").split()}
    return [t for t in schema.tables if t.name.lower() in words]


def vocabulary_texts(sources: Sequence[Source]) -> Iterator[str]:
    """What a vocabulary for these sources must be able to say: schema lines and statements."""
    for source in sources:
        for table in source.schema.tables:
            yield table_line(table, source.schema.dialect, source.schema.default_namespace)
        for statement in source.statements:
            yield statement.sql


def token_sources(corpora: Sequence[Corpus]) -> Mapping[str, int]:
    """Statements of each source, for the log."""
    counts: dict[str, int] = defaultdict(int)
    for corpus in corpora:
        for statement in corpus.of_split("train"):
            counts[statement.source] += 1
    return dict(counts)


def parse_shares(shares: Sequence[str]) -> dict[str, float]:
    """Reads `SOURCE=FACTOR` of a command line. Raises: CorpusError, at the first that is not."""
    factors = {}
    for share in shares:
        source, _, factor = share.partition("=")
        try:
            factors[source] = float(factor)
        except ValueError:
            raise CorpusError(f"share {share!r}: write SOURCE=FACTOR, as in spider=0.5") from None
    return factors
