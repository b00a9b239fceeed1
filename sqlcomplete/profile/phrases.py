"""Texts of several words that a profile's statements go on with, written for the cursor at hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sqlcomplete.dialects.positions import BEFORE_OTHER_NAME
from sqlcomplete.profile.memory import END, Remembered, Vote
from sqlcomplete.profile.turns import STOPS
from sqlcomplete.profile.words import COMPARE, SAME, VALUE, Named, compared_before
from sqlcomplete.syntax.lex import is_keyword, is_name, name_of
from sqlcomplete.syntax.model import Analysis, Token, TokenKind
from sqlcomplete.syntax.placeholders import named_placeholder

MOST = 4
"""Phrases offered at one cursor."""

_LEAST = 0.02  # probability below which a phrase is not worth its line
_HOLDS = 0.6
_FEW = 1.4
_LONGEST = 60  # tokens
_DOUBT = 0.15  # statements' worth of doubt that each word of a phrase adds
_LIKELY = 0.5  # of its first word's probability, that the surer of a branch's phrases keeps
_GROUPS = 6  # different first words that are looked into
_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
# Placeholders that redaction wrote where a value was: nobody can tell the value.
_UNKNOWN_VALUES = frozenset(
    {":text", ":pattern", ":number", ":date", ":timestamp", ":interval", ":uuid", ":json", ":blob",
     ":template"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """`insert` takes the place of the expectation's `replace` span. `probability` is that of its
    being written whole; `tokens` is its length; `seen` the number of statements that have it."""

    insert: str
    probability: float
    tokens: int
    seen: int


@dataclass(slots=True)
class _Numbers:
    """Numbers of placeholders: `known` maps the remembered statement's to the user's."""

    known: dict[int, int]
    highest: int
    used: set[int]

    def of(self, number: int) -> int:
        """The user's number for the remembered one; a new one goes on counting, or fills the gap
        that it filled there."""
        if number not in self.known:
            gap = number < self.highest and number not in self.used
            mine = number if gap else max(self.used, default=0) + 1
            self.known[number] = mine
            self.used.add(mine)
        return self.known[number]


def _numbered(tokens: Sequence[Token]) -> list[int]:
    """The numbers of numbered placeholders, each once, in order."""
    numbers = (t.text[1:] for t in tokens if t.kind is TokenKind.PLACEHOLDER)
    return list(dict.fromkeys(int(n) for n in numbers if n.isdigit()))


@dataclass(frozen=True)
class Writer:
    """Writes tokens of remembered statements as they should stand at the cursor, or behind the
    tokens `ahead` where these are written there first."""

    analysis: Analysis
    names: Named
    ahead: tuple[Token, ...] = ()
    _aliases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, table in self.names.tables.items():
            if name != table or table not in self._aliases:
                self._aliases[table] = name
        for relation in self.analysis.scope.relations:
            table = relation.table.name.lower() if relation.table is not None else ""
            if self._aliases.get(table) == relation.name.lower():
                self._aliases[table] = relation.name

    @property
    def following(self) -> str | None:
        """The first token right of the cursor's word in its statement, lower case."""
        end = self.analysis.expectation.replace[1]
        return next(
            (t.text.lower() for t in self.analysis.statement.tokens if t.start >= end), None
        )

    @cached_property
    def _left(self) -> tuple[Token, ...]:
        start = self.analysis.expectation.replace[0]
        left = (t for t in self.analysis.statement.tokens if t.end <= start)
        return (*left, *self.ahead)

    @cached_property
    def _columns(self) -> frozenset[str] | None:
        """The columns that may stand bare, lower case; None where FROM has yet to say."""
        scope = self.analysis.scope
        relations = scope.relations or ((scope.target,) if scope.target is not None else ())
        if not relations or not all(relation.complete for relation in relations):
            return None
        names = {column.name.lower() for relation in relations for column in relation.columns}
        names |= {item.alias.lower() for item in scope.projection if item.alias}
        return frozenset(names | {relation.name.lower() for relation in relations})

    def is_foreign(self, vote: Vote, at: int) -> bool:
        """Whether a remembered word is a bare column that the statement's relations have not."""
        if self._columns is None:
            return False
        spelled = vote.statement.words
        word, before, after = spelled[at], spelled[at - 1], spelled[at + 1]
        if word in self._columns or word.startswith(("@", SAME)) or after in (".", "("):
            return False
        if before in BEFORE_OTHER_NAME or before == "." or not is_name(vote.statement.tokens[at]):
            return False
        reads_more = any(w in ("from", "join") for w in spelled[vote.at : at])
        return not reads_more

    def write(self, vote: Vote, count: int) -> str | None:
        """`count` tokens of the vote's statement from its position on; None where they name what
        the statement at hand has not."""
        statement, at = vote.statement, vote.at
        tokens = statement.tokens[at : at + count]
        own = {name for name, _ in self._given(statement.words, tokens, at)}
        parts: list[str] = []
        numbers = self._numbers(statement.tokens[:at])
        lower = self._lower
        for place, token in enumerate(tokens):
            word = statement.words[at + place]
            is_holder = token.kind is TokenKind.PLACEHOLDER
            holder = named_placeholder(token.text) if is_holder else None
            if word.startswith("@") and token.kind in (TokenKind.WORD, TokenKind.QUOTED):
                text = token.text
                alias = self._aliases.get(word[1:])
                if alias is not None and name_of(token).lower() not in (*own, alias.lower()):
                    text = alias
            elif word == SAME or (
                holder is not None
                and holder.name.lower() == compared_before(statement.tokens, at + place)
            ):
                same = self._compared(statement.tokens, at, place)
                if same is None:
                    return None
                text = same if holder is None else holder.renamed(same.strip('"`[]'))
            elif token.kind is TokenKind.PLACEHOLDER and token.text[1:].isdigit():
                text = f"{token.text[0]}{numbers.of(int(token.text[1:]))}"
            elif token.kind is TokenKind.WORD and is_keyword(token.text) and lower is not None:
                text = token.text.lower() if lower else token.text.upper()
                if place and tokens[place - 1].text == ".":
                    text = token.text
            else:
                text = token.text
            if place:
                parts.append(gap_before(statement, at + place))
            parts.append(text)
        return "".join(parts)

    def _compared(self, tokens: Sequence[Token], at: int, place: int) -> str | None:
        """The name last compared as it stands at the cursor: in what is being written, or left of
        it."""
        for back in range(at + place - 2, at - 1, -1):
            if tokens[back + 1].text in COMPARE and tokens[back].kind in _NAMES:
                return tokens[back].text
        left = self._left
        if at and tokens[at].text in COMPARE and left and left[-1].kind in _NAMES:
            return left[-1].text
        for one, two in pairwise(reversed(left)):
            if one.text in COMPARE and two.kind in _NAMES:
                return two.text
        return None

    def _given(
        self, spelled: Sequence[str], tokens: Sequence[Token], at: int
    ) -> list[tuple[str, str]]:
        """Aliases that the tokens themselves give out."""
        found = []
        for place, token in enumerate(tokens):
            word = spelled[at + place]
            after = spelled[at + place + 1] if at + place + 1 < len(spelled) else END
            if word.startswith("@") and after != ".":
                found.append((name_of(token).lower(), word))
        return found

    def _numbers(self, before: Sequence[Token]) -> _Numbers:
        """The placeholders of both statements up to the cursor, the first with the first."""
        theirs, mine = _numbered(before), _numbered(self._left)
        return _Numbers(dict(zip(theirs, mine, strict=False)), max(theirs, default=0), set(mine))

    @cached_property
    def _lower(self) -> bool | None:
        return writes_lower(self.analysis.statement.tokens)


def writes_lower(tokens: Sequence[Token]) -> bool | None:
    """Whether the keywords of a statement are in lower case; None where it has none yet."""
    cased = [
        t.text
        for t in tokens
        if t.kind is TokenKind.WORD and len(t.text) > 1 and is_keyword(t.text)
    ]
    if not cased:
        return None
    return sum(text.islower() for text in cased) * 2 > len(cased)


def gap_before(statement: Remembered, at: int) -> str:
    """The white space before a token: nothing, one blank, or a line break with its indentation."""
    if not at:
        return ""
    start, end = statement.tokens[at - 1].end, statement.tokens[at].start
    gap = statement.sql[start:end]
    if "\n" in gap:
        return "\n" + gap.rpartition("\n")[2]
    return " " if start < end else ""


def _held_up(backers: float) -> float:
    """How much of a phrase's probability, as votes tell it, holds for statements that are not in
    the profile; `backers` is the number of statements that have the phrase, as `_effective` counts.
    Measured by cross-validation inside the logs of four applications: a quarter where one statement
    has it, half where many have."""
    return _HOLDS * backers / (backers + _FEW)


def turn(votes: Sequence[Vote], writer: Writer) -> list[tuple[str, float, int, int]]:
    """(text, probability, tokens, statements) of what the votes go on with up to the next name, the
    white space before it included: the run of most expected gain, and the longest that is likely.
    """
    mass = sum(vote.weight for vote in votes)
    found = []
    for vote, count, share, seen, _ in _runs(votes, mass, writer, stops=STOPS, least=1):
        text = writer.write(vote, count)
        if text is not None:
            gap = gap_before(vote.statement, vote.at)
            found.append((gap + text, share, count, seen))
    return found


def phrases(
    branches: Mapping[tuple[str, ...], Sequence[Vote]], mass: float, trust: float, writer: Writer
) -> tuple[Phrase, ...]:
    """The phrases worth most, by probability times length: of each likely first word, the run that
    is expected to gain most.

    Args:
        branches: The votes that fit the cursor, by the word or the two words that follow.
        mass: The weight of all of them.
        trust: How much the profile is believed here; probabilities are scaled by it.
        writer: Writes them for the cursor.
    """
    if writer.analysis.expectation.replace[1] > writer.analysis.cursor:
        return ()
    groups = sorted(branches.values(), key=lambda votes: -sum(v.weight for v in votes))
    found: dict[str, tuple[float, Phrase]] = {}
    for votes in groups[:_GROUPS]:
        for vote, count, share, seen, backers in _runs(votes, mass, writer):
            text = writer.write(vote, count)
            probability = share * trust * _held_up(backers)
            if text is None or probability < _LEAST:
                continue
            typed = len(writer.analysis.expectation.typed)
            worth = probability * (len(text) - typed - 1)
            if text not in found or found[text][0] < worth:
                found[text] = (worth, Phrase(text, probability, count, seen))
    best = sorted(found.values(), key=lambda pair: -pair[0])
    return tuple(phrase for worth, phrase in best[:MOST] if worth > 0)


def _runs(
    votes: Sequence[Vote],
    mass: float,
    writer: Writer,
    stops: Collection[str] = (),
    least: int = 2,
) -> list[tuple[Vote, int, float, int, float]]:
    """(a vote that has it, tokens, probability, statements, backers) of the runs that all
    begin with the votes' common first word: the one of most expected gain, and the longest that is
    likely. `stops` are words before which a run ends; it has `least` tokens."""
    current = list(votes)
    following = writer.following
    cuts: list[tuple[Vote, int, float, int, float, float]] = []
    length = 0
    gained = 0.0
    chance = 1.0
    before = mass
    while length < _LONGEST:
        tally: dict[str, float] = {}
        for vote in current:
            word = _said(vote, length)
            tally[word] = tally.get(word, 0.0) + vote.weight
        word = max(tally, key=lambda w: tally[w])
        if word == END or word in stops:
            break
        current = [v for v in current if _said(v, length) == word]
        best = max(current, key=lambda v: v.weight)
        token = best.statement.tokens[best.at + length]
        if token.text.lower() in _UNKNOWN_VALUES or token.kind is TokenKind.TEMPLATE:
            break
        if length and writer.is_foreign(best, best.at + length):
            break
        if following is not None and length and token.text.lower() == following:
            break
        # What one statement alone says may be its own; what many say goes on.
        backers = _effective(current)
        chance *= tally[word] / before * backers / (backers + _DOUBT)
        if chance < 2 * _LEAST:
            break
        before = tally[word]
        length += 1
        gained += len(token.text) + 1
        cuts.append((best, length, chance, len(current), backers, gained))
    cuts = [cut for cut in cuts if _may_end(cut[0], cut[1])]
    if not cuts:
        return []
    gain = max(cuts, key=lambda cut: cut[2] * (cut[5] - 2))
    chosen = {gain[1]: gain}
    likely = [cut for cut in cuts if cut[2] >= _LIKELY * cuts[0][2]]
    chosen.setdefault(likely[-1][1], likely[-1])
    return [cut[:5] for cut in chosen.values() if cut[1] >= least]


def _said(vote: Vote, length: int) -> str:
    """The word `length` places on; a string by its own text, for phrases write it out."""
    at = vote.at + length
    word = vote.statement.words[at]
    if word == VALUE and vote.statement.tokens[at].kind is TokenKind.STRING:
        return vote.statement.tokens[at].text
    return word


def _effective(votes: Sequence[Vote]) -> float:
    """How many statements, run once each and agreeing alike, would say as much."""
    total = sum(vote.weight for vote in votes)
    squares = sum(vote.weight * vote.weight for vote in votes)
    runs = sum(vote.weight * vote.statement.weight for vote in votes) / total
    return total * total / squares * runs


def _may_end(vote: Vote, count: int) -> bool:
    """Whether a phrase may end there: not on what wants the next word on the same breath."""
    last = vote.statement.tokens[vote.at + count - 1].text
    return last not in (".", "::", "-")
