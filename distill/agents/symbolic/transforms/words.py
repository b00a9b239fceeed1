"""What a question says of a change. A question that no words can be added to stays away."""

from __future__ import annotations

import re

from distill.agents.symbolic.transforms.naming import singular, words_of


def said(name: str) -> str:
    """A column's or table's name in words."""
    words = words_of(name)
    return " ".join(words) if words else name


def one_of(name: str) -> str:
    """A table's name in words, for one of its rows."""
    *rest, last = said(name).split() or [name]
    return " ".join((*rest, singular(last)))


def with_words(question: str | None, words: str) -> str | None:
    """The question, its end kept, with `words` after a comma."""
    if question is None:
        return None
    text = " ".join(question.split())
    found = re.fullmatch(r"(.*?)\s*([.?!]*)", text)
    assert found is not None
    body, mark = found.groups()
    return f"{body}, {words}{mark[:1]}" if body else None
