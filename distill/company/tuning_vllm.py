"""A model of the registry as a checkpoint that vLLM and transformers load, for a team's server."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from distill.donor import save_model
from distill.from_onnx import load_from_onnx
from distill.vllm.folder import write_vllm_folder
from sqlcomplete.model.errors import ModelError


def write_vllm(folder: Path, out: Path) -> None:
    """Writes the model in `folder`, as it is exported, to the new folder `out`.

    Raises: ModelError, when `out` is there already, the graph cannot be read back, or the disk
        takes no more.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelError(f"{out}: is there already; name a new folder")
    model, tokenizer = load_from_onnx(folder)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as work:
            save_model(model, tokenizer, Path(work) / "checkpoint")
            write_vllm_folder(Path(work) / "checkpoint", Path(work) / "vllm")
            if out.is_dir():
                out.rmdir()
            shutil.move(str(Path(work) / "vllm"), str(out))
    except OSError as error:
        raise ModelError(f"{out}: {(error.strerror or str(error)).lower()}") from error
