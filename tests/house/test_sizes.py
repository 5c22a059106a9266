"""Modules and functions are short, and every exception to a rule has its reason."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path.relative_to(ROOT)
    for folder in (".ci", "covbot", "examples", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
MOST_MODULES = 15
EXCEPTION = re.compile(
    r"#\s*(noqa\b(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)?|pragma:[\w ]*|type:\s*ignore(\[[\w, -]+\])?)"
)


def _read(module: Path) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def _find_functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def _find_comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _is_unexplained(comment: str) -> bool:
    found = EXCEPTION.search(comment)
    return found is not None and not re.search(r"\w{2}.*\w{2}", comment[found.end() :])


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = [(str(module), _read(module).count("\n")) for module in MODULES]
    assert [(module, lines) for module, lines in lengths if lines > LONGEST_MODULE] == []


def test_no_function_is_longer_than_40_lines() -> None:
    functions = [(str(module), *found) for module in MODULES for found in _find_functions(_read(module))]
    assert [(module, name, lines) for module, name, lines in functions if lines > LONGEST_FUNCTION] == []


def test_no_folder_holds_more_than_15_modules() -> None:
    folders = Counter(str(module.parent) for module in MODULES if module.name != "__init__.py")
    assert [(folder, count) for folder, count in folders.items() if count > MOST_MODULES] == []


def test_a_module_is_no_test_by_its_name_unless_it_is_one() -> None:
    mistaken = [
        module for module in MODULES if module.parts[0] == "covbot" and re.search(r"^test_|_test$", module.stem)
    ]
    assert mistaken == []


def test_every_exception_to_a_rule_has_its_reason_on_the_line() -> None:
    comments = [(str(module), *found) for module in MODULES for found in _find_comments(_read(module))]
    assert [(module, line, comment) for module, line, comment in comments if _is_unexplained(comment)] == []


@pytest.mark.parametrize(
    ("comment", "unexplained"),
    [
        ("# noqa", True),
        ("# noqa: S101", True),
        ("# noqa: S101, S603", True),
        ("# noqa: S101 -- a reason in words", False),
        ("# pragma: no cover", True),
        ("# pragma: no cover -- only without a terminal", False),
        ("# type: ignore[arg-type]", True),
        ("# an ordinary comment", False),
    ],
)
def test_an_exception_without_a_reason_is_found(comment: str, unexplained: bool) -> None:
    assert _is_unexplained(comment) is unexplained
