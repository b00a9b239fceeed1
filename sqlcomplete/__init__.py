"""SQL completion from a small local model, held to a live schema."""

from sqlcomplete.telemetry import switch_off

switch_off()
del switch_off
