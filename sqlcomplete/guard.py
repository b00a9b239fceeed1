"""Holds the model's words to names that exist: while it writes, not after.

A quick net of words, so that the model spends no step on a name nobody declared; whether a name may
stand where it stands is the verdict's to say.
"""

from __future__ import annotations

import re

from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis

_WORD = re.compile(r"[^\W\d]\w*")
_MOST_TABLES = 3000  # beyond it, a schema's words are not listed, only those in scope


class Guard:
    """Whether the text after the cursor may begin so. One of these serves one cursor."""

    def __init__(self, analysis: Analysis, names: NameSet) -> None:
        left = analysis.text[max(analysis.cursor - 200, 0) : analysis.cursor]
        word = re.search(r"\w*\Z", left)
        self._typed = word.group() if word else ""
        local = {t.text.lower() for t in analysis.statement.tokens if t.text.isidentifier()}
        local.discard(self._typed.lower())
        for relation in (*analysis.scope.relations, *analysis.scope.ctes):
            local.add(relation.name.lower())
            local.update(c.name.lower() for c in relation.columns)
        local.update(a.lower() for a in analysis.scope.lateral_aliases)
        self._local = NameSet.of(local)
        self._names = names

    def __call__(self, text: str) -> bool:
        """Asked with all of the text after the cursor so far."""
        whole = self._typed + text
        start = 0
        previous = ""
        quoted = False
        for match in _WORD.finditer(whole):
            between = whole[start : match.start()]
            if between.count("'") % 2:
                quoted = not quoted
            start = match.end()
            word = match.group().lower()
            if not quoted and match.end() > len(self._typed):
                free = previous == "as" or (len(word) <= 3 and previous in self._names.whole)
                finished = match.end() < len(whole)
                if not free and not self._known(word, finished):
                    return False
            previous = word
        return True

    def _known(self, word: str, finished: bool) -> bool:
        if finished:
            return word in self._names.whole or word in self._local.whole
        return word in self._names.prefixes or word in self._local.prefixes


class NameSet:
    """Words, and all that they begin with, in lower case."""

    def __init__(self, whole: frozenset[str]) -> None:
        self.whole = whole
        self.prefixes = frozenset(w[:n] for w in whole for n in range(1, len(w) + 1))

    @classmethod
    def of(cls, names: set[str]) -> NameSet:
        """From names, which may be of several words."""
        return cls(frozenset(m.group() for n in names for m in _WORD.finditer(n)))


def schema_names(index: SchemaIndex, more: set[str]) -> NameSet:
    """The words of a schema's names with `more` (keywords, functions) among them."""
    names = {w.lower() for w in more}
    if len(index.schema.tables) <= _MOST_TABLES:
        for table in index.schema.tables:
            names.add(table.name.lower())
            names.update(c.name.lower() for c in table.columns)
            if table.namespace:
                names.add(table.namespace.lower())
    return NameSet.of(names)
