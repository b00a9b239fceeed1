"""Presto, Trino and Athena."""

from __future__ import annotations

from sqlcomplete.dialects.ansi import ANSI
from sqlcomplete.dialects.functions import trino
from sqlcomplete.dialects.model import derived

PRESTO = derived(
    ANSI,
    "presto",
    lateral=True,
    lateral_first=True,
    typed_literals=True,
    signatures=trino.SIGNATURES,
    function_names=trino.NAMES,
)

TRINO = derived(PRESTO, "trino", ilike=True)

ATHENA = derived(TRINO, "athena", other_names=("awsathena",))
