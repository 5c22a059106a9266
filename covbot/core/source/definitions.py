"""Lines that must have run, since what they define did: a report in which they are missing contradicts itself."""

from __future__ import annotations

import ast
import bisect
import re
from typing import TYPE_CHECKING

from covbot.core.source import normalization, outlines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.coverage import FileCoverage
    from covbot.core.lines import Lines
    from covbot.core.source.outlines import Outline, Statement

_HEADER = re.compile(r"\s*(?:@|(?:async\s+def|(?:cdef\s+)?class|def|cpdef|cdef)\b)")
_DECORATOR = re.compile(r" *@")
_DEFINITION = re.compile(r"( *)(?:async +def|(?:cdef +)?class|def|cpdef|cdef)\b[^=]*[:(]")
_CLOSING = ("#", ")", "]", "}")


def find_executed_before(source: str, covered: Lines) -> set[int]:
    """Return the lines of a Python text that ran because of the functions that did.

    A function whose body ran was defined; so its `def` and decorators ran, every statement before it in its block
    began, and so did what its block belongs to.
    """
    outline = outlines.build_outline(source)
    ran = list(covered)
    found: set[int] = set()
    for statement in outline.by_node.values():
        if isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            body = statement.node.body
            if _contains(ran, outlines.find_first_line(body[0]), outlines.find_last_line(body[-1])):
                found.update(_list_executed_before(statement, outline))
    return found


def _contains(numbers: Sequence[int], first: int, last: int) -> bool:
    at = bisect.bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] <= last


def _list_executed_before(statement: Statement, outline: Outline) -> Iterator[int]:
    current: Statement | None = statement
    while current is not None:
        yield from outlines.list_lines(current)
        if current.field not in {"handlers", "cases"}:
            for node in current.block[: current.index]:
                yield from outlines.list_lines(outline.find_statement(node))
        current = current.owner


def is_header(row: str) -> bool:
    """Whether a row looks like one of the header of a definition."""
    return _HEADER.match(row) is not None


def may_contradict(rows: Sequence[str], file: FileCoverage) -> bool:
    """Whether a definition is missing above a line that ran and is further to the right, in the same block.

    Only then `find_executed_before` or `find_headers_executed` may find something, which takes much longer.
    """
    if not file.missing or not any(is_header(rows[line]) for line in file.missing if line < len(rows)):
        return False
    missing = set(file.missing)
    blocks: list[tuple[int, bool, bool]] = []  # of each open block: its indent, whether a line in it or deeper ran
    for line in reversed([*file.statements]):
        if line >= len(rows):
            continue
        indent = len(rows[line]) - len(rows[line].lstrip())
        inside = False
        while blocks and blocks[-1][0] > indent:
            _, ran, deeper = blocks.pop()
            inside = inside or ran or deeper
        before = blocks.pop() if blocks and blocks[-1][0] == indent else (indent, False, False)
        deeper = inside or before[2]
        if line not in missing:
            blocks.append((indent, True, deeper))
        elif deeper and is_header(rows[line]):
            return True
        else:
            blocks.append((indent, before[1], deeper))
    return False


def find_headers_executed(source: str, covered: Lines) -> set[int]:
    """Return the lines of definitions whose bodies ran, in any text that is indented as Python is (Cython, stubs)."""
    rows = normalization.blank_strings(normalization.normalize_text(source)).split("\n")[1:]
    ran = list(covered)
    found: set[int] = set()
    decorators: list[int] = []
    for index, row in enumerate(rows):
        if _DECORATOR.match(row):
            decorators.append(index + 1)
            continue
        if header := _DEFINITION.match(row):
            start = _find_body(rows, index)
            if _contains(ran, start + 1, _find_end(rows, start, len(header[1]))):
                found.update([*decorators, index + 1])
        if row.strip() and not row.lstrip().startswith(_CLOSING):
            decorators = []
    return found


def _find_body(rows: Sequence[str], index: int) -> int:
    """Return the index of the row below a header, which may go over several rows."""
    depth = 0
    for place in range(index, len(rows)):
        row = rows[place].partition("#")[0].rstrip()
        depth += sum(map(row.count, "([{")) - sum(map(row.count, ")]}"))
        if depth <= 0 and row.endswith(":"):
            return place + 1
    return len(rows)


def _find_end(rows: Sequence[str], start: int, indent: int) -> int:
    """Return the number of the last row of a body: behind it comes code that is not further to the right."""
    for place in range(start, len(rows)):
        bare = rows[place].lstrip()
        if bare and not bare.startswith(_CLOSING) and len(rows[place]) - len(bare) <= indent:
            return place
    return len(rows)
