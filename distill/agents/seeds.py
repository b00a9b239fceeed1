"""The records a run begins with: train-split statements of corpora. Nothing of a dev schema."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from distill.agents.chance import lot
from distill.agents.record import Record
from distill.agents.taxonomy import traits
from distill.corpus import Corpus, CorpusError
from sqlcomplete.schema.model import Schema


@dataclass(frozen=True)
class Seeds:
    """`records` in the corpora's order; `databases` a seed's id -> its `db_id`; `left_out` how
    many train statements a dev schema cost; `fingerprint` of all of them, before any limit."""

    records: tuple[Record, ...]
    databases: dict[str, str] = field(repr=False)
    left_out: int
    fingerprint: str


def read_seeds(corpora: Sequence[Corpus], *, limit: int | None, seed: int) -> Seeds:
    """Seeds of the corpora; `limit` of them by lots that do not depend on the limit.

    Raises: CorpusError, when two corpora give one id to different statements.
    """
    dev = {s.db_id for corpus in corpora for s in corpus.statements if s.split != "train"}
    records: dict[str, Record] = {}
    databases: dict[str, str] = {}
    digest = hashlib.sha256()
    left_out = 0
    interned: dict[Schema, Schema] = {}
    for corpus in corpora:
        for statement in corpus.of_split("train"):
            if statement.db_id in dev:
                left_out += 1
                continue
            schema = corpus.schema(statement)
            record = Record(
                seed=statement.id,
                source=statement.source,
                schema=interned.setdefault(schema, schema),
                dialect=statement.dialect,
                sql=statement.sql,
                question=statement.question,
                plan=statement.plan,
            )
            known = records.get(statement.id)
            if known is not None and known != record:
                raise CorpusError(
                    f"{corpus.name}: id {statement.id!r} names another statement elsewhere too"
                )
            records[statement.id] = record
            databases[statement.id] = statement.db_id
            digest.update(f"{statement.id}\x1f{statement.sql}\x1e".encode())
    chosen = list(records)
    if limit is not None:
        lots = sorted(chosen, key=lambda id_: (lot(seed, "limit", id_), id_))
        wanted = set(lots[:limit])
        chosen = [id_ for id_ in chosen if id_ in wanted]
    return Seeds(
        tuple(records[id_] for id_ in chosen), databases, left_out, digest.hexdigest()[:16]
    )


def bands(records: Sequence[Record], rounds: int) -> list[list[Record]]:
    """The records in as many bands of rising difficulty, of equal size but for one."""

    def key(record: Record) -> tuple[float, str]:
        return traits(record.sql, record.dialect).difficulty, record.id

    ordered = sorted(records, key=key)
    cuts = [round(len(ordered) * i / rounds) for i in range(rounds + 1)]
    return [ordered[low:high] for low, high in pairwise(cuts)]
