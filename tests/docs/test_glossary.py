"""A public class has a name of its own, or the glossary says which name it gets."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("sqlcomplete", "distill", "serve", "tui")


def _classes() -> dict[str, set[str]]:
    """The modules of each public class's name."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].add(str(file.relative_to(ROOT)))
    return found


def _listed() -> dict[str, dict[str, str]]:
    """By the class's name: the modules that the glossary lists, each with the new name."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (?:`(\w+)`)? ?\| `([\w/.]+)` \| (.+) \|$",
        text.split("## Class names that mean several things")[1],
        re.MULTILINE,
    )
    listed: dict[str, dict[str, str]] = {}
    name = ""
    for own, module, then in rows:
        name = own or name
        listed.setdefault(name, {})[module] = then
    return listed


def test_a_name_that_means_several_things_is_in_the_glossary() -> None:
    listed = _listed()
    assert len(listed) > 5
    shared = {name: modules for name, modules in _classes().items() if len(modules) > 1}
    missing = {
        name: sorted(modules - set(listed.get(name, {})))
        for name, modules in shared.items()
        if modules - set(listed.get(name, {}))
    }
    assert not missing, "give these another name, or list them in docs/glossary.md"


def test_a_new_name_is_given_once() -> None:
    new = [
        then.strip("`")
        for modules in _listed().values()
        for then in modules.values()
        if then.startswith("`")
    ]
    assert len(new) == len(set(new))
    assert not set(new) & set(_listed())


def test_a_name_is_kept_in_one_place_at_most() -> None:
    for name, modules in _listed().items():
        assert sum(then.startswith("keep") for then in modules.values()) <= 1, name
