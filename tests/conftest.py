"""Fixtures for every test: a cache of their own, and a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_INITDB = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
_SERVER = ("-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the cache or the models of the person who runs it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SQLCOMPLETE_CACHE_DIR", str(folder))
    monkeypatch.setenv("SQLCOMPLETE_DATA_DIR", str(folder / "data"))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of an empty PostgreSQL database, on a server that lives as long as the tests.

    The server listens on a socket in a temporary folder only, under an account that is not root.
    """
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server on this machine (initdb and postgres)")
    pytest.importorskip("psycopg")
    account = _account()
    # Not pytest's own folder: the path of a Unix socket has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="sqlcomplete-pg-"))
    try:
        if account is not None:
            os.chown(folder, pwd.getpwnam(account).pw_uid, -1)
        data = folder / "data"
        made = subprocess.run(
            [binaries / "initdb", "-D", data, *_INITDB],
            user=account,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
        )
        if made.returncode != 0:
            pytest.skip(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
        log = (folder / "log").open("w")
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", folder, *_SERVER],
            user=account,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(folder / ".s.PGSQL.5432", server, folder / "log")
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(10)
            log.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_binaries() -> Path | None:
    """The folder of the newest server's programs."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda p: float(p.parent.name) if p.parent.name.replace(".", "").isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("initdb")
    if on_path is not None:
        installed.append(Path(on_path).resolve().parent)
    for folder in installed:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _account() -> str | None:
    """The account to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    pytest.skip("PostgreSQL does not run as root, and there is no other account")


def _wait_for(path: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            pytest.skip(f"PostgreSQL did not start: {log.read_text()[-300:]}")
        if path.exists():
            with socket.socket(socket.AF_UNIX) as probe:
                try:
                    probe.connect(str(path))
                    time.sleep(0.2)
                    return
                except OSError:
                    pass
        time.sleep(0.1)
    pytest.skip("PostgreSQL did not answer within 30 seconds")
