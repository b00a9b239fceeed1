"""The same tokens in another style."""

from __future__ import annotations

import random
from dataclasses import replace

from distill.agents.symbolic.change import Change, Subject
from distill.agents.symbolic.layout import laid_out
from distill.agents.symbolic.style import some_style


def reformat(subject: Subject, chance: random.Random) -> Change | None:
    """Case of keywords, line breaks, commas and indentation of another hand."""
    for _ in range(4):
        style = some_style(chance)
        if style.layout == "line" and len(subject.reading.sql) > 200:
            style = replace(style, layout="clauses")
        text = laid_out(subject.reading, style)
        if text is None:
            return None
        if text.rstrip(";") != subject.reading.sql:
            return Change(text, f"reformatted: {style.layout}, {style.keyword_case}", same=True)
    return None
