"""The first line of each statement that covers several lines, since a report may name any of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from covbot.core.source import nearby, parsing, regions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.lines import Lines


def map_first_lines(source: str) -> dict[int, int]:
    """Return each further line of a statement of several lines -> its first line. Blocks of a statement are left out.

    A decorator and the `def` below it have a first line each. Empty for a text that this Python cannot parse.
    """
    return _list_further_lines(parsing.parse(source).tree)


def find_first_lines(source: str, lines: Lines) -> dict[int, int]:
    """Return each of these lines that continues a statement -> its first line. Only what is around them is parsed."""
    near = nearby.parse_around(source, lines)
    if near is None:
        return {line: first for line, first in map_first_lines(source).items() if line in lines}
    numbers = near.numbers
    further = {numbers[line - 1]: numbers[first - 1] for line, first in _list_further_lines(near.tree).items()}
    return {line: further[line] for line in lines if line in further}


def _list_further_lines(module: ast.Module) -> dict[int, int]:
    first_lines: dict[int, int] = {}
    for first, last in _find_spans(module):
        for line in range(first + 1, last + 1):
            first_lines.setdefault(line, first)
    return first_lines


def _find_spans(module: ast.Module) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each statement, and of the header alone of a compound statement."""
    for node in ast.walk(module):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            for decorator in getattr(node, "decorator_list", ()):
                yield decorator.lineno, _find_end(decorator)
            yield node.lineno, _find_header_end(node)
        elif isinstance(node, ast.match_case):
            yield node.pattern.lineno, regions.find_first_line(node.body[0]) - 1


def _find_header_end(node: ast.stmt | ast.ExceptHandler) -> int:
    """Return the last line of a statement before its first block."""
    if isinstance(node, ast.Match):
        return _find_end(node.subject)
    body: list[ast.stmt] = getattr(node, "body", [])
    if body:
        return regions.find_first_line(body[0]) - 1
    return _find_end(node)


def _find_end(node: ast.stmt | ast.expr | ast.ExceptHandler) -> int:
    return node.end_lineno or node.lineno
