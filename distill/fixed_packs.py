"""Packs fixed on disk: the very tokens that SFT trains on, that teachers read and fusion trains on.

A folder holds `manifest.json`, `vocabulary.json` and shards, each a safetensors file of `tokens`
and `labels` (packs, length) int32, `ids` and `hashes` (packs, bytes) uint8. A pack is known by its
id and by the hash of its tokens and labels, never by the step that reads it.
`python -m distill packs CORPUS... --tokenizer CHECKPOINT --out FOLDER --tokens N`
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from distill.corpus import read_corpora
from distill.data.drawing import drawing_of
from distill.fingerprint import combined, token_hash, tokenizer_fingerprint
from distill.packs import Pack, Packer, parse_shares, training_sources
from sqlcomplete.errors import SqlcompleteError
from sqlcomplete.model.tokenizer import Tokenizer

MANIFEST = "manifest.json"
VOCABULARY = "vocabulary.json"
FORMAT = "packs/1"


class PacksError(SqlcompleteError):
    """Packs that are missing, damaged or not what was asked for: one line says which."""


@dataclass(frozen=True, slots=True)
class PacksManifest:
    """What a folder of packs holds. `data` is the fingerprint of all packs in their order;
    `labelled` counts the predicted tokens; `shards` are (file name, packs)."""

    length: int
    packs: int
    labelled: int
    tokenizer: str
    data: str
    shards: tuple[tuple[str, int], ...]
    made_of: Mapping[str, Any]


class FixedPacks:
    """Reads a folder of packs, in any order, without holding it in memory."""

    def __init__(self, folder: Path) -> None:
        """Raises: PacksError, when the folder is not one of packs, or not whole."""
        self.folder = folder
        self.manifest = _read_manifest(folder)
        self.tokenizer = Tokenizer.load(folder / VOCABULARY)
        found = tokenizer_fingerprint(self.tokenizer)
        if found != self.manifest.tokenizer:
            raise PacksError(
                f"{folder}: {VOCABULARY} is {found}, but the packs were made with "
                f"{self.manifest.tokenizer}; make the packs anew"
            )
        ends = np.cumsum([count for _, count in self.manifest.shards])
        self._starts = [0, *ends.tolist()]
        self._open = lru_cache(maxsize=64)(self._open_shard)

    def __len__(self) -> int:
        return self.manifest.packs

    def __iter__(self) -> Iterator[Pack]:
        return (self.pack(i) for i in range(len(self)))

    def pack(self, index: int) -> Pack:
        """The pack of that number. Raises: PacksError, when its shard is missing or damaged."""
        shard = int(np.searchsorted(self._starts, index, side="right")) - 1
        return self._read(shard, index - self._starts[shard])

    def shard(self, number: int) -> list[Pack]:
        """All packs of a shard. Raises: PacksError."""
        return [self._read(number, i) for i in range(self.manifest.shards[number][1])]

    def _read(self, shard: int, row: int) -> Pack:
        name = self.manifest.shards[shard][0]
        try:
            file = self._open(shard)
            values = {
                key: file.get_slice(key)[row : row + 1][0]
                for key in ("tokens", "labels", "ids", "hashes")
            }
        except (OSError, SafetensorError) as error:
            raise PacksError(f"{self.folder / name}: {error}; make the packs anew") from error
        tokens = values["tokens"].astype(np.int64)
        labels = values["labels"].astype(np.int64)
        pack = Pack(tokens, labels, values["ids"].tobytes().decode())
        if token_hash(tokens, labels) != values["hashes"].tobytes().hex():
            raise PacksError(
                f"{self.folder / name}: pack {pack.id} is not what its hash says; make it anew"
            )
        return pack

    def _open_shard(self, shard: int) -> Any:
        path = self.folder / self.manifest.shards[shard][0]
        return safe_open(path, framework="np")


class FixedSupply:
    """Hands packs out epoch by epoch, each epoch in an order of its own, which `seed` gives.

    `chosen` are the packs to draw from, all by default.
    """

    def __init__(self, packs: FixedPacks, *, seed: int, chosen: list[int] | None = None) -> None:
        self.packs = packs
        self.tokenizer = packs.tokenizer
        self.seed = seed
        self.chosen = np.arange(len(packs)) if chosen is None else np.array(chosen)
        self.position = 0
        self._order = lru_cache(maxsize=2)(self._shuffled)

    def take(self, count: int) -> list[Pack]:
        """The next `count` packs."""
        found = []
        for _ in range(count):
            epoch, place = divmod(self.position, len(self.chosen))
            found.append(self.packs.pack(int(self._order(epoch)[place])))
            self.position += 1
        return found

    def state(self) -> object:
        """What `restore` goes on from."""
        return {"position": self.position, "seed": self.seed, "packs": self._identity()}

    def restore(self, state: object) -> None:
        """Goes on from where `state` was taken.

        Raises: PacksError, when it was taken over other packs.
        """
        if not isinstance(state, dict) or "position" not in state:
            raise PacksError(f"{self.packs.folder}: the run to resume drew its packs from corpora")
        if state["packs"] != self._identity():
            raise PacksError(
                f"{self.packs.folder}: the run to resume was on other packs "
                f"({state['packs']}, here {self._identity()}); start a new run"
            )
        self.position, self.seed = state["position"], state["seed"]

    def _identity(self) -> str:
        return f"{self.packs.manifest.data}/{combined(str(i) for i in self.chosen)[:8]}"

    def _shuffled(self, epoch: int) -> np.ndarray:
        return np.random.default_rng((self.seed, epoch)).permutation(self.chosen)


def fix_packs(
    packer: Packer,
    out: Path,
    *,
    packs: int | None = None,
    labelled: int | None = None,
    packs_per_shard: int = 64,
    made_of: Mapping[str, Any] | None = None,
) -> PacksManifest:
    """Draws `packs` packs, or as many as give `labelled` predicted tokens, and writes them.

    Raises: PacksError, when the folder holds packs already.
    """
    if (out / MANIFEST).exists():
        raise PacksError(f"{out}: holds packs already; name another folder")
    out.mkdir(parents=True, exist_ok=True)
    shards: list[tuple[str, int]] = []
    hashes: list[str] = []
    pending: list[Pack] = []
    counted = 0

    def enough() -> bool:
        return len(hashes) >= packs if packs is not None else counted >= (labelled or 0)

    while not enough():
        pack = packer.draw()
        pending.append(pack)
        hashes.append(token_hash(pack.tokens, pack.labels))
        counted += pack.labelled
        if len(pending) == packs_per_shard or enough():
            name = f"shard-{len(shards):05d}.safetensors"
            _write_shard(out / name, pending, hashes[-len(pending) :])
            shards.append((name, len(pending)))
            pending = []
    packer.tokenizer.save(out / VOCABULARY)
    manifest = PacksManifest(
        length=packer.length,
        packs=len(hashes),
        labelled=counted,
        tokenizer=tokenizer_fingerprint(packer.tokenizer),
        data=combined(hashes),
        shards=tuple(shards),
        made_of=made_of or {},
    )
    document = {"format": FORMAT} | {k: getattr(manifest, k) for k in PacksManifest.__slots__}
    write_whole(out / MANIFEST, json.dumps(document, indent=1) + "\n")
    return manifest


def write_whole(path: Path, text: str) -> None:
    """Writes beside, then renames: a reader finds the old file or the new, never a part."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def save_whole(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """As `write_whole`, of named arrays, and on disk when it returns."""
    fresh = path.with_name(path.name + ".new")
    save_file({k: np.ascontiguousarray(v) for k, v in arrays.items()}, fresh)
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(path)


def _write_shard(path: Path, packs: list[Pack], hashes: list[str]) -> None:
    save_whole(
        path,
        {
            "tokens": np.stack([p.tokens for p in packs]).astype(np.int32),
            "labels": np.stack([p.labels for p in packs]).astype(np.int32),
            "ids": np.stack([np.frombuffer(p.id.encode(), np.uint8) for p in packs]),
            "hashes": np.stack([np.frombuffer(bytes.fromhex(h), np.uint8) for h in hashes]),
        },
    )


def _read_manifest(folder: Path) -> PacksManifest:
    path = folder / MANIFEST
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("format") != FORMAT:
            raise PacksError(f"{path}: of format {document.get('format')}, this reads {FORMAT}")
        document["shards"] = tuple((name, count) for name, count in document["shards"])
        return PacksManifest(**{k: document[k] for k in PacksManifest.__slots__})
    except FileNotFoundError:
        raise PacksError(
            f"{folder}: no {MANIFEST}; make packs with python -m distill packs"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PacksError(f"{path}: not a manifest of packs ({error})") from error


@click.command()
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--tokenizer",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="A checkpoint folder, or a vocabulary file.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--packs", "count", type=click.IntRange(1), help="How many packs.")
@click.option("--tokens", type=click.IntRange(1), help="Or: how many predicted tokens.")
@click.option("--length", default=1024, show_default=True, help="Tokens of a pack.")
@click.option("--split", default="train", show_default=True, help="The corpora's split.")
@click.option(
    "--share",
    "shares",
    multiple=True,
    metavar="SOURCE=FACTOR",
    help="Draw a corpus source so many times as often; repeatable.",
)
@click.option(
    "--mix",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A mix's report (mix.json): how often sources are drawn, and with which comments above.",
)
@click.option("--per-shard", default=64, show_default=True, help="Packs of a shard.")
@click.option("--seed", default=1, show_default=True)
def packs(
    corpus: tuple[Path, ...],
    tokenizer: Path,
    out: Path,
    count: int | None,
    tokens: int | None,
    length: int,
    split: str,
    shares: tuple[str, ...],
    mix: Path | None,
    per_shard: int,
    seed: int,
) -> None:
    """Fix a run's packs on disk, for SFT, the teachers and fusion to read the same tokens."""
    if (count is None) == (tokens is None):
        raise click.UsageError("give --packs or --tokens, one of the two")
    vocabulary = tokenizer / VOCABULARY if tokenizer.is_dir() else tokenizer
    drawn = drawing_of(mix, parse_shares(shares))
    packer = Packer(
        training_sources(read_corpora(corpus), split),
        Tokenizer.load(vocabulary),
        length=length,
        seed=seed,
        shares=drawn.shares,
        comments=drawn.comments,
        in_passes=mix is not None,
    )
    about = {"corpora": [c.name for c in corpus], "split": split, **drawn.to_json(), "seed": seed}
    manifest = fix_packs(
        packer, out, packs=count, labelled=tokens, packs_per_shard=per_shard, made_of=about
    )
    click.echo(
        json.dumps(
            {
                "out": str(out),
                "packs": manifest.packs,
                "labelled": manifest.labelled,
                "data": manifest.data,
            }
        )
    )
