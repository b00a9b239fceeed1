"""Runs a command under strace: where it connects to, and what it writes."""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

_CALLS = (
    "connect,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,"
    "renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat"
)
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FOLDER_OF = re.compile(r"\b\d+<([^>]*)>, *$")
_DEVICES = ("/dev/", "/proc/", "/sys/")


def strace(record: Path) -> list[str]:
    """What a command line begins with for its calls to be written to `record`; the test is
    skipped where there is no strace, or where it may not trace."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("no strace on this machine (Debian's package strace)")
    tried = subprocess.run(
        [program, "-f", "--seccomp-bpf", "true"], capture_output=True, check=False, timeout=20
    )
    if tried.returncode != 0:
        pytest.skip("strace may not trace here: " + tried.stderr.decode()[-200:])
    return [
        program,
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-y",
        "-s",
        "256",
        "-e",
        f"trace={_CALLS}",
        "-o",
        str(record),
    ]


def home(folder: Path) -> dict[str, str]:
    """An environment whose every place for a user's files is in `folder`, and nothing of ours."""
    places = {
        "HOME": folder / "home",
        "TMPDIR": folder / "tmp",
        "XDG_CACHE_HOME": folder / "home" / ".cache",
        "XDG_CONFIG_HOME": folder / "home" / ".config",
        "XDG_DATA_HOME": folder / "home" / ".local" / "share",
        "XDG_STATE_HOME": folder / "home" / ".local" / "state",
        "SQLCOMPLETE_CACHE_DIR": folder / "ours" / "cache",
        "SQLCOMPLETE_DATA_DIR": folder / "ours" / "data",
        "SQLCOMPLETE_CONFIG": folder / "ours" / "config.toml",
    }
    for name, place in places.items():
        if name != "SQLCOMPLETE_CONFIG":
            place.mkdir(parents=True, exist_ok=True)
    places["SQLCOMPLETE_CONFIG"].touch()
    switches = ("ORT_", "HF_", "DISABLE_SAFETENSORS")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(switches)}
    # Python's own compiled files are no news.
    return {**kept, **{k: str(v) for k, v in places.items()}, "PYTHONDONTWRITEBYTECODE": "1"}


def reached(record: Path) -> list[str]:
    """The addresses outside this machine that were connected or sent to."""
    found = []
    for line in _lines(record):
        for match in _ADDRESS.finditer(line):
            address = match[1] or match[2]
            if not ipaddress.ip_address(address).is_loopback:
                found.append(line)
    return found


def written(record: Path, cwd: Path, allowed: Iterable[Path]) -> list[str]:
    """The paths outside `allowed` that were opened for writing, made, renamed or removed."""
    inside = tuple(f"{folder.resolve()}/" for folder in allowed)
    found = []
    for line in _lines(record):
        call = re.match(r"\d+ +(\w+)\(", line)
        if call is None or re.search(r"= -1 E", line):
            continue
        if call[1].startswith(("connect", "send")):
            continue
        if call[1].startswith("open") and not _WRITES.search(line):
            continue
        for match in _PATH.finditer(line):
            path = match[1]
            if not path.startswith("/"):
                folder = _FOLDER_OF.search(line[: match.start()])
                path = f"{folder[1] if folder else cwd}/{path}"
            path = os.path.normpath(path)
            if not f"{path}/".startswith((*inside, *_DEVICES)):
                found.append(f"{call[1]} {path}")
    return sorted(set(found))


def _lines(record: Path) -> Iterator[str]:
    """Its calls, those that strace wrote in two halves joined."""
    begun: dict[str, str] = {}
    with record.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            process = line.split(" ", 1)[0]
            if "<unfinished ...>" in line:
                begun[process] = line.partition("<unfinished ...>")[0]
            elif "resumed>" in line:
                yield begun.pop(process, f"{process} ?(") + line.partition("resumed>")[2]
            else:
                yield line
