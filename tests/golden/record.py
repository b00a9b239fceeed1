"""What the engine says at each cursor of the golden statements, as lines of text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from sqlcomplete.candidates import Candidate, candidates
from sqlcomplete.completer import Completer
from sqlcomplete.ranking.features import features_of
from sqlcomplete.ranking.surroundings import surroundings
from sqlcomplete.schema.document import schema_from_json
from sqlcomplete.syntax import analyse
from sqlcomplete.syntax.model import Expectation, Kind

from .shop import DOCUMENT

FOLDER = Path(__file__).parent
DIALECTS = (
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "mysql",
    "oracle",
    "postgres",
    "snowflake",
    "sqlite",
    "tsql",
)
_SHOWN = 5  # candidates written out; the digest covers all of them
_SHORT = {
    Kind.COLUMN: "col",
    Kind.FUNCTION: "fn",
    Kind.GROUPING: "group",
    Kind.JOIN_CONDITION: "on",
    Kind.KEYWORD: "kw",
    Kind.LITERAL: "lit",
    Kind.NAMESPACE: "ns",
    Kind.NEW_NAME: "new",
    Kind.OPERATOR: "op",
    Kind.ORDERING: "order",
    Kind.RELATION: "rel",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says at one cursor.

    The first fields are for people. `digest` covers every field of the expectation and every
    candidate in order, with its features and those that the ranking reads.
    """

    cursor: int
    expectation: str
    candidates: str
    ghost: str
    digest: str

    @property
    def line(self) -> str:
        """The answer as one line of a golden file."""
        return "\t".join((self.expectation, self.candidates, self.ghost, self.digest))


def statements(dialect: str) -> tuple[str, ...]:
    """The texts that are completed in that dialect."""
    texts = []
    for name in ("shared", dialect):
        whole = (FOLDER / "statements" / f"{name}.sql").read_text(encoding="utf-8")
        texts += [text.strip("\n") for text in whole.split("\n;;\n")]
    return tuple(texts)


def completer_of(dialect: str) -> Completer:
    """The engine without a model on the shop's schema, as a database of that dialect has it."""
    return Completer(schema_from_json({**DOCUMENT, "dialect": dialect}), model=None)


def answer(text: str, cursor: int, completer: Completer) -> Answer:
    """What the engine says at that cursor."""
    index = completer.index
    analysis = analyse(text, cursor, index)
    found = candidates(analysis, index)
    around = surroundings(analysis, index)
    ghost = completer.complete(text, cursor).ghost
    digest = hashlib.sha256()
    for part in (
        *_parts(analysis.expectation),
        *(
            f"{c.insert}|{c.label}|{c.kind}|{c.match}|{c.detail}|{sorted(c.features)}"
            f"|{sorted(features_of(c, analysis, index, around))}"
            for c in found
        ),
    ):
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return Answer(
        cursor,
        _expectation(analysis.expectation),
        _listed(found),
        "" if ghost is None else f"«{ghost.text}» {ghost.verdict.status}".replace("\n", "\\n"),
        digest.hexdigest()[:8],
    )


def record(text: str, completer: Completer) -> Iterator[Answer]:
    """The answers at every cursor of the text."""
    for cursor in range(len(text) + 1):
        yield answer(text, cursor, completer)


def written(number: int, text: str, answers: Sequence[Answer]) -> str:
    """A statement's part of a golden file. Neighbouring cursors of one answer share a line."""
    lines = [f"== {number} {text!r}"]
    start = 0
    for at, one in enumerate(answers):
        following = answers[at + 1] if at + 1 < len(answers) else None
        if following is not None and following.line == one.line:
            continue
        span = str(answers[start].cursor)
        if answers[start].cursor != one.cursor:
            span += f"-{one.cursor}"
        lines.append(f"{span}\t{one.line}")
        start = at + 1
    return "\n".join(lines) + "\n"


def read(path: Path) -> dict[str, tuple[Answer, ...]]:
    """The answers of a golden file by the statement's text; none where there is no file."""
    found: dict[str, tuple[Answer, ...]] = {}
    if not path.exists():
        return found
    for part in path.read_text(encoding="utf-8").split("== ")[1:]:
        head, *lines = part.rstrip("\n").split("\n")
        answers = []
        for line in lines:
            span, *fields = line.split("\t")
            first, _, last = span.partition("-")
            one = Answer(int(first), *fields)
            answers += [replace(one, cursor=c) for c in range(int(first), int(last or first) + 1)]
        found[_text_of(head)] = tuple(answers)
    return found


def _text_of(head: str) -> str:
    import ast

    text = ast.literal_eval(head.partition(" ")[2])
    assert isinstance(text, str)
    return text


def _parts(expectation: Expectation) -> Iterator[str]:
    yield ",".join(sorted(kind.value for kind in expectation.kinds))
    yield expectation.clause.value
    yield repr((expectation.typed, expectation.replace, expectation.qualifier, expectation.quote))
    yield repr([token.text for token in expectation.before])
    yield repr((expectation.keywords, expectation.operators))
    compared = expectation.compared
    yield repr(None if compared is None else astuple(compared)[:2])
    yield repr((expectation.function, expectation.argument, expectation.silent))
    yield repr((expectation.literal_open, expectation.depth))


def _expectation(expectation: Expectation) -> str:
    if expectation.silent:
        return f"{expectation.clause.value}: silent"
    kinds = " ".join(sorted(_SHORT.get(kind, kind.value) for kind in expectation.kinds))
    return f"{expectation.clause.value}: {kinds}"


def _listed(found: Sequence[Candidate]) -> str:
    names = ", ".join(c.insert.replace("\n", "\\n").replace("\t", "\\t") for c in found[:_SHOWN])
    more = len(found) - _SHOWN
    return f"{names} +{more}" if more > 0 else names
