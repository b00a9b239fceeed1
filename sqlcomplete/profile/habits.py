"""What a profile says at one cursor: how likely each candidate is, what may be written whole."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlcomplete.candidates.model import Candidate
from sqlcomplete.profile.joining import compared_columns, joins_seen
from sqlcomplete.profile.memory import END, Memory, Vote, clauses_of, own_votes
from sqlcomplete.profile.model import Profile
from sqlcomplete.profile.phrases import Phrase, Writer, phrases, turn, writes_lower
from sqlcomplete.profile.turns import Turns, plain_words
from sqlcomplete.profile.words import Named, compared_before, named, words
from sqlcomplete.ranking import Ranked
from sqlcomplete.syntax.lex import is_keyword, is_name, lex
from sqlcomplete.syntax.model import Analysis, Kind, Token, TokenKind

_SURE_FROM = 1.0  # votes' own weight (ages and runs) at which the profile is believed by half
_RARE = 0.12  # how much of the prior's mass a typed letter leaves
_ALWAYS = 0.9  # share of statements from which on their style goes without asking
_MOST_TRUST = 0.95
TURNED = 3
"""The first candidates that are looked at for how they go on."""

_TURN_TRUST = 0.68  # what holds of a turn's probability, measured as that of phrases was
_PLAIN = Named({}, frozenset())


@dataclass(frozen=True, slots=True)
class Habit:
    """What a profile says at one cursor.

    `shares` are probabilities by `Candidate.insert`; `trust`, 0 to 1, is how much of the order they
    should decide. `phrases` are longer texts, most worth their place first. `evidence` tells how
    often the join that a candidate writes was seen, by `Candidate.insert`.
    """

    shares: Mapping[str, float]
    trust: float
    phrases: tuple[Phrase, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)


class Habits:
    """A profile made ready to answer. Immutable; safe for threads."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.memory = Memory(profile)
        self._joins = joins_seen(profile)
        self._turns = Turns(self.memory.statements)

    def at(self, analysis: Analysis, candidates: Sequence[Candidate]) -> Habit | None:
        """What the profile says at the cursor, None where it knows nothing like it.

        Args:
            analysis: What syntax says of the cursor.
            candidates: What may stand there; they are only read.
        """
        expectation = analysis.expectation
        start = expectation.replace[0]
        tokens = analysis.statement.tokens
        left = [t for t in tokens if t.end <= start]
        others = [*left, *(t for t in tokens if t.start >= max(expectation.replace[1], start + 1))]
        names = named(others)
        spelled = words(left, names, self.memory.alias_habit)
        if expectation.qualifier and spelled and spelled[-1] == ".":
            spelled = _qualified(spelled, left, names, self.memory.alias_habit)
        tables = frozenset(names.tables.values())
        votes = self.memory.votes(spelled, clauses_of(left)[-1], tables)
        votes += own_votes(left, spelled, tables)
        if not votes:
            return None
        compared = compared_before(left, len(left))
        spellings = self._spellings(candidates, names, compared)
        if Kind.NEW_NAME not in expectation.kinds:
            votes = _possible(votes, {spelled[0] for spelled in spellings.values()})
        if not votes:
            return None
        evidence = self._evidence(candidates, names)
        typed = analysis.text[start : analysis.cursor].lower()
        total = sum(vote.weight for vote in votes)
        fitting = [v for v in votes if _fits(v, typed)] if typed else votes
        mass = sum(vote.weight for vote in fitting)
        if not mass:
            return None
        trust = _trust(votes, mass / total, len(typed))
        by_first: dict[str, list[Vote]] = {}
        branches: dict[tuple[str, ...], list[Vote]] = {}
        for vote in fitting:
            said = vote.statement.words
            by_first.setdefault(said[vote.at], []).append(vote)
            # Where a word is typed to its end, what matters is the one after it.
            whole = vote.statement.tokens[vote.at].text.lower() == typed if typed else False
            branches.setdefault(said[vote.at : vote.at + 1 + whole], []).append(vote)
        shares = _shares(spellings, by_first, mass)
        writer = Writer(analysis, names)
        return Habit(shares, trust, phrases(branches, mass, trust, writer), evidence)

    def writing(self, analysis: Analysis) -> Callable[[str], str]:
        """Gives a text to be inserted at the cursor as these people would have it: keywords in
        their case where the statement has none yet, and with the white space that always follows it
        here, where nothing stands right of the cursor yet."""
        start = analysis.expectation.replace[0]
        left = [t for t in analysis.statement.tokens if t.end <= start]
        lower = (self.profile.style.lower_keywords or 0.0) >= _ALWAYS and writes_lower(left) is None
        right = analysis.text[max(analysis.cursor, analysis.expectation.replace[1]) :][:1]
        ends_line = right in ("", "\n")
        here = clauses_of(left)[-1] if ends_line else ""

        def written(insert: str) -> str:
            tokens = _lexed(insert, self.profile.dialect)
            if lower:
                insert = _lowered(insert, tokens)
            if not ends_line:
                return insert
            # A name alone leaves the clause as it was: the statement is read once for all of them.
            named_alone = len(tokens) == 1 and is_name(tokens[0])
            clause = here if named_alone or not tokens else clauses_of([*left, *tokens])[-2]
            word = insert.rstrip(" ")  # a blank that anyone would write gives way to these people's
            after = self.memory.layout.after(word, tokens, clause)
            return word + after if after else insert

        return written

    def turned(self, ranked: Sequence[Ranked], analysis: Analysis) -> list[Phrase]:
        """The likeliest names at the cursor, each with what people write after such a name; what
        stands there already whole counts as chosen."""
        start = analysis.expectation.replace[0]
        tokens = analysis.statement.tokens
        if analysis.expectation.replace[1] > analysis.cursor:
            return []
        left = [t for t in tokens if t.end <= start]
        typed = analysis.text[start : analysis.cursor].lower()
        names = named([*left, *(t for t in tokens if t.start >= max(analysis.cursor, start + 1))])
        found = []
        for one in ranked[:TURNED]:
            insert = one.candidate.insert
            own = _lexed(insert, self.profile.dialect)
            if not own or not is_name(own[-1]):
                continue
            chance = 1.0 if insert.lower() == typed else one.score
            both = [*left, *own]
            plain = plain_words(both, words(both, named(both), self.memory.alias_habit))
            votes = self._turns.votes(plain, clauses_of(both)[-1])
            if not votes:
                continue
            writer = Writer(analysis, names, own)
            found += [
                Phrase(insert + text, chance * share * _TURN_TRUST, count, seen)
                for text, share, count, seen in turn(votes, writer)
            ]
        return found

    def _spellings(
        self, candidates: Sequence[Candidate], names: Named, compared: str | None
    ) -> dict[str, tuple[str, ...]]:
        """The words of each different text that candidates insert."""
        found: dict[str, tuple[str, ...]] = {}
        for candidate in candidates:
            insert = candidate.insert
            if insert not in found:
                spelled = _spelled(
                    insert, self.profile.dialect, names, self.memory.alias_habit, compared
                )
                if spelled:
                    found[insert] = spelled
        return found

    def _evidence(self, candidates: Sequence[Candidate], names: Named) -> dict[str, float]:
        """How often each candidate's join was seen, those that never were left out."""
        found: dict[str, float] = {}
        for candidate in candidates:
            if candidate.kind in (Kind.JOIN, Kind.JOIN_CONDITION):
                pairs = compared_columns(_lexed(candidate.insert, self.profile.dialect), names)
                seen = self._joins.get(pairs) if pairs else None
                if seen:
                    found[candidate.insert] = seen
        return found


@lru_cache(maxsize=4)
def habits_of(profile: Profile) -> Habits:
    """A profile made ready, once for all who complete with it: of thousands of statements that
    takes a second."""
    return Habits(profile)


def _shares(
    spellings: Mapping[str, tuple[str, ...]], by_first: Mapping[str, Sequence[Vote]], mass: float
) -> dict[str, float]:
    """How much of the votes goes on with each text."""
    shares: dict[str, float] = {}
    for insert, spelled in spellings.items():
        size = len(spelled)
        said = sum(
            vote.weight
            for vote in by_first.get(spelled[0], ())
            if vote.statement.words[vote.at : vote.at + size] == spelled
        )
        if said:
            shares[insert] = said / mass
    return shares


def _possible(votes: Sequence[Vote], firsts: Collection[str]) -> list[Vote]:
    """The votes without those for a name that cannot stand at the cursor: a column of tables that
    this statement does not read."""
    found: list[Vote] = []
    for vote in votes:
        word = vote.statement.words[vote.at]
        if word != END and word not in firsts:
            token = vote.statement.tokens[vote.at]
            after = vote.statement.words[vote.at + 1]
            if is_name(token) and after != "(" and not word.startswith("@"):
                continue
        found.append(vote)
    return found


def _qualified(
    spelled: list[str], left: Sequence[Token], names: Named, habit: Mapping[str, str]
) -> list[str]:
    """The words with the qualifier at the cursor as its table: its dot is the last token, so the
    general reading has seen it."""
    if len(spelled) < 2 or spelled[-2].startswith("@"):
        return spelled
    word = spelled[-2]
    table = names.tables.get(word) or habit.get(word)
    return [*spelled[:-2], "@" + table, "."] if table else spelled


def _spelled(
    insert: str, dialect: str, names: Named, habit: Mapping[str, str], compared: str | None
) -> tuple[str, ...]:
    tokens = _lexed(insert, dialect)
    if len(tokens) == 1:
        return tuple(words(tokens, _PLAIN, habit, compared))
    own = named(tokens)
    if own.tables:
        names = Named({**own.tables, **names.tables}, own.defined)
    elif names.defined:
        names = Named(names.tables, frozenset())
    return tuple(words(tokens, names, habit, compared))


@lru_cache(maxsize=20_000)
def _lexed(text: str, dialect: str) -> tuple[Token, ...]:
    return tuple(t for t in lex(text, dialect) if t.kind is not TokenKind.COMMENT)


def _lowered(text: str, tokens: Sequence[Token]) -> str:
    """The text with its keywords in lower case."""
    for token in tokens:
        if token.kind is TokenKind.WORD and is_keyword(token.text):
            text = text[: token.start] + token.text.lower() + text[token.end :]
    return text


def _fits(vote: Vote, typed: str) -> bool:
    """Whether what follows the vote's position begins with what is typed."""
    statement = vote.statement
    if statement.words[vote.at] == END:
        return False
    text = statement.tokens[vote.at].text.lower()
    return text.startswith(typed) or text.strip('"`[]').startswith(typed.strip('"`[]'))


def _trust(votes: Sequence[Vote], fitting: float, typed: int) -> float:
    """How far the profile is believed: by the weight of the statements that agree best, and by
    whether it foresaw what is typed."""
    most = max(vote.agrees for vote in votes)
    weight = sum(vote.statement.weight for vote in votes if vote.agrees >= min(most, 3))
    trust = _MOST_TRUST * weight / (weight + _SURE_FROM)
    if most < 2:
        trust *= 0.6
    if typed:
        prior = _RARE ** min(typed, 2) + 0.01
        trust = trust * fitting / (trust * fitting + (1 - trust) * prior)
    return trust
