"""How often training draws a source, and how many samples begin with a comment: what a mix's report
says of both, read back for a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from distill.data.settings import Comments, MixError

FORMAT = "mix/1"
REPORT = "mix.json"


@dataclass(frozen=True, slots=True)
class Drawing:
    """`shares`: how often a source is drawn, 1 for one that is not named; `comments` above."""

    shares: Mapping[str, float] = field(default_factory=dict)
    comments: Comments = field(default_factory=Comments)

    def to_json(self) -> dict[str, Any]:
        """As a run's log has it."""
        return {"shares": dict(self.shares), "comments": asdict(self.comments)}


def drawing_of(report: Path | None, shares: Mapping[str, float]) -> Drawing:
    """What a mix's `report` says, its factors multiplied by `shares`; without one, `shares` alone.

    Raises: MixError, when the file is no mix's report.
    """
    if report is None:
        return Drawing(shares)
    try:
        document = json.loads(report.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise MixError(f"{report}: of format {document['format']!r}, this reads {FORMAT}")
        said = _DRAWING.validate_python(
            {"shares": document["factors"], "comments": document["comments"]}
        )
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        about = str(error).splitlines()[0]
        raise MixError(
            f"{report}: not a mix's report ({about}); make it with python -m distill mix"
        ) from error
    for source in shares:
        if source not in said.shares:
            raise MixError(
                f"{report}: the mix has no source {source!r}; there are {', '.join(said.shares)}"
            )
    factors = {source: factor * shares.get(source, 1.0) for source, factor in said.shares.items()}
    return Drawing(factors, said.comments)


_DRAWING = TypeAdapter(Drawing)
