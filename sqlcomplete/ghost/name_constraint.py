"""Holds the model's words to names that exist: while it writes, not after.

A quick net of words, so that the model spends no step on a name nobody declared; whether a name may
stand where it stands is the verdict's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlcomplete.dialects import dialect_of
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis, TokenKind

_WORD = re.compile(r"[^\W\d]\w*")
_WORD_BEFORE = re.compile(r"([^\W\d]\w*)\s+\Z")
_ENDING = re.compile(r"[^\W\d]\w*\Z")
_MOST_TABLES = 3000  # beyond it, a schema's words are not listed, only those in scope
_NUMBERED = re.compile(r"\$\d")
_ALIAS = 3  # letters: a word so short after a name may be an alias being made up


class NameConstraint:
    """Whether the text after the cursor may begin so. One of these serves one cursor."""

    def __init__(self, analysis: Analysis, names: NameSet) -> None:
        left = analysis.text[max(analysis.cursor - 200, 0) : analysis.cursor]
        word = re.search(r"\w*\Z", left)
        self._typed = word.group() if word else ""
        before = _WORD_BEFORE.search(left, 0, len(left) - len(self._typed))
        self._before = before.group(1).lower() if before else ""
        tokens = analysis.statement.tokens
        local = {t.text for t in tokens if t.text.isidentifier()}
        # The words of a call that stands for a value, which may be written again.
        local.update(t.text for t in tokens if t.kind is TokenKind.PLACEHOLDER and "(" in t.text)
        local.discard(self._typed)
        for relation in (*analysis.scope.relations, *analysis.scope.ctes):
            local.add(relation.name)
            local.update(c.name for c in relation.columns)
        local.update(analysis.scope.lateral_aliases)
        self._local = NameSet(local)
        self._names = names
        # Parameters are $1 where the dialect has them, or where the user writes them so.
        self._numbered = dialect_of(analysis.dialect).numbered_parameters or bool(
            _NUMBERED.search(analysis.text)
        )

    def __call__(self, text: str) -> bool:
        """Asked with all of the text after the cursor so far."""
        if not self._numbered and _NUMBERED.search(text):
            return False
        whole = self._typed + text
        start = 0
        previous = self._before
        quoted = False
        for match in _WORD.finditer(whole):
            between = whole[start : match.start()]
            if between.count("'") % 2:
                quoted = not quoted
            start = match.end()
            word = match.group().lower()
            if not quoted and match.end() > len(self._typed):
                finished = match.end() < len(whole)
                if not self._free(word, previous) and not self._known(word, finished):
                    return False
            previous = word
        return True

    def forced(self, text: str) -> str:
        """How the name that `text` ends inside must go on, where only one name begins so."""
        whole = self._typed + text
        ending = _ENDING.search(whole)
        if ending is None or whole.count("'") % 2:
            return ""
        word = ending.group()
        before = _WORD.findall(whole[: ending.start()])
        if self._free(word.lower(), before[-1].lower() if before else self._before):
            return ""
        name = self._names.only(word)
        local = self._local.only(word)
        if name != local and word.lower() in self._names and word.lower() in self._local:
            return ""
        only = name or local
        return only[len(word) :] if only and only.startswith(word) else ""

    def _free(self, word: str, previous: str) -> bool:
        return previous == "as" or (len(word) <= _ALIAS and previous in self._names.whole)

    def _known(self, word: str, finished: bool) -> bool:
        if finished:
            return word in self._names.whole or word in self._local.whole
        return word in self._names or word in self._local


class NameSet:
    """The words of names, which may be of several: whole, and by what they begin with. Case is
    folded, save in what `only` returns."""

    def __init__(self, names: Iterable[str]) -> None:
        words = {m.group() for n in names for m in _WORD.finditer(n)}
        self.whole = frozenset(w.lower() for w in words)
        # What begins with the letters of the key: a word, or None where there are several.
        self._beginning: dict[str, str | None] = {}
        for word in words:
            folded = word.lower()
            for length in range(1, len(word) + 1):
                key = folded[:length]
                known = self._beginning.setdefault(key, word)
                if known is not None and known.lower() != folded:
                    self._beginning[key] = None

    def __contains__(self, beginning: object) -> bool:
        """Whether any word begins so; lower case."""
        return beginning in self._beginning

    def only(self, beginning: str) -> str | None:
        """The one word that begins so, as it is declared; None where there is none or several."""
        return self._beginning.get(beginning.lower())


def schema_names(index: SchemaIndex, more: set[str]) -> NameSet:
    """The words of a schema's names with `more` (keywords, functions) among them."""
    names = set(more)
    if len(index.schema.tables) <= _MOST_TABLES:
        for table in index.schema.tables:
            names.add(table.name)
            names.update(c.name for c in table.columns)
            if table.namespace:
                names.add(table.namespace)
    return NameSet(names)
