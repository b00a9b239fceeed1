"""Exports optimum's portable fp32 graph with its KV cache: the shipped graph's reference."""

from __future__ import annotations

from pathlib import Path


def export_reference(checkpoint: Path, out: Path) -> None:
    """Writes optimum's graph and its configuration into `out`; the graph is `out/model.onnx`."""
    from optimum.exporters.onnx import main_export

    main_export(str(checkpoint), output=out, task="text-generation-with-past", do_validation=False)
