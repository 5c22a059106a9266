"""The regions of a source text: functions, class bodies and the module body. Each line belongs to exactly one region.

Functions are those of coverage.py's own region finder: bodies without `def`, decorators and defaults, which run where
the function is defined. That finder itself is not used, since it does not report the lines of class bodies.
"""

from __future__ import annotations

import ast
import enum
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.lines import Lines
from covbot.core.source import nearby, normalization, parsing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class RegionKind(enum.StrEnum):
    """The kind of a region."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


@frozen(kw_only=True)
class Region:
    """A function, a class body or the module body, with the lines that belong to it and to no region within it.

    `name` is the qualified name, "" for the module. Definitions within a function belong to the outermost function.
    """

    name: str
    kind: RegionKind
    lines: Lines


def find_regions(source: str) -> tuple[Region, ...]:
    """Return the regions of a text, the module body first. Definitions of one name (a property and its setter) are one.

    What no grammar of Python knows belongs to the region around it.
    """
    return _divide_module(parsing.parse(source).tree, normalization.normalize_text(source).count("\n"))


def _divide_module(module: ast.Module, height: int) -> tuple[Region, ...]:
    """Return the regions of a syntax tree whose text has `height` lines."""
    owners = [("", RegionKind.MODULE)] * (height + 1)
    for name, kind, body in _find_bodies(module):
        first, last = find_first_line(body[0]), body[-1].end_lineno or body[-1].lineno
        owners[first : last + 1] = [(name, kind)] * (last + 1 - first)
    return _group_lines(owners)


def find_region_names(source: str, lines: Lines) -> dict[int, str]:
    """Return the name of the region of each of these lines. Only the chunks around them are parsed, to save time."""
    wanted, near = set(lines), nearby.parse_around(source, lines)
    if near is None:
        return {line: region.name for region in find_regions(source) for line in region.lines if line in wanted}
    return {
        number: region.name
        for region in _divide_module(near.tree, len(near.numbers))
        for line in region.lines
        if (number := near.numbers[line - 1]) in wanted
    }


def _find_bodies(module: ast.Module) -> Iterator[tuple[str, RegionKind, Sequence[ast.stmt]]]:
    """Yield name, kind and statements of each class and outermost function, outer ones before inner ones."""
    pending: list[tuple[ast.AST, str]] = [(module, "")]
    while pending:
        node, outer = pending.pop()
        for child in reversed([*_list_children(node)]):
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield outer + child.name, RegionKind.FUNCTION, child.body
                case ast.ClassDef():
                    yield outer + child.name, RegionKind.CLASS, child.body
                    pending.append((child, f"{outer}{child.name}."))
                case _:
                    pending.append((child, outer))


def _list_children(node: ast.AST) -> Iterator[ast.AST]:
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        found = getattr(node, field, ())
        if isinstance(found, list):
            yield from found


def find_first_line(statement: ast.stmt) -> int:
    """Return the first line of a statement, decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _group_lines(owners: Sequence[tuple[str, RegionKind]]) -> tuple[Region, ...]:
    kinds: dict[str, RegionKind] = {"": RegionKind.MODULE}
    lines: dict[str, list[int]] = {"": []}
    for number, (name, kind) in enumerate(owners[1:], start=1):
        kinds.setdefault(name, kind)
        lines.setdefault(name, []).append(number)
    return tuple(Region(name=name, kind=kinds[name], lines=Lines.of(lines[name])) for name in lines)


MODULE_BODY = ""
"""The name of the module body, also used for all lines of a file whose functions are unknown."""
