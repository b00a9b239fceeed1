"""Makes one corpus of several: chooses the statements, says why the others are left out, and how
often each source is to be drawn. Pure."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from distill.corpus import Corpus, SchemaRecord, Statement
from distill.data.near import NearIndex, Shingles, shingles_of
from distill.data.settings import MixError, MixPart, MixSettings
from distill.data.shape import DDL, StatementShape, is_inferred, repository_of, shape_of
from distill.packs import SPREAD

CHARACTERS_PER_TOKEN = 3.2  # of the embedded model's tokenizer, on SQL

DEV_SCHEMA = "on a schema of the dev split"
LIKE_DEV_SCHEMA = "on a schema like one of the dev split"
NEAR_DEV = "near-duplicate of the dev split"
NAMED = "repository kept out by name"
LONG = "too long"
REPEAT = "repeats an earlier one"
REPOSITORY = "over the cap of its repository"
TEMPLATE = "over the cap of its template"
MANY_DDL = "over the share of DDL"
MANY_INFERRED = "over the share of inferred schemas"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement that is not in the mix, and why; `twin` is the dev statement it is like, or the
    earlier one that it repeats."""

    statement: Statement
    reason: str
    twin: str | None = None


@dataclass(frozen=True)
class Mix:
    """What was chosen. `chosen` are statements in the corpora's order, `shapes` theirs; `schemas`
    those they are written against; `factors` how often a source is drawn (`Packer`'s shares);
    `part_of` the part of each source."""

    chosen: tuple[Statement, ...]
    shapes: tuple[StatementShape, ...] = field(repr=False)
    schemas: Mapping[str, SchemaRecord] = field(repr=False)
    left_out: tuple[LeftOut, ...] = field(repr=False)
    factors: Mapping[str, float]
    part_of: Mapping[str, str]


def mixed(
    corpora: Sequence[Corpus],
    settings: MixSettings,
    *,
    held_out: Sequence[Corpus] = (),
    shares: Mapping[str, float] | None = None,
    length: int = 1024,
) -> Mix:
    """One mix of the train splits.

    `held_out` are corpora of which nothing, on no schema, may be trained on, beside the dev split
    of `corpora`; `shares` say how often a source is drawn beside the others of its part; `length`
    is a training pack's.

    Raises: MixError, when a source is in no part, or a `db_id` means two schemas.
    """
    part_of = parts_by_source(corpora, settings.parts)
    schemas = _schemas(corpora)
    guard = _Guard(corpora, held_out, settings)
    chosen: list[tuple[Statement, StatementShape]] = []
    left_out: list[LeftOut] = []
    for corpus in corpora:
        kept = _chosen(corpus, settings, guard, left_out)
        chosen += kept
    statements = tuple(statement for statement, _ in chosen)
    if not statements:
        raise MixError("the mix is empty: no statement of split 'train' is left")
    used = {statement.db_id for statement in statements}
    return Mix(
        chosen=statements,
        shapes=tuple(shape for _, shape in chosen),
        schemas={db_id: record for db_id, record in schemas.items() if db_id in used},
        left_out=tuple(left_out),
        factors=draw_factors(statements, part_of, settings.parts, shares or {}, length),
        part_of={s: part_of[s] for s in sorted({s.source for s in statements})},
    )


def parts_by_source(corpora: Sequence[Corpus], parts: Mapping[str, MixPart]) -> dict[str, str]:
    """The part of every source with a train split. Raises: MixError, for a source in none or in
    two."""
    named = {source: name for name, part in parts.items() for source in part.sources}
    of_corpus = {part.corpus: name for name, part in parts.items() if part.corpus is not None}
    found: dict[str, str] = {}
    for corpus in corpora:
        for source in sorted({s.source for s in corpus.of_split("train")}):
            part = named.get(source) or of_corpus.get(corpus.name)
            if part is None:
                raise MixError(
                    f"{corpus.name}: source {source!r} is in no part; name it in mix.parts"
                )
            if found.setdefault(source, part) != part:
                raise MixError(f"source {source!r} is in parts {found[source]!r} and {part!r}")
    return found


def draw_factors(
    statements: Iterable[Statement],
    part_of: Mapping[str, str],
    parts: Mapping[str, MixPart],
    shares: Mapping[str, float],
    length: int,
) -> dict[str, float]:
    """How often each source is drawn, so that each part has its share of the predicted tokens.

    A schema of n statements is drawn in proportion to n ** SPREAD, and a draw gives about as many
    tokens as its statements have, up to half of a pack.
    """
    by_schema: dict[tuple[str, str], list[int]] = defaultdict(list)
    for statement in statements:
        by_schema[statement.source, statement.db_id].append(len(statement.sql))
    tokens: dict[str, float] = defaultdict(float)
    for (source, _), sizes in by_schema.items():
        each = min(sum(sizes) / CHARACTERS_PER_TOKEN, length / 2)
        tokens[source] += len(sizes) ** SPREAD * each * shares.get(source, 1.0)
    of_part: dict[str, float] = defaultdict(float)
    for source, count in tokens.items():
        of_part[part_of[source]] += count
    whole = sum(parts[name].share for name in of_part)
    total = sum(of_part.values())
    return {
        source: round(
            shares.get(source, 1.0)
            * (parts[part_of[source]].share / whole)
            * (total / of_part[part_of[source]]),
            4,
        )
        for source in sorted(tokens)
    }


class _Guard:
    """Tells whether a statement comes too near to what is measured on."""

    def __init__(
        self, corpora: Sequence[Corpus], held_out: Sequence[Corpus], settings: MixSettings
    ) -> None:
        self._out = set(settings.repositories_out)
        self._near = NearIndex(settings.near)
        self._schemas = NearIndex(settings.near_schema)
        self._ids: set[str] = set()
        self._verdicts: dict[str, str | None] = {}
        for corpus, split in [(c, "dev") for c in corpora] + [(c, None) for c in held_out]:
            for statement in corpus.of_split(split):
                self._near.add(statement.id, shingles_of(statement.sql, statement.dialect))
                if statement.db_id not in self._ids:
                    self._ids.add(statement.db_id)
                    names = _names(corpus.schemas[statement.db_id])
                    self._schemas.add(statement.db_id, names)
                repository = repository_of(statement)
                if repository is not None:
                    self._out.add(repository)

    def refused(self, statement: Statement, record: SchemaRecord) -> LeftOut | None:
        """Why the statement may not be trained on; None where it may."""
        if statement.db_id in self._ids:
            return LeftOut(statement, DEV_SCHEMA, statement.db_id)
        if repository_of(statement) in self._out:
            return LeftOut(statement, NAMED)
        if statement.db_id not in self._verdicts:
            found = self._schemas.nearest(_names(record))
            self._verdicts[statement.db_id] = None if found is None else str(found.key)
        if (like := self._verdicts[statement.db_id]) is not None:
            return LeftOut(statement, LIKE_DEV_SCHEMA, like)
        twin = self._near.nearest(shingles_of(statement.sql, statement.dialect))
        return None if twin is None else LeftOut(statement, NEAR_DEV, str(twin.key))


def _chosen(
    corpus: Corpus, settings: MixSettings, guard: _Guard, left_out: list[LeftOut]
) -> list[tuple[Statement, StatementShape]]:
    """The corpus's statements that are left, in its order. Which of a repository's or template's
    statements are, chance says."""
    statements = list(corpus.of_split("train"))
    order = {id(statement): place for place, statement in enumerate(statements)}
    random.Random(settings.seed).shuffle(statements)
    seen = NearIndex(settings.repeats)
    repositories: Counter[str] = Counter()
    templates: Counter[tuple[str, str]] = Counter()
    free: list[tuple[Statement, StatementShape]] = []
    inferred: list[tuple[Statement, StatementShape]] = []
    ddl: list[tuple[Statement, StatementShape]] = []
    for statement in statements:
        if len(statement.sql) > settings.longest:
            left_out.append(LeftOut(statement, LONG))
            continue
        refused = guard.refused(statement, corpus.schemas[statement.db_id])
        if refused is not None:
            left_out.append(refused)
            continue
        shingles = shingles_of(statement.sql, statement.dialect)
        group = (statement.db_id, statement.dialect)
        twin = seen.nearest(shingles, group)
        if twin is not None:
            left_out.append(LeftOut(statement, REPEAT, str(twin.key)))
            continue
        shape = shape_of(statement.sql, statement.dialect)
        template = (statement.source, shape.template)
        repository = repository_of(statement)
        if templates[template] >= settings.per_template:
            left_out.append(LeftOut(statement, TEMPLATE))
            continue
        if repository is not None and repositories[repository] >= settings.per_repository:
            left_out.append(LeftOut(statement, REPOSITORY))
            continue
        seen.add(statement.id, shingles, group)
        templates[template] += 1
        if repository is not None:
            repositories[repository] += 1
        if shape.kind == DDL:
            ddl.append((statement, shape))
        elif is_inferred(statement.db_id):
            inferred.append((statement, shape))
        else:
            free.append((statement, shape))
    free += _up_to(inferred, len(free), settings.inferred, MANY_INFERRED, left_out)
    free += _up_to(ddl, len(free), settings.ddl, MANY_DDL, left_out)
    return sorted(free, key=lambda pair: order[id(pair[0])])


def _up_to(
    some: list[tuple[Statement, StatementShape]],
    others: int,
    share: float,
    reason: str,
    left_out: list[LeftOut],
) -> list[tuple[Statement, StatementShape]]:
    """So many that they are at most that share, beside the others."""
    most = int(others * share / (1 - share))
    left_out += [LeftOut(statement, reason) for statement, _ in some[most:]]
    return some[:most]


def _schemas(corpora: Sequence[Corpus]) -> dict[str, SchemaRecord]:
    found: dict[str, SchemaRecord] = {}
    for corpus in corpora:
        for db_id, record in corpus.schemas.items():
            other = found.setdefault(db_id, record)
            if other is not record and other.document != record.document:
                raise MixError(f"db_id {db_id!r} is another schema in {other.where}; rename one")
    return found


def _names(record: SchemaRecord) -> Shingles:
    """The schema's names, as a set that compares: tables and their columns, without case."""
    names = set()
    for table in record.document["tables"]:
        if not isinstance(table, dict):
            continue
        name = str(table.get("name")).lower().rpartition(".")[2]
        columns = table.get("columns")
        for column in columns if isinstance(columns, list) else ():
            if isinstance(column, dict):
                names.add(f"{name}.{str(column.get('name')).lower()}")
        names.add(name)
    return frozenset(
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) & 0x7FFFFFFF
        for name in names or {""}
    )
