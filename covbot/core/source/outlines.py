"""The statements of a source text, each with its block, by the lines by which a report names it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, frozen

from covbot.core.source import parsing, regions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.lines import Lines

Node: TypeAlias = ast.stmt | ast.ExceptHandler | ast.match_case
"""A syntax node that a report can name by a line of its own."""

BLOCK_FIELDS = ("body", "handlers", "cases", "orelse", "finalbody")
"""The fields of a statement that hold its blocks, in source order. `handlers` and `cases` hold alternatives."""


@frozen(kw_only=True, eq=False)
class Statement:
    """A statement, handler or case, with its `index` in its block. `owner` (None: the module) holds that in `field`."""

    node: Node
    block: Sequence[Node]
    index: int
    owner: Statement | None
    field: str

    @property
    def line(self) -> int:
        """The line on which the statement begins, decorators included."""
        return find_first_line(self.node)


@define(kw_only=True, eq=False)
class Outline:
    """The statements of a text: the first one of each line by line, and each one by the `id` of its node."""

    by_line: dict[int, Statement]
    by_node: dict[int, Statement]

    def fits(self, statements: Lines) -> bool:
        """Whether a statement of the text begins on each of these lines. If not, the report measured another text."""
        return all(line in self.by_line for line in statements)

    def find_statement(self, node: Node) -> Statement:
        """Return the statement of a node of this text."""
        return self.by_node[id(node)]


def build_outline(source: str) -> Outline:
    """Return the outline of a text, an empty one if some of it is no Python."""
    found = Outline(by_line={}, by_node={})
    parsed = parsing.parse(source)
    if parsed.fault:
        return found
    rows = parsed.text.split("\n")
    for statement in _walk_statements(parsed.tree):
        found.by_node[id(statement.node)] = statement
        for line in {statement.line, *_list_further_lines(statement.node)}:
            found.by_line.setdefault(line, statement)
        if isinstance(statement.node, ast.match_case):
            found.by_line.setdefault(_find_case(rows, statement.line), statement)
    return found


def _find_case(rows: Sequence[str], line: int) -> int:
    """Return the line of the `case` of a pattern, which may begin on a later line, in parentheses."""
    for number in range(line, 0, -1):
        if rows[number - 1].lstrip().startswith("case"):
            return number
    return line


def list_lines(statement: Statement) -> list[int]:
    """Return the lines by which a report names a statement."""
    return [statement.line, *_list_further_lines(statement.node)]


def find_first_line(node: Node) -> int:
    """Return the line on which a statement, handler or case begins, decorators included."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    return node.lineno if isinstance(node, ast.ExceptHandler) else regions.find_first_line(node)


def find_last_line(node: Node) -> int:
    """Return the last line of a statement, handler or case."""
    if isinstance(node, ast.match_case):
        return find_last_line(node.body[-1])
    return node.end_lineno or node.lineno


def is_inert(node: Node) -> bool:
    """Whether a statement cannot fail, and may be none in a report: a docstring, `pass`, `global` or `nonlocal`."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Global() | ast.Nonlocal():
            return True
        case _:
            return False


def _list_further_lines(node: Node) -> list[int]:
    """Return the other lines by which a report names a definition: those of its decorators and of its `def`."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    return [node.lineno, *(decorator.lineno for decorator in node.decorator_list)]


def _walk_statements(module: ast.Module) -> Iterator[Statement]:
    """Yield all statements in source order, outer ones before those in their blocks."""
    pending = list(reversed([*_list_statements(module.body, None, "body")]))
    while pending:
        statement = pending.pop()
        yield statement
        inner = [
            child
            for field in BLOCK_FIELDS
            if isinstance(block := getattr(statement.node, field, None), list)
            for child in _list_statements(block, statement, field)
        ]
        pending.extend(reversed(inner))


def _list_statements(block: Sequence[Node], owner: Statement | None, field: str) -> Iterator[Statement]:
    for index, node in enumerate(block):
        yield Statement(node=node, block=block, index=index, owner=owner, field=field)
