"""Opens a log as text, line by line, whatever it is packed in."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

from distill.company.errors import LogError

_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """The file's text, unpacked as it is read; bytes that are no UTF-8 become marks.

    Raises: LogError, where it cannot be opened or unpacked.
    """
    try:
        with path.open("rb") as raw:
            head = raw.read(6)
            raw.seek(0)
            kind = next((name for magic, name in _MAGIC if head.startswith(magic)), "")
            encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
            with _unpacked(raw, kind, path) as data:
                yield io.TextIOWrapper(data, encoding, errors="replace", newline="")
    except (OSError, EOFError, lzma.LZMAError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise LogError(f"{path}: cannot be read: {reason}") from None


@contextmanager
def _unpacked(raw: BinaryIO, kind: str, path: Path) -> Iterator[BinaryIO]:
    if kind == "gzip":
        with gzip.GzipFile(fileobj=raw) as data:
            yield cast(BinaryIO, data)
    elif kind == "bzip2":
        with bz2.BZ2File(raw) as data:
            yield cast(BinaryIO, data)
    elif kind == "xz":
        with lzma.LZMAFile(raw) as data:
            yield cast(BinaryIO, data)
    elif kind == "zstd":
        try:
            import zstandard
        except ImportError:
            raise LogError(
                f"{path}: packed with zstd: pip install zstandard, or unpack it"
            ) from None
        yield zstandard.ZstdDecompressor().stream_reader(raw)
    else:
        yield raw


def head_of(path: Path, size: int = 16_384) -> str:
    """The file's first characters. Raises: LogError."""
    with opened(path) as text:
        return text.read(size)
