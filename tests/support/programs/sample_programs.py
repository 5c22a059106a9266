"""Draw programs of real modules whose functions and classes are shifted, moved, renamed and indented."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import TYPE_CHECKING

import attrs
from attrs import frozen
from coverage.parser import PythonParser
from hypothesis import strategies as st

from covbot.core.source import regions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULES = (
    "comparison.confirmation",
    "comparison.flaky",
    "advice.skipped",
    "lines",
    "source.multiline",
    "display",
    "linemap.moved_lines",
    "bugs.record",
)
"""The modules of covbot.core that programs are made of."""

INDENT = "    "


@frozen(kw_only=True)
class Section:
    """A function or class at the top level, or the code between two of them, as rows `mark|code`."""

    rows: tuple[str, ...]
    name: str = ""

    def indent(self) -> Section:
        """Return the section within a block that always runs. Comments alone make no block and stay as they are."""
        if all(code.lstrip().startswith("#") for _, _, code in map(_split_row, self.rows) if code):
            return self
        rows = (f"{mark}|{INDENT}{code}" if code else f"{mark}|" for mark, _, code in map(_split_row, self.rows))
        return attrs.evolve(self, rows=(".|if __name__:", *rows))

    def rename(self, name: str) -> Section:
        """Return the function or class under another name."""
        header = next(index for index, row in enumerate(self.rows) if f" {self.name}" in row or f"|{self.name}" in row)
        rows = list(self.rows)
        rows[header] = rows[header].replace(self.name, name, 1)
        return Section(name=name, rows=tuple(rows))


def _split_row(row: str) -> tuple[str, str, str]:
    return row.partition("|")


@frozen(kw_only=True)
class Program:
    """The sections of each file, by path."""

    files: Mapping[str, tuple[Section, ...]]

    @property
    def pages(self) -> dict[str, str]:
        """The page of each file by path, as `World.commit_build` expects them."""
        return {
            path: "\n".join(row for section in sections for row in section.rows)
            for path, sections in self.files.items()
        }


def read_module(module: str, untested: frozenset[int]) -> tuple[Section, ...]:
    """Return the sections of a real module, in which no body of the functions with these numbers ran."""
    text = inspect.getsource(importlib.import_module(f"covbot.core.{module}"))
    parser = PythonParser(text=text)
    parser.parse_source()
    functions = [region for region in regions.find_regions(text) if region.kind is regions.RegionKind.FUNCTION]
    missing = {line for index, region in enumerate(functions) if index in untested for line in region.lines}
    marks = {line: "x" if line in missing else "." for line in parser.statements}
    rows = [f"{marks.get(number, '-')}|{code}" for number, code in enumerate(text.splitlines(), start=1)]
    nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    starts = [regions.find_first_line(node) - 1 for node in nodes]
    names = ["", *(node.name for node in nodes)]
    return tuple(
        Section(rows=tuple(rows[first:last]), name=name)
        for name, first, last in zip(names, [0, *starts], [*starts, len(rows)], strict=True)
    )


programs = st.builds(
    lambda chosen: Program(files={f"{name}.py": read_module(name, untested) for name, untested in chosen.items()}),
    st.dictionaries(
        st.sampled_from(MODULES), st.frozensets(st.integers(0, 5), min_size=1, max_size=4), min_size=2, max_size=3
    ),
)  # fmt: skip

MOVE_KINDS = ("shift", "reorder", "indent", "rename", "rename file", "swap files", "tabs")
moves = st.tuples(st.sampled_from(MOVE_KINDS), st.integers(0, 50), st.integers(0, 50))


def apply_move(program: Program, move: tuple[str, int, int]) -> Program:
    """Return the program after a move, which changes places and names but nothing that runs."""
    kind, one, other = move
    paths = sorted(program.files)
    path = paths[one % len(paths)]
    sections = program.files[path]
    if kind == "rename file":
        return Program(files={f"{other}/{path}" if here == path else here: program.files[here] for here in paths})
    if kind == "swap files":
        rotated = dict(zip(paths, [*paths[1:], paths[0]], strict=True))
        return Program(files={rotated[here]: program.files[here] for here in paths})
    return Program(files={**program.files, path: _change_sections(kind, sections, other)})


def _change_sections(kind: str, sections: Sequence[Section], which: int) -> tuple[Section, ...]:
    index = 1 + which % (len(sections) - 1)
    section, rest = sections[index], [*sections[:index], *sections[index + 1 :]]
    match kind:
        case "shift":
            notes = Section(rows=tuple(f"-|# note {which}" for _ in range(1 + which % 4)))
            return (*sections[:index], notes, *sections[index:])
        case "reorder":
            return (*rest, section)
        case "indent":
            return (*sections[:index], section.indent(), *sections[index + 1 :])
        case "rename" if section.name:
            return (*sections[:index], section.rename(f"{section.name}_{which}"), *sections[index + 1 :])
        case _:
            return tuple(
                attrs.evolve(one, rows=tuple(row.replace(INDENT, "\t") for row in one.rows)) for one in sections
            )
