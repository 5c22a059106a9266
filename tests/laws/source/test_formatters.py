"""Law 23: a formatter changes nothing: statements that keep their syntax trees are followed through real ones."""

from __future__ import annotations

import ast
import importlib
import inspect
import itertools
import subprocess
import sys
from typing import TYPE_CHECKING, TypeGuard

import pytest

from covbot.core.linemap import file_map
from covbot.core.linemap.file_versions import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMATTERS = {
    "black": ("black", "-q"),
    "black, short lines": ("black", "-q", "--line-length=40", "--skip-magic-trailing-comma"),
    "ruff": ("ruff", "format", "-q", "--isolated"),
    "ruff, other quotes": ("ruff", "format", "-q", "--isolated", "--config", "format.quote-style='single'"),
    "isort": ("isort", "-q", "--force-single-line-imports"),
    "pyupgrade": ("pyupgrade", "--py311-plus"),
    "autopep8": ("autopep8", "--in-place", "--aggressive", "--max-line-length=60"),
}
MODULES = ("textwrap", "shlex")
"""Modules of the standard library, which no formatter has touched."""


def run_formatter(command: tuple[str, ...], text: str, folder: Path) -> str:
    """Return what a formatter makes of a text."""
    path = folder / "m.py"
    path.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", *command, str(path)], capture_output=True, check=False)
    return path.read_text(encoding="utf-8")


def list_statements(text: str) -> list[tuple[str, int]]:
    """Return the tree, without positions, and the first line of each statement that has no block, in source order."""
    return [(ast.dump(node), node.lineno) for node in walk(ast.parse(text)) if is_simple(node)]


def is_simple(node: ast.AST) -> TypeGuard[ast.stmt]:
    """Whether a node is a statement without a block that a report can name, and no import, which isort moves."""
    return (
        isinstance(node, ast.stmt)
        and not hasattr(node, "body")
        and not isinstance(node, ast.Match | ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    )


def walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from walk(child)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("formatter", FORMATTERS)
def test_law_23_a_formatter_changes_nothing(formatter: str, module: str, tmp_path: Path) -> None:
    before = inspect.getsource(importlib.import_module(module)).replace("\n\n", "\n\n\n")
    after = run_formatter(FORMATTERS[formatter], before, tmp_path)
    mapped = file_map.map_pair(SourceFile(path="m.py", text=before), SourceFile(path="m.py", text=after)).file
    there = {start + step: first + step for start, first, length in mapped.runs for step in range(length)}
    old, new = list_statements(before), list_statements(after)
    assert len(old) == len(new)
    lines = [(one, other) for (tree, one), (tree_after, other) in zip(old, new, strict=True) if tree == tree_after]
    assert len(lines) >= 0.9 * len(old)
    alone = [
        pair for pair, near in zip(lines, itertools.pairwise([(0, 0), *lines]), strict=True) if pair[0] != near[0][0]
    ]
    assert [(one, there.get(one)) for one, _ in alone] == alone
