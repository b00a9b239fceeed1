"""Exports a student: the graph that ships, optimum's graph as the reference, a folder for vLLM."""

from distill.export.command import export
from distill.export.embedded import export_int4
from distill.export.reference import export_reference

__all__ = ["export", "export_int4", "export_reference"]
