"""The parts of a source text as people name them: of each line the innermost definition that it is in.

Regions, which identify tasks, are coarser: definitions within a function, and all definitions of one name, are one
region.
"""

from __future__ import annotations

import ast
import bisect
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, frozen

from covbot.core.source import outlines, regions
from covbot.core.source.regions import RegionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from covbot.core.lines import Lines
    from covbot.core.source.outlines import Outline, Statement

    Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_ACCESSORS = ("setter", "deleter", "getter")


@frozen(kw_only=True)
class Part:
    """A definition, or the code of the module that is in none: its `name`, unique in its file, and its body's lines.

    `subject` is what a test of it is about. `line` is the line of its header, 0 for the module.
    """

    name: str
    kind: RegionKind
    subject: str = ""
    line: int = 0
    first: int = 0
    last: int = 0

    def contains(self, line: int) -> bool:
        """Whether a line is in the body of the definition, or in one within it; of the module every line is."""
        return self.kind is RegionKind.MODULE or self.first <= line <= self.last


MODULE = Part(name="the module itself", kind=RegionKind.MODULE)
"""The code of a module that is in no definition."""


def name_region(region: str) -> str:
    """Return the name of a region whose source is not known."""
    return region or MODULE.name


def find_parts(source: str, lines: Iterable[int]) -> dict[int, Part]:
    """Return the part of each of these lines; none if the text cannot be parsed."""
    outline = outlines.build_outline(source)
    if not outline.by_node:
        return {}
    owners = dict.fromkeys(lines, MODULE)
    ordered = sorted(owners)
    for part in _list_parts(outline):  # an outer one comes before those within it
        first, beyond = bisect.bisect_left(ordered, part.first), bisect.bisect_right(ordered, part.last)
        owners.update(dict.fromkeys(ordered[first:beyond], part))
    return owners


def find_executed_names(source: str, covered: Lines) -> frozenset[str]:
    """Return the unqualified names of the definitions of a text of whose bodies some line ran."""
    ran = list(covered)
    found = (one.node for one in _name_definitions(outlines.build_outline(source)))
    return frozenset(node.name for node in found if _contains_any(node, ran))


def _contains_any(node: Definition, ran: Sequence[int]) -> bool:
    at = bisect.bisect_left(ran, regions.find_first_line(node.body[0]))
    return at < len(ran) and ran[at] <= outlines.find_last_line(node.body[-1])


@define(kw_only=True, eq=False)
class _Named:
    """A definition with its qualified name, and the note that distinguishes it from others of that name."""

    node: Definition
    name: str
    own: str
    note: str


def _list_parts(outline: Outline) -> Iterator[Part]:
    named = list(_name_definitions(outline))
    totals = Counter((one.name, one.note) for one in named)
    counted: Counter[tuple[str, str]] = Counter()
    for one in named:
        key = one.name, one.note
        counted[key] += 1
        order = f"{counted[key]} of {totals[key]}" if totals[key] > 1 else ""
        notes = ", ".join(filter(None, [one.note, order]))
        own = f"the {one.note} of {one.own}" if one.note in _ACCESSORS else one.own
        is_class = isinstance(one.node, ast.ClassDef)
        yield Part(
            name=f"{'class ' if is_class else ''}{one.name}{f' ({notes})' if notes else ''}",
            kind=RegionKind.CLASS if is_class else RegionKind.FUNCTION,
            subject=own,
            line=one.node.lineno,
            first=regions.find_first_line(one.node.body[0]),
            last=outlines.find_last_line(one.node.body[-1]),
        )


def _name_definitions(outline: Outline) -> Iterator[_Named]:
    """Yield the definitions in source order; those of one name are distinguished as far as their decorators do that."""
    found: list[tuple[Definition, str]] = []
    names: dict[int, str] = {}
    for statement in outline.by_node.values():
        if isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            outer = _find_outer(statement, names)
            names[id(statement.node)] = f"{outer}{statement.node.name}."
            found.append((statement.node, outer))
    totals = Counter(f"{outer}{node.name}" for node, outer in found)
    for node, outer in found:
        shared = totals[f"{outer}{node.name}"] > 1
        base, note = _describe_registration(node) if shared or node.name == "_" else ("", "")
        own = base or node.name
        note = note or (_describe_decorators(node) if shared else "")
        yield _Named(node=node, name=f"{outer}{own}", own=own, note=note)


def _find_outer(statement: Statement, names: dict[int, str]) -> str:
    owner = statement.owner
    while owner is not None:
        if id(owner.node) in names:
            return names[id(owner.node)]
        owner = owner.owner
    return ""


def _describe_registration(node: Definition) -> tuple[str, str]:
    """Return the generic function that a function is registered for, and the type, by `functools.singledispatch`."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not (isinstance(called, ast.Attribute) and called.attr == "register" and isinstance(called.value, ast.Name)):
            continue
        types = decorator.args if isinstance(decorator, ast.Call) else _list_annotations(node)
        return called.value.id, f"for {ast.unparse(types[0])}" if types else ""
    return "", ""


def _list_annotations(node: Definition) -> list[ast.expr]:
    if isinstance(node, ast.ClassDef):
        return []
    return [argument.annotation for argument in node.args.posonlyargs + node.args.args if argument.annotation]


def _describe_decorators(node: Definition) -> str:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Attribute(attr="setter" | "deleter" | "getter" as accessor):
                return accessor
            case ast.Name(id="overload") | ast.Attribute(attr="overload"):
                return "overload"
            case ast.Name(id=name) if name.endswith("property"):
                return "getter"
            case ast.Attribute(attr=name) if name.endswith("property"):
                return "getter"
            case _:
                pass
    return ""
