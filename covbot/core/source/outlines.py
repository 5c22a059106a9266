"""The statements of a source text, each with the block that it stands in, by the line that a report names it by."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, frozen

from covbot.core.source import regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.lines import Lines

Node: TypeAlias = ast.stmt | ast.ExceptHandler | ast.match_case
"""What a report can name by a line of its own."""

BLOCK_FIELDS = ("body", "handlers", "cases", "orelse", "finalbody")
"""Where a statement holds its blocks, in the order of the source; those of `handlers` and `cases` are alternatives."""


@frozen(kw_only=True, eq=False)
class Statement:
    """A statement, handler or case: the `index`th of a block, which `owner` (None: the module) holds in `field`."""

    node: Node
    block: Sequence[Node]
    index: int
    owner: Statement | None
    field: str

    @property
    def line(self) -> int:
        """The line that it begins on, its decorators included."""
        return first_line(self.node)


@define(kw_only=True, eq=False)
class Outline:
    """All places of a text by line, the first of each line, and those of every node."""

    by_line: dict[int, Statement]
    by_node: dict[int, Statement]

    def fits(self, statements: Lines) -> bool:
        """Whether every statement of a report begins where one of the text does: else it measured another text."""
        return all(line in self.by_line for line in statements)

    def place(self, node: Node) -> Statement:
        """The place of a node of this text."""
        return self.by_node[id(node)]


def build_outline(source: str) -> Outline:
    """The places of a text, none for one that this Python cannot parse."""
    found = Outline(by_line={}, by_node={})
    for place in _walk(regions.parse_source(source)):
        found.by_node[id(place.node)] = place
        for line in {place.line, *_further_lines(place.node)}:
            found.by_line.setdefault(line, place)
    return found


def first_line(node: Node) -> int:
    """The line that a statement, handler or case begins on."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    return node.lineno if isinstance(node, ast.ExceptHandler) else regions.first_line(node)


def last_line(node: Node) -> int:
    """The last line of a statement, handler or case."""
    if isinstance(node, ast.match_case):
        return last_line(node.body[-1])
    return node.end_lineno or node.lineno


def _further_lines(node: Node) -> list[int]:
    """The lines of a definition besides its first that a report names: of further decorators, and of its `def`."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    return [node.lineno, *(decorator.lineno for decorator in node.decorator_list)]


def _walk(module: ast.Module) -> Iterator[Statement]:
    """Every place, what is outside before what is within, and the rest in the order of the source."""
    waiting = list(reversed([*_children(module.body, None, "body")]))
    while waiting:
        place = waiting.pop()
        yield place
        inner = [
            child
            for field in BLOCK_FIELDS
            if isinstance(block := getattr(place.node, field, None), list)
            for child in _children(block, place, field)
        ]
        waiting.extend(reversed(inner))


def _children(block: Sequence[Node], owner: Statement | None, field: str) -> Iterator[Statement]:
    for index, node in enumerate(block):
        yield Statement(node=node, block=block, index=index, owner=owner, field=field)
