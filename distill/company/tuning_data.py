"""What a company's model is tuned on: its statements, the agents' variants of them, and a share of
general statements so that nothing else is forgotten.

Packs have the engine's own form (`distill.packs`); the newest statements are kept apart, to see
when tuning begins to learn by heart.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from distill.agents.record import Agent, Record
from distill.agents.symbolic import TRANSFORMS, Expansion, ExpansionSettings
from distill.company.log import CompanyLog
from distill.company.tuning_values import with_values
from distill.corpus import Statement
from distill.data.near import without_near
from distill.packs import IGNORED, Packer, Source
from distill.samples import make_sample
from sqlcomplete.model.tokenizer import Tokenizer
from sqlcomplete.schema.model import Schema

COMPANY, VARIANTS, GENERAL = "company", "variants", "general"
WATCHED_SHARE = 0.1
_WATCHED = (4, 40)  # at least and at most so many statements are watched
VARIANTS_EACH = 3


@dataclass(frozen=True, slots=True)
class Shares:
    """How often a pack is the company's own, of variants, of general statements; relative."""

    company: float = 0.65
    variants: float = 0.2
    general: float = 0.15


@dataclass(frozen=True, slots=True)
class TuningData:
    """`sources` are trained on; `watched` are the newest statements, to watch for overfitting
    (empty where the log is too short to spare any). `counts` is for the manifest."""

    sources: tuple[Source, ...]
    watched: tuple[Source, ...]
    counts: dict[str, int]
    fingerprint: str


def tuning_data(
    log: CompanyLog,
    *,
    expansion: Agent | None,
    general: Sequence[Source] = (),
    seed: int = 1,
) -> TuningData:
    """Gathers what is trained on, and what is watched.

    Args:
        log: Only its `train` part is looked at.
        expansion: The agent that varies statements; None for no variants.
        general: Statements over other schemas, if any are at hand.
        seed: Of the variants.
    """
    statements = [
        Statement(f"log-{s.order}", log.name, COMPANY, log.schema.dialect, s.sql, "train")
        for s in log.train
    ]
    spared = _spared(len(statements))
    own, newest = statements[: len(statements) - spared], statements[len(statements) - spared :]
    places = without_near([s.sql for s in newest], [s.sql for s in own], log.schema.dialect)
    watched = tuple(newest[place] for place in places)
    # What is like an earlier statement tells nothing of overfitting: it is trained on.
    kept = set(places)
    own += [s for place, s in enumerate(newest) if place not in kept]
    variants = _variants(own, log.schema, expansion, seed) if expansion is not None else []
    others = [
        replace(source, statements=tuple(replace(s, source=GENERAL) for s in source.statements))
        for source in general
    ]
    sources = [Source(log.schema, tuple(own)), *variants, *others]
    digest = hashlib.sha256(repr((log.schema, seed)).encode())
    for source in sources:
        for statement in source.statements:
            digest.update(f"{statement.source}\x1f{statement.sql}\x1e".encode())
    return TuningData(
        sources=tuple(sources),
        watched=(Source(log.schema, watched),) if watched else (),
        counts={
            "statements": len(own),
            "watched": len(watched),
            "variants": sum(len(s.statements) for s in variants),
            "general": sum(len(s.statements) for s in others),
        },
        fingerprint=digest.hexdigest(),
    )


def symbolic_expansion() -> Agent:
    """The agent that varies statements by their syntax. It renames nothing: the company's own names
    are what is to be learned."""
    kept = tuple((name, 1.0) for name in TRANSFORMS if name != "rename")
    return Expansion(ExpansionSettings(transforms=kept, children=VARIANTS_EACH))


def _spared(count: int) -> int:
    least, most = _WATCHED
    spared = min(round(count * WATCHED_SHARE), most)
    return spared if spared >= least else 0


def _variants(
    own: Sequence[Statement], schema: Schema, expansion: Agent, seed: int
) -> list[Source]:
    grouped: dict[Schema, list[Statement]] = {}
    for statement in own:
        record = Record(statement.id, COMPANY, schema, schema.dialect, statement.sql)
        chance = random.Random(f"{seed}:{statement.id}")
        for made in expansion.work(record, chance).records[:VARIANTS_EACH]:
            variant = Statement(
                made.id, statement.db_id, VARIANTS, made.dialect, made.sql, "train", made.question
            )
            grouped.setdefault(made.schema, []).append(variant)
    return [Source(other, tuple(found)) for other, found in grouped.items()]


class CompanyPacker(Packer):
    """Packs whose made-up values carry no loss, in the shares that are wanted."""

    def __init__(
        self,
        sources: Sequence[Source],
        tokenizer: Tokenizer,
        *,
        length: int,
        seed: int,
        shares: Shares | None = None,
    ) -> None:
        super().__init__(sources, tokenizer, length=length, seed=seed)
        wanted = shares or Shares()
        by_kind = {COMPANY: wanted.company, VARIANTS: wanted.variants, GENERAL: wanted.general}
        kinds = [s.statements[0].source for s in self.sources]
        sizes = [len(s.statements) ** 0.6 for s in self.sources]
        totals = {
            kind: sum(size for own, size in zip(kinds, sizes, strict=True) if own == kind)
            for kind in set(kinds)
        }
        self._weights = [
            by_kind.get(kind, 1.0) * size / totals[kind]
            for kind, size in zip(kinds, sizes, strict=True)
        ]

    def _sampled(self, statement: Statement) -> tuple[list[int], list[int], list[int]]:
        sql, values = with_values(statement.sql, self.chance)
        sample = make_sample(replace(statement, sql=sql), self.chance)
        suffix, written = self._encoded(sample)
        return suffix, written, self._without_values(sample.written, written, values)

    def _without_values(self, text: str, tokens: list[int], values: Sequence[str]) -> list[int]:
        """The labels of a text's tokens: those that begin inside of a value are ignored."""
        if not values:
            return tokens
        inside = bytearray(len(text.encode()))
        for value in values:
            at = text.find(value)
            while at >= 0:
                start = len(text[:at].encode())
                size = len(value.encode())
                inside[start : start + size] = b"\x01" * size
                at = text.find(value, at + 1)
        labels = []
        place = 0
        for token in tokens:
            labels.append(IGNORED if inside[place] else token)
            place += len(self.tokenizer.token_bytes[token])
        return labels
