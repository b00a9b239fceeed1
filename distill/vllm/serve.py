"""Starts vLLM's OpenAI-compatible server on an exported folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from distill.vllm.environment import VllmError


def serve_command(
    model: Path, environment: Path, *, port: int, dtype: str, host: str = "127.0.0.1"
) -> tuple[list[str], dict[str, str]]:
    """The command and the variables it needs beside those that are set.

    Raises: VllmError, when the environment or the model's folder is not one.
    """
    program = environment / "bin" / "vllm"
    if not program.exists():
        raise VllmError(
            f"{environment}: no vLLM here; make it: "
            f"python -m distill vllm-environment {environment}"
        )
    try:
        config = json.loads((model / "config.json").read_text(encoding="utf-8"))
        longest = int(config["max_position_embeddings"])
    except (OSError, ValueError, KeyError) as error:
        raise VllmError(
            f"{model}: not a vLLM folder ({error}); write one: python -m distill export --vllm"
        ) from error
    command = [str(program), "serve", str(model), "--host", host, "--port", str(port)]
    command += ["--served-model-name", model.resolve().name, "--dtype", dtype]
    # Compiling takes longer to start than a model this small gains.
    command += ["--max-model-len", str(longest), "--enforce-eager"]
    return command, {
        "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB; the default takes half of the memory
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",
        "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }


@contextmanager
def served(
    model: Path, environment: Path, *, dtype: str = "auto", patience: float = 600
) -> Iterator[str]:
    """Serves `model` on a free port of this machine for as long as the context lasts; yields the
    server's URL once it answers, which takes a minute or more.

    Raises: VllmError, when it does not start within `patience` seconds.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command, variables = serve_command(model, environment, port=port, dtype=dtype)
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            command, env=_merged(variables), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(url, server, patience)
        except VllmError as error:
            _stop(server)
            log.seek(0)
            said = log.read().decode(errors="replace").strip().splitlines() or [""]
            raise VllmError(f"{error}: {said[-1][:200]}") from error
        try:
            yield url
        finally:
            _stop(server)


def _wait_for(url: str, server: subprocess.Popen[bytes], patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if server.poll() is not None:
            raise VllmError(f"vLLM ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(1)
    raise VllmError(f"vLLM did not answer within {patience:.0f} s")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Lets it end its workers; a kill would leave them."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _merged(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **{k: v for k, v in extra.items() if k == "PATH" or k not in os.environ}}


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("environment", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--dtype", default="auto", show_default=True, help="float32, bfloat16, ... or auto.")
@click.option("--print", "show", is_flag=True, help="Print the command instead of running it.")
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def serve(
    model: Path,
    environment: Path,
    host: str,
    port: int,
    dtype: str,
    show: bool,
    more: tuple[str, ...],
) -> None:
    """Serve the folder MODEL from vLLM's ENVIRONMENT until interrupted; MORE goes to vLLM."""
    command, variables = serve_command(model, environment, host=host, port=port, dtype=dtype)
    command += more
    if show:
        words = [f"{k}={v}" for k, v in variables.items() if k != "PATH"]
        click.echo(" ".join([*words, *command]))
        return
    os.execve(command[0], command, _merged(variables))
