"""A folder of teacher-forced top-K logits: `manifest.json`, and one shard for each shard of packs.

A shard is a safetensors file. Of its packs: `ids` and `hashes` (packs, bytes) uint8 and `starts`
(packs + 1,) int64, rows of a pack being `starts[i]` to `starts[i + 1]`. Of its rows, one for each
labelled token in order: `tokens` (rows, K) uint16 (int32 from a vocabulary of 65,536 on),
`logprobs` (rows, K) fp16 at T = 1, `tail` (rows,) fp16, the log of the other tokens' mass, and
`known` (rows,) uint8. That is 4 K + 3 bytes a token. Rows are found by the pack's id and the hash
of its tokens and labels, never by a step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from distill.fingerprint import token_hash
from distill.fixed_packs import MANIFEST, FixedPacks, save_whole, write_whole
from distill.fusion.errors import FusionError
from distill.fusion.loss import TopK
from distill.packs import Pack

FORMAT = "logits/1"


@dataclass(frozen=True, slots=True)
class LogitsManifest:
    """What a folder's logits are of. `data` and `tokenizer` are the packs', `teacher` the
    fingerprint of the teacher's weights, `alignment` how its vocabulary meets the packs', `code`
    the version of the collecting code."""

    data: str
    tokenizer: str
    teacher: str
    alignment: str
    top_k: int
    vocabulary: int
    code: str

    def refuse_unless(self, wanted: LogitsManifest, folder: Path) -> None:
        """Raises: FusionError, that names the first thing in which the two differ."""
        for name, meaning in _MEANINGS.items():
            found, asked = getattr(self, name), getattr(wanted, name)
            if found != asked:
                raise FusionError(
                    f"{folder}: its {meaning} is {found}, but this one is {asked}; "
                    f"collect the logits anew, in another folder"
                )


_MEANINGS = {
    "data": "packs' fingerprint",
    "tokenizer": "tokenizer",
    "teacher": "teacher's weights' fingerprint",
    "alignment": "vocabulary alignment",
    "top_k": "top-K",
    "vocabulary": "vocabulary size",
    "code": "collecting code",
}


@dataclass(frozen=True, slots=True)
class PackLogits:
    """One pack with what a teacher says of it, a row a labelled token."""

    pack: Pack
    kept: TopK


def read_manifest(folder: Path) -> LogitsManifest | None:
    """The folder's manifest; None where it has none. Raises: FusionError, when it is no manifest
    of logits."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("format") != FORMAT:
            raise FusionError(f"{path}: of format {document.get('format')}, this reads {FORMAT}")
        return LogitsManifest(**{name: document[name] for name in _MEANINGS})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FusionError(f"{path}: not a manifest of logits ({error})") from error


def write_manifest(folder: Path, manifest: LogitsManifest) -> None:
    """Writes it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"format": FORMAT} | asdict(manifest)
    write_whole(folder / MANIFEST, json.dumps(document, indent=1) + "\n")


def shard_path(folder: Path, number: int) -> Path:
    """Where the logits of that shard of packs stand."""
    return folder / f"shard-{number:05d}.safetensors"


def write_shard(path: Path, found: list[PackLogits], vocabulary: int) -> int:
    """Writes one shard, whole or not at all; returns its bytes."""
    hashes = [token_hash(f.pack.tokens, f.pack.labels) for f in found]
    rows = [len(f.kept.tail) for f in found]
    ids = np.uint16 if vocabulary <= 1 << 16 else np.int32
    save_whole(
        path,
        {
            "ids": np.stack([np.frombuffer(f.pack.id.encode(), np.uint8) for f in found]),
            "hashes": np.stack([np.frombuffer(bytes.fromhex(h), np.uint8) for h in hashes]),
            "starts": np.cumsum([0, *rows]).astype(np.int64),
            "tokens": np.concatenate([f.kept.tokens.numpy() for f in found]).astype(ids),
            "logprobs": np.concatenate([f.kept.logprobs.numpy() for f in found]).astype(np.float16),
            "tail": np.concatenate([f.kept.tail.numpy() for f in found]).astype(np.float16),
            "known": np.concatenate([f.kept.known.numpy() for f in found]).astype(np.uint8),
        },
    )
    return path.stat().st_size


class LogitsStore:
    """Reads a folder of logits of `packs`; with `top_k`, as if no more had been kept."""

    def __init__(self, folder: Path, packs: FixedPacks, *, top_k: int | None = None) -> None:
        """Raises: FusionError, when the folder holds no logits, logits of other packs, or fewer
        than `top_k` of a token."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise FusionError(
                f"{folder}: no logits here; collect them with python -m distill logits"
            )
        for name, theirs in (
            ("data", packs.manifest.data),
            ("tokenizer", packs.manifest.tokenizer),
        ):
            if getattr(manifest, name) != theirs:
                raise FusionError(
                    f"{folder}: its {_MEANINGS[name]} is {getattr(manifest, name)}, but "
                    f"{packs.folder} has {theirs}; these logits are of other packs"
                )
        self.top_k = manifest.top_k if top_k is None else top_k
        if not 1 <= self.top_k <= manifest.top_k:
            raise FusionError(
                f"{folder}: holds the top {manifest.top_k}, not {self.top_k}; give 1 to "
                f"{manifest.top_k}, or collect more"
            )
        self.folder = folder
        self.manifest = manifest
        self._place: dict[str, tuple[int, int, str]] = {}
        self._open = lru_cache(maxsize=64)(self._open_shard)
        # Which packs have logits, by number: a collection may still be under way.
        self.covered: list[int] = []
        first = 0
        for number, (_, count) in enumerate(packs.manifest.shards):
            if shard_path(folder, number).exists():
                self._index(number)
                self.covered.extend(range(first, first + count))
            first += count

    def rows(self, pack: Pack) -> TopK:
        """What the teacher says of the pack's labelled tokens, in their order, on the CPU.

        Raises: FusionError, when the folder has no rows of this pack, or of other tokens.
        """
        place = self._place.get(pack.id)
        if place is None:
            raise FusionError(f"{self.folder}: no logits of pack {pack.id}")
        shard, row, known_hash = place
        found = token_hash(pack.tokens, pack.labels)
        if found != known_hash:
            raise FusionError(
                f"{self.folder}: pack {pack.id} has token hash {found}, its logits {known_hash}; "
                f"they are of other tokens"
            )
        try:
            file, starts = self._open(shard)
            start, end = int(starts[row]), int(starts[row + 1])
            values = {
                name: torch.from_numpy(file.get_slice(name)[start:end])
                for name in ("logprobs", "tail", "known")
            }
            tokens = file.get_slice("tokens")[start:end].astype(np.int64)
        except (OSError, SafetensorError) as error:
            raise FusionError(f"{shard_path(self.folder, shard)}: {error}") from error
        return _first(
            TopK(
                torch.from_numpy(tokens),
                values["logprobs"].float(),
                values["tail"].float(),
                values["known"].bool(),
            ),
            self.top_k,
        )

    def bytes_per_token(self) -> float:
        """Bytes on disk for each labelled token, of all that is stored."""
        shards = sorted({shard for shard, _, _ in self._place.values()})
        size = sum(shard_path(self.folder, s).stat().st_size for s in shards)
        return size / max(sum(int(self._open(s)[1][-1]) for s in shards), 1)

    def _index(self, number: int) -> None:
        file, _ = self._open(number)
        ids = file.get_tensor("ids")
        hashes = file.get_tensor("hashes")
        for row in range(len(ids)):
            name = ids[row].tobytes().decode()
            self._place[name] = (number, row, hashes[row].tobytes().hex())

    def _open_shard(self, number: int) -> tuple[Any, np.ndarray]:
        path = shard_path(self.folder, number)
        try:
            file: Any = safe_open(path, framework="np")
            return file, file.get_slice("starts")[:]
        except (OSError, SafetensorError) as error:
            raise FusionError(f"{path}: damaged ({error}); remove it and collect again") from error


def _first(kept: TopK, k: int) -> TopK:
    """The likeliest `k` of what is kept; the rest joins the tail."""
    if k == kept.tokens.shape[1]:
        return kept
    rest = torch.cat([kept.logprobs[:, k:], kept.tail[:, None]], -1).logsumexp(-1)
    return TopK(kept.tokens[:, :k], kept.logprobs[:, :k], rest, kept.known)


def summary(store: LogitsStore) -> Mapping[str, object]:
    """What a run's record says of a store."""
    return {
        "folder": str(store.folder),
        **asdict(store.manifest),
        "top_k": store.top_k,
        "packs": len(store.covered),
    }
