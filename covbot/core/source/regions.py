"""Whose line is it: the functions, class bodies and module body of a source text, each line in exactly one of them.

Functions are what coverage.py's own region finder takes for them: a body without its `def`, decorators and defaults,
which run where it is defined. It is not asked itself, since it does not tell where the body of a class lies.
"""

from __future__ import annotations

import ast
import enum
import functools
import warnings
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.lines import Lines
from covbot.core.source import chunks, normalization

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class RegionKind(enum.StrEnum):
    """What a region is."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"


@frozen(kw_only=True)
class Region:
    """A function, a class body or the module body, and the lines that belong to it and to no region within it.

    `name` is the qualified name, "" for the module. What is nested in a function belongs to the outermost function.
    """

    name: str
    kind: RegionKind
    lines: Lines


def find_regions(source: str) -> tuple[Region, ...]:
    """The regions of a text, the module body first; definitions of one name (a property and its setter) are one region.

    A text that this Python cannot parse is one module region.
    """
    return _find(parse_source(source), normalization.normalize_text(source).count("\n"))


def _find(module: ast.Module, height: int) -> tuple[Region, ...]:
    """The regions of a syntax tree, of so many lines."""
    owners = [("", RegionKind.MODULE)] * (height + 1)
    for name, kind, body in _bodies(module):
        first, last = first_line(body[0]), body[-1].end_lineno or body[-1].lineno
        owners[first : last + 1] = [(name, kind)] * (last + 1 - first)
    return _gather(owners)


def find_region_names(source: str, lines: Lines) -> dict[int, str]:
    """The names of the regions of these lines alone, in a fraction of the time: the rest of the text is not parsed."""
    found, wanted = chunks.split_chunks(source), set(lines)
    text, numbers = chunks.join_chunks(
        found,
        chunks.add_class_heads(found, (index for index, unit in enumerate(found) if not wanted.isdisjoint(unit.lines))),
    )
    module = parse_source(text[1:])
    if not module.body:
        return {line: region.name for region in find_regions(source) for line in region.lines if line in wanted}
    near = (region for region in _find(module, len(numbers)))
    return {number: region.name for region in near for line in region.lines if (number := numbers[line - 1]) in wanted}


@functools.lru_cache(maxsize=4)  # one text is asked for by several modules in turn, and parsing is what takes long
def parse_source(source: str) -> ast.Module:
    """The syntax tree of a text, an empty one if this Python cannot parse it; nobody may change it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a project's source is not covbot's to complain about
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module(body=[], type_ignores=[])


def _bodies(module: ast.Module) -> Iterator[tuple[str, RegionKind, Sequence[ast.stmt]]]:
    """Name, kind and statements of every class and outermost function, what is outside before what is within."""
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, outer = waiting.pop()
        for child in reversed([*_statements(node)]):
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield outer + child.name, RegionKind.FUNCTION, child.body
                case ast.ClassDef():
                    yield outer + child.name, RegionKind.CLASS, child.body
                    waiting.append((child, f"{outer}{child.name}."))
                case _:
                    waiting.append((child, outer))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        found = getattr(node, field, ())
        if isinstance(found, list):
            yield from found


def first_line(statement: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _gather(owners: Sequence[tuple[str, RegionKind]]) -> tuple[Region, ...]:
    kinds: dict[str, RegionKind] = {"": RegionKind.MODULE}
    lines: dict[str, list[int]] = {"": []}
    for number, (name, kind) in enumerate(owners[1:], start=1):
        kinds.setdefault(name, kind)
        lines.setdefault(name, []).append(number)
    return tuple(Region(name=name, kind=kinds[name], lines=Lines.of(lines[name])) for name in lines)


MODULE_BODY = ""
"""The region of a file that is known at module grain only."""
