"""The registry: what is installed is whole, what is damaged never loads, and the way back."""

from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from tiny_models import make_model

from sqlcomplete.model import ModelError
from sqlcomplete.models import Registry, load_entry, load_in_use
from sqlcomplete.models import files as files_module


def test_a_registry_without_models_has_the_embedded_one_in_use(registry: Registry) -> None:
    assert [entry.id for entry in registry.all()] == ["embedded"]
    assert registry.current().id == "embedded"
    assert not registry.root.exists()  # looking makes nothing


def test_an_installed_model_is_whole_and_loads(registry: Registry, install: Any) -> None:
    entry = install("acme")
    assert entry.id == "acme@1"
    assert {p.name for p in entry.folder.iterdir()} == {
        "manifest.json",
        "model.json",
        "model.onnx",
        "vocabulary.json",
    }
    found = registry.find("acme")
    assert found == entry
    assert found.manifest is not None
    assert found.manifest.architecture.layers == 2
    assert load_entry(found).weights.layers == 2
    assert registry.current().id == "embedded"  # installing chooses nothing


def test_training_a_name_again_makes_a_version_and_keeps_three(
    registry: Registry, install: Any
) -> None:
    install("acme")
    registry.use("acme")
    for _ in range(5):
        install("acme")
    # The one in use stays, however old.
    assert [e.id for e in registry.all()] == ["embedded", "acme@1", "acme@4", "acme@5", "acme@6"]
    assert registry.find("acme").id == "acme@6"
    assert registry.current().id == "acme@1"


def test_rollback_goes_back_step_by_step(registry: Registry, install: Any) -> None:
    for _ in range(2):
        install("acme")
    for name in ("acme@1", "acme@2", "acme@2"):
        registry.use(name)
    assert registry.rollback().id == "acme@1"
    assert registry.rollback().id == "embedded"
    with pytest.raises(ModelError, match="nothing to go back to"):
        registry.rollback()


def test_rollback_passes_over_what_was_removed(registry: Registry, install: Any) -> None:
    install("acme")
    install("other")
    registry.use("acme")
    registry.use("other")
    registry.remove("acme")
    assert registry.rollback().id == "embedded"


def test_the_embedded_model_and_the_one_in_use_cannot_be_removed(
    registry: Registry, install: Any
) -> None:
    with pytest.raises(ModelError, match="ships with sqlcomplete"):
        registry.remove("embedded")
    install("acme")
    install("acme")
    registry.use("acme")
    with pytest.raises(ModelError, match="acme@2 is in use"):
        registry.remove("acme")
    assert registry.remove("acme@1") == ("acme@1",)
    registry.use("embedded")
    assert registry.remove("acme") == ("acme@2",)
    assert [p.name for p in registry.root.iterdir()] == ["current.json"]


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "a b", "embedded", "none", "true", "x@2", ".hidden", "x" * 65]
)
def test_a_name_that_cannot_be_a_folders_is_refused(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    with pytest.raises(ModelError, match="model name"):
        registry.install(make_model(tmp_path / "m"), name, made="", base="", base_name="embedded-1")
    assert not registry.root.exists()


def test_an_unknown_name_is_told_with_those_there_are(registry: Registry, install: Any) -> None:
    install("acme")
    with pytest.raises(ModelError, match="no model 'acne'; there are: embedded, acme"):
        registry.use("acne")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("file", ["model.onnx", "vocabulary.json", "model.json"])
@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_a_damaged_file_is_named_and_the_embedded_model_goes_on(
    registry: Registry, install: Any, file: str, damage: Any
) -> None:
    entry = install("acme")
    registry.use("acme")
    damage(entry.folder / file)
    with pytest.raises(ModelError, match=file):
        load_entry(registry.find("acme"))
    with pytest.raises(ModelError, match=file):
        registry.use("acme")
    said: list[str] = []
    assert load_in_use(registry, said.append).id == "embedded"
    assert len(said) == 1
    assert file in said[0]
    assert "embedded model is used instead" in said[0]
    assert "\n" not in said[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"format": 99}',
        '{"format": 1, "files": {"../../x": {"sha256": "", "bytes": 1}}}',
    ],
)
def test_a_manifest_of_another_make_is_a_problem_not_a_crash(
    registry: Registry, install: Any, text: str
) -> None:
    entry = install("acme")
    (entry.folder / "manifest.json").write_text(text)
    found = registry.find("acme")
    assert found.problem
    assert "manifest.json" in found.problem
    with pytest.raises(ModelError):
        registry.use("acme")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"current": "gone@3", "before": []}'])
def test_a_pointer_that_says_nothing_good_means_the_embedded_model(
    registry: Registry, install: Any, text: str
) -> None:
    install("acme")
    registry.current_file.write_text(text)
    assert load_in_use(registry, [].append).id == "embedded"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"layers": 1}, "no past_key_values.1.key"),
        ({"layers": 3}, "more than 2 layers"),
        ({"vocabulary": 300}, "logits"),
    ],
)
def test_a_graph_of_another_architecture_does_not_load(
    install: Any, options: dict[str, int], says: str
) -> None:
    with pytest.raises(ModelError, match=says):
        load_entry(install("acme", **options))


def test_a_model_for_other_prompts_does_not_load(registry: Registry, tmp_path: Path) -> None:
    folder = make_model(tmp_path / "m")
    document = json.loads((folder / "vocabulary.json").read_text())
    document["specials"] = ["<end>", "<schema>", "<fim_suffix>", "<prefix>"]
    (folder / "vocabulary.json").write_text(json.dumps(document))
    entry = registry.install(folder, "acme", made="", base="", base_name="embedded-1")
    with pytest.raises(ModelError, match="made for prompts with"):
        load_entry(entry)


def test_a_full_disk_while_installing_changes_nothing(
    registry: Registry, install: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme")
    registry.use("acme")
    before = sorted(p.name for p in registry.root.rglob("*"))
    real = os.fsync
    calls = 0

    def fsync(handle: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(files_module.os, "fsync", fsync)
    with pytest.raises(ModelError, match="no space left on device; acme was not installed"):
        install("acme")
    assert sorted(p.name for p in registry.root.rglob("*")) == before
    assert load_in_use(registry, [].append).id == "acme@1"


def test_an_installation_that_was_killed_is_no_model(registry: Registry, install: Any) -> None:
    install("acme")
    half = registry.root / ".new-acme-killed"
    half.mkdir()
    (half / "model.onnx").write_bytes(b"half")
    os.utime(half, (0, 0))
    assert [e.id for e in registry.all()] == ["embedded", "acme@1"]
    install("acme")
    assert not half.exists()


def test_two_trainings_at_once_get_a_version_each(registry: Registry, install: Any) -> None:
    threads = [threading.Thread(target=install, args=("acme",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.id for e in registry.all()] == ["embedded", "acme@1", "acme@2", "acme@3"]
    assert all(e.problem is None for e in registry.all())


def test_export_copies_what_loads_and_overwrites_nothing(
    registry: Registry, install: Any, tmp_path: Path
) -> None:
    install("acme")
    out = tmp_path / "out" / "folder"
    registry.export("acme", out)
    assert (out / "model.onnx").is_file()
    with pytest.raises(ModelError, match="is there already"):
        registry.export("acme", out)
    flip(registry.find("acme").folder / "model.onnx")
    with pytest.raises(ModelError, match="damaged"):
        registry.export("acme", tmp_path / "other")
    assert not (tmp_path / "other").exists()
