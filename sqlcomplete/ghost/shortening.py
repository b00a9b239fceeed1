"""How much of what the model wrote is shown: from its whole text down to its first word."""

from __future__ import annotations

from sqlcomplete.completion import Ghost
from sqlcomplete.ghost.ending import may_end
from sqlcomplete.ghost.spacing import with_space
from sqlcomplete.ghost.thresholds import THRESHOLDS, Thresholds
from sqlcomplete.model.decode import Continuation
from sqlcomplete.schema.index import SchemaIndex
from sqlcomplete.syntax.model import Analysis
from sqlcomplete.verdict import verdict


def shortened(
    analysis: Analysis,
    written: Continuation,
    index: SchemaIndex,
    thresholds: Thresholds = THRESHOLDS,
) -> Ghost | None:
    """The longest beginning of what the model wrote that is likely enough, ends where a ghost may
    end, and is valid; None where there is none.

    Args:
        analysis: What syntax says of the cursor.
        written: The model's words from the cursor on, with their probabilities.
        index: The schema that the words are held to.
        thresholds: How sure it must be, how long, and how many beginnings are checked.
    """
    text = written.text
    cuts = 0
    right = analysis.text[analysis.cursor : analysis.cursor + 1]
    ends = zip(reversed(written.ends), reversed(written.confidence), strict=True)
    for end, probability in ends:
        if probability < thresholds.model:
            continue
        shown = text[:end].rstrip()
        if len(shown.strip()) < thresholds.shortest or not may_end(shown, text[end:], analysis):
            continue
        said = verdict(analysis, shown, index)
        if said.status != "invalid":
            if (text[end : end + 1] or right) != "\n":
                shown = with_space(shown, analysis.cursor, analysis)
            return Ghost(shown, probability, "model", said)
        cuts += 1
        if cuts == thresholds.most_cuts:
            return None
    return None
