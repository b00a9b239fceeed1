"""Learns the prior that ranks candidates without a model: counts of token classes by context, and
weights of candidate features by conditional logistic regression. Knows nothing of the model.

Only statements of the train split are read. Sources are capped: a template repeated a thousand
times is one habit, not a thousand.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import numpy as np

from distill.corpus import Corpus, Statement, read_corpora
from sqlcomplete.candidates import Candidate, candidates
from sqlcomplete.ranking.classes import context_of, positions
from sqlcomplete.ranking.features import features_of, group_of
from sqlcomplete.ranking.prior import Prior
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.lex import lex
from sqlcomplete.syntax.model import TokenKind

SMALLEST = (3, 3, 3, 4, 3, 2, 1)
"""A context of each order is kept when seen so often (after weighting)."""


def train_statements(
    corpora: Iterable[Corpus], *, cap: int, seed: int, held_out: Sequence[str] = ()
) -> list[tuple[Corpus, Statement]]:
    """The train split's statements, at most `cap` of a source's database and 12 `cap` of a source.

    Statements whose `db_id` or `id` holds a text of `held_out` are left out whatever their split.
    """
    chooser = random.Random(seed)
    by_source: dict[str, dict[str, list[tuple[Corpus, Statement]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for corpus in corpora:
        for statement in corpus.of_split("train"):
            if any(name in statement.db_id or name in statement.id for name in held_out):
                continue
            by_source[statement.source][statement.db_id].append((corpus, statement))
    chosen: list[tuple[Corpus, Statement]] = []
    for source in sorted(by_source):
        pool: list[tuple[Corpus, Statement]] = []
        for db_id in sorted(by_source[source]):
            statements = by_source[source][db_id]
            chooser.shuffle(statements)
            pool += statements[:cap]
        chooser.shuffle(pool)
        chosen += pool[: 12 * cap]
    chooser.shuffle(chosen)
    return chosen


def count_classes(
    statements: Iterable[Statement], *, longest: int = 400
) -> dict[str, dict[str, float]]:
    """Counts of the class that follows each context, contexts of few observations left out."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for statement in statements:
        tokens = tuple(
            t for t in lex(statement.sql, statement.dialect) if t.kind is not TokenKind.COMMENT
        )[:longest]
        last = None
        for _, context, unit in positions(tokens):
            for key in context.lookups():
                counts[key][unit.name] += 1
            last = unit
        if tokens and last is not None and last.name != ";" and len(tokens) < longest:
            for key in context_of(tokens).lookups():
                counts[key][";"] += 1
    kept: dict[str, dict[str, float]] = {}
    for key, seen in counts.items():
        total = seen.total()
        if total < SMALLEST[int(key[0])]:
            continue
        # What one statement in a thousand does says nothing that the shorter context does not.
        least = max(1.0 if key[0] in "0123" else 0.0, total / 400)
        kept[key] = {
            name: float(count) for name, count in seen.items() if count > least or total < 12
        }
    return {key: seen for key, seen in kept.items() if seen}


def prune(counts: dict[str, dict[str, float]], *, size: int) -> dict[str, dict[str, float]]:
    """Drops the contexts that the shorter ones predict best anyway, until about `size` bytes are
    left: a context is worth its observations times the divergence from what it backs off to."""
    prior = Prior(counts)
    worth: list[tuple[float, int, str]] = []
    for key, seen in counts.items():
        if key == "6":
            continue
        lower = _shorter(prior, key)
        total = sum(seen.values())
        gain = sum(
            count * np.log((count / total) / max(lower.get(name, 0.0), 1e-4))
            for name, count in seen.items()
        )
        cost = len(key) + 8 + 6 * len(seen)
        worth.append((float(gain) / cost, cost, key))
    worth.sort(reverse=True)
    kept = {"6": counts["6"]}
    spent = 0
    for _, cost, key in worth:
        spent += cost
        if spent > size:
            break
        kept[key] = counts[key]
    return kept


def _shorter(prior: Prior, key: str) -> dict[str, float]:
    """What the context one shorter than `key`'s says, as shares."""
    order, *parts = key.split("|")
    if order in "134":
        lower = {
            "1": f"2|{'|'.join(parts[:2])}",
            "3": f"4|{'|'.join(parts[:2])}",
            "4": f"5|{parts[0]}",
        }[order]
    elif order == "0":
        lower = f"1|{parts[0].partition('~')[2]}|{'|'.join(parts[1:])}"
    elif order == "2":
        lower = f"4|{parts[0].partition('~')[2]}|{parts[1]}"
    else:
        lower = "6"
    seen = prior.counts.get(lower) or prior.counts["6"]
    total = sum(seen.values())
    return {name: count / total for name, count in seen.items()}


def examples(
    pairs: Iterable[tuple[Corpus, Statement]], *, each: int, seed: int
) -> Iterator[tuple[str, list[frozenset[str]], int]]:
    """(group, features of each candidate, index of the right one) at up to `each` name positions a
    statement, read by the same functions as when serving."""
    # Imported here: counting classes needs tokens alone.
    from sqlcomplete.syntax import analyse

    chooser = random.Random(seed)
    indexes: dict[tuple[str, str], SchemaIndex] = {}
    for corpus, statement in pairs:
        key = (corpus.name, statement.db_id)
        if key not in indexes:
            indexes[key] = SchemaIndex(corpus.schema(statement))
        index = indexes[key]
        tokens = tuple(
            t for t in lex(statement.sql, statement.dialect) if t.kind is not TokenKind.COMMENT
        )
        if len(tokens) > 250:
            continue
        wanted = [
            tokens[at].start
            for at, _, unit in positions(tokens)
            if unit.name in ("col", "rel", "table", "ns", "new")
        ]
        chooser.shuffle(wanted)
        for start in wanted[:each]:
            left = statement.sql[:start]
            analysis = analyse(left, len(left), index, statement.dialect)
            found = candidates(analysis, index)
            by_group: dict[str, list[Candidate]] = defaultdict(list)
            for candidate in found:
                group = group_of(candidate)
                if group:
                    by_group[group].append(candidate)
            rest = statement.sql[start:]
            for group, members in by_group.items():
                right = truth(members, rest)
                if right is not None and len(members) > 1:
                    yield group, [features_of(c, analysis, index) for c in members], right


def truth(members: Sequence[Candidate], rest: str) -> int | None:
    """The candidate that inserts most of what was really written, None where none does."""
    best, length = None, 0
    flat = squeeze(rest)
    for place, candidate in enumerate(members):
        text = squeeze(candidate.insert)
        if len(text) > length and flat.startswith(text) and not _cuts_word(flat, len(text)):
            best, length = place, len(text)
    return best


def squeeze(text: str) -> str:
    """Text as it compares: lower case, one blank between words, none around punctuation."""
    out: list[str] = []
    for token in lex(text):
        word = token.text.lower()
        if (
            out
            and (out[-1][-1].isalnum() or out[-1][-1] == "_")
            and (word[0].isalnum() or word[0] == "_")
        ):
            out.append(" ")
        out.append(word)
    return "".join(out)


def _cuts_word(text: str, at: int) -> bool:
    return (
        at < len(text)
        and (text[at].isalnum() or text[at] == "_")
        and (text[at - 1].isalnum() or text[at - 1] == "_")
    )


def fit(
    groups: Iterable[tuple[str, list[frozenset[str]], int]],
    *,
    rounds: int = 60,
    ridge: float = 1e-3,
) -> dict[str, dict[str, float]]:
    """Weights of each group's features: maximum likelihood of the right candidate among its
    group's, by gradient steps with per-weight scale (Adagrad) over all examples."""
    by_group: dict[str, list[tuple[list[frozenset[str]], int]]] = defaultdict(list)
    for group, members, right in groups:
        by_group[group].append((members, right))
    result: dict[str, dict[str, float]] = {}
    for group, cases in by_group.items():
        seen = Counter(name for members, _ in cases for one in members for name in one)
        names = sorted(name for name, count in seen.items() if count >= 20)
        if not names:
            continue  # too few cases to learn from: the weights set by hand stand
        number = {name: place for place, name in enumerate(names)}
        rows: list[int] = []
        columns: list[int] = []
        starts = [0]
        rights: list[int] = []
        row = 0
        for members, right in cases:
            rights.append(row + right)
            for one in members:
                for name in one:
                    if name in number:
                        rows.append(row)
                        columns.append(number[name])
                row += 1
            starts.append(row)
        at_row, at_column = np.array(rows), np.array(columns)
        case_of = np.repeat(np.arange(len(cases)), np.diff(starts))
        begin = np.array(starts[:-1])
        target = np.zeros(row)
        target[rights] = 1.0
        weights = np.zeros(len(names))
        scale = np.full(len(names), 1e-8)
        for _ in range(rounds):
            scores = np.bincount(at_row, weights=weights[at_column], minlength=row)
            scores -= np.maximum.reduceat(scores, begin)[case_of]
            chances = np.exp(scores)
            chances /= np.add.reduceat(chances, begin)[case_of]
            gradient = (
                np.bincount(at_column, weights=(target - chances)[at_row], minlength=len(names))
                / len(cases)
                - ridge * weights
            )
            scale += gradient**2
            weights += 0.5 * gradient / np.sqrt(scale)
        result[group] = {
            name: float(weights[place])
            for name, place in number.items()
            if abs(weights[place]) >= 0.05
        }
    return result


@click.command()
@click.argument("corpora", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file to write.")
@click.option("--cap", default=150, show_default=True, help="Statements of one database, at most.")
@click.option(
    "--fit", "fitted", default=2500, show_default=True, help="Statements to fit weights on."
)
@click.option("--each", default=4, show_default=True, help="Positions of each to fit weights on.")
@click.option("--size", default=170_000, show_default=True, help="Bytes the contexts may take.")
@click.option("--seed", default=1, show_default=True)
@click.option("--held-out", multiple=True, help="Leave out databases whose id holds this text.")
def prior(
    corpora: tuple[Path, ...],
    out: Path,
    cap: int,
    fitted: int,
    each: int,
    size: int,
    seed: int,
    held_out: tuple[str, ...],
) -> None:
    """Learn the ranking prior from the train split of CORPORA."""
    pairs = train_statements(read_corpora(corpora), cap=cap, seed=seed, held_out=held_out)
    click.echo(f"{len(pairs)} statements")
    counts = count_classes(statement for _, statement in pairs)
    kept = prune(counts, size=size)
    click.echo(f"{len(kept)} of {len(counts)} contexts kept")
    weights = fit(examples(pairs[:fitted], each=each, seed=seed)) if fitted else {}
    for group, features in weights.items():
        click.echo(f"{group}: {len(features)} weights")
    text = Prior(kept, weights).to_json()
    out.write_text(text + "\n", encoding="utf-8")
    click.echo(f"{out}: {len(text.encode()) / 1000:.0f} kB")
