"""Counts what the structure of the source should keep low.

    python -m benchmarks.structure [ROOT] [--list]

- constants of SQL words outside `sqlcomplete/dialects/`: names bound at module or class level to a
  collection of which at least two, and half, are SQL words (tables of handlers are code)
- tests on a dialect's name outside it: comparisons with one, and collections of them
- files that name QUALIFY: what adding such a clause would touch
- the largest cyclomatic complexity, as ruff counts it
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from sqlcomplete.dialects import DIALECTS
from sqlcomplete.dialects.keywords import KEYWORDS

PACKAGES = ("sqlcomplete", "distill", "serve", "tui")
HOME = "sqlcomplete/dialects/"
_NAMES = frozenset(d.name for d in DIALECTS if d.name) | {"postgresql", "mariadb", "mssql"}
_WORD = re.compile(r"[A-Za-z_]+")


def _strings(node: ast.AST) -> list[str]:
    """The string constants in an expression, one that is split among them as its words."""
    found = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found += inner.value.split() if len(inner.value.split()) > 3 else [inner.value]
    return found


def _is_sql(text: str) -> bool:
    words = _WORD.findall(text)
    return bool(words) and all(word.upper() in KEYWORDS for word in words)


def word_constants(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of each constant that is a collection of SQL words."""
    bodies = [tree.body, *(n.body for n in tree.body if isinstance(n, ast.ClassDef))]
    for body in bodies:
        for node in body:
            if isinstance(node, ast.Assign):
                target, value = node.targets[0], node.value
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                target, value = node.target, node.value
            else:
                continue
            if isinstance(value, ast.Constant) or not isinstance(target, ast.Name):
                continue
            if isinstance(value, ast.Dict) and not _strings(ast.List(value.values, ast.Load())):
                continue  # a table of handlers
            texts = _strings(value)
            words = sum(_is_sql(text) for text in texts)
            if words >= 2 and words * 2 >= len(texts):
                yield node.lineno, target.id


def dialect_tests(tree: ast.Module) -> Iterator[int]:
    """Lines that compare with a dialect's name or collect several of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Set | ast.Tuple | ast.List):
            parts = list(node.elts)
        elif isinstance(node, ast.Dict):
            parts = [key for key in node.keys if key is not None]
        else:
            continue
        named = [p for p in parts if isinstance(p, ast.Constant) and p.value in _NAMES]
        if named and (isinstance(node, ast.Compare) or len(named) > 1):
            yield node.lineno


def largest_complexity(root: Path, package: str) -> tuple[int, str]:
    """The largest complexity in a package, and the function that has it."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "C901", "--output-format", "json",
         "--isolated", "--config", "lint.mccabe.max-complexity=1", package],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [
        (int(match.group(2)), match.group(1))
        for one in json.loads(done.stdout)
        if (match := re.search(r"`(\w+)` is too complex \((\d+)", one["message"]))
    ]
    return max(found, default=(0, ""))


@click.command()
@click.argument("root", default=".", type=click.Path(exists=True, path_type=Path))
@click.option("--list", "listed", is_flag=True, help="Name each place.")
def main(root: Path, listed: bool) -> None:
    """Prints the counts, a line a package."""
    for package in PACKAGES:
        words: list[str] = []
        tests: list[str] = []
        qualify = 0
        for path in sorted((root / package).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            qualify += "QUALIFY" in text
            if where.startswith(HOME):
                continue
            tree = ast.parse(text)
            words += [f"{where}:{line} {name}" for line, name in word_constants(tree)]
            tests += [f"{where}:{line}" for line in dialect_tests(tree)]
        complexity, function = largest_complexity(root, package)
        click.echo(
            f"{package}: {len(words)} constants of SQL words in"
            f" {len({w.partition(':')[0] for w in words})} files, {len(tests)} tests on dialects'"
            f" names, {qualify} files name QUALIFY, complexity up to {complexity} ({function})"
        )
        if listed:
            for one in (*words, *tests):
                click.echo(f"  {one}")


if __name__ == "__main__":
    main()
