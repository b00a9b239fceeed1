"""The first completion and the memory of a system, in a process of its own.

`python -m distill.evaluate.cold` is that process: it reads a job as JSON from standard input and
prints what it measured as JSON. `cold_start` runs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from distill.peak_memory import peak_megabytes

_LIMIT_S = 300


@dataclass(frozen=True, slots=True)
class ColdStart:
    """`first_ms`: from the process's start to its first answer, imports and model included.
    `peak_mb`: the most memory it was resident in, over all of the job's keystrokes, in MB (10^6
    bytes)."""

    first_ms: float
    peak_mb: float


def cold_start(
    name: str, schema: Mapping[str, Any], texts: Sequence[str], *, model: str = "embedded"
) -> ColdStart | None:
    """Starts a process, completes at the end of each text, and reports. `schema` is a schema's JSON
    document. None where the process failed; the evaluation itself shows why."""
    job = json.dumps({"system": name, "model": model, "schema": dict(schema), "texts": list(texts)})
    began = time.time()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "distill.evaluate.cold"],
            input=job,
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
        )
        answer = json.loads(done.stdout.strip().splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        return None
    return ColdStart((answer["first_at"] - began) * 1000, answer["peak_mb"])


def main() -> None:
    """Runs one job."""
    job = json.load(sys.stdin)
    from distill.evaluate.systems import system
    from sqlcomplete.schema.document import schema_from_json

    session = system(job["system"], model=job["model"]).start(schema_from_json(job["schema"]))
    first_at: float | None = None
    for text in job["texts"]:
        session.complete(text, len(text))
        first_at = first_at or time.time()
    print(json.dumps({"first_at": first_at, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    main()
