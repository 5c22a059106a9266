"""Which line a statement is known by, whichever of its lines a report names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from covbot.core.source import regions

if TYPE_CHECKING:
    from collections.abc import Iterator


def map_first_lines(source: str) -> dict[int, int]:
    """Every further line of a statement that is longer than one -> its first line; without blocks, as these are others.

    A decorator and the `def` below it are known by a line each. Empty for a text that this Python cannot parse.
    """
    known: dict[int, int] = {}
    for first, last in _stretches(regions.parse_source(source)):
        for line in range(first + 1, last + 1):
            known.setdefault(line, first)
    return known


def _stretches(module: ast.Module) -> Iterator[tuple[int, int]]:
    """First and last line of each statement, of a compound one only up to its block."""
    for node in ast.walk(module):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            for decorator in getattr(node, "decorator_list", ()):
                yield decorator.lineno, _end(decorator)
            yield node.lineno, _head_end(node)
        elif isinstance(node, ast.match_case):
            yield node.pattern.lineno, regions.first_line(node.body[0]) - 1


def _head_end(node: ast.stmt | ast.ExceptHandler) -> int:
    """The last line of a statement that is not one of its blocks."""
    if isinstance(node, ast.Match):
        return _end(node.subject)
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        return regions.first_line(body[0]) - 1
    return _end(node)


def _end(node: ast.stmt | ast.expr | ast.ExceptHandler) -> int:
    return node.end_lineno or node.lineno
