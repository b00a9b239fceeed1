"""The recipes are true: the files are there, and the names are in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_WORDS = " ".join(PAGE.split())
PATHS = sorted(set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*(?:/|\.(?:py|toml|md|txt|yml)))`", PAGE)))
LINKS = sorted(set(re.findall(r"\]\(([\w./-]+)\)", PAGE)))
NAMES = sorted(set(re.findall(r"`(\w+)` in `([\w/.]+\.py)`", _WORDS)))


@pytest.mark.parametrize("path", PATHS + LINKS)
def test_a_path_is_there(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("name", "file"), NAMES)
def test_a_name_is_in_its_file(name: str, file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(?:class |(?:async )?def )?{name}\b\s*[:=(]", text, re.MULTILINE)


def test_there_are_ten_recipes() -> None:
    assert len(re.findall(r"^## How to add ", PAGE, re.MULTILINE)) == 10
    assert len(PATHS) > 30
    assert len(NAMES) > 15


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^    make (\w+)", PAGE, re.MULTILINE))))
def test_a_make_target_is_there(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
