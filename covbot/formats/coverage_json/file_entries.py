"""One file in the JSON report of coverage.py: its lines, its branches, and the totals that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard, cast

from attrs import define, field, frozen

from covbot.core.coverage import FileCoverage
from covbot.core.lines import HIGHEST_LINE, Lines
from covbot.formats import problems
from covbot.formats.fields import branches, functions, totals
from covbot.formats.fields.totals import DeclaredTotals
from covbot.formats.problems import Warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.coverage import Branch, Numbers, Problem
    from covbot.formats.coverage_json.json_stream import JsonStream

_BRANCHES: Final = {"missing_branches": False, "executed_branches": True}
_COUNTED: Final = {"missing_lines", "executed_lines"}
_READ: Final = {*_COUNTED, "excluded_lines", "summary", *_BRANCHES}
"""The members that are read whole; those on classes and contexts repeat the same, and may be huge."""


@define
class Diagnostics:
    """The findings on a report: warnings, wrong declared totals, and executed lines that coverage.py does not count."""

    warnings: Warnings = field(factory=Warnings)
    declared: DeclaredTotals = field(factory=DeclaredTotals)
    surplus: int = 0
    _surplus_files: list[str] = field(factory=list)

    def add_surplus(self, filename: str, lines: int) -> None:
        """Add a file in which `lines` more lines were executed than coverage.py counts as covered."""
        self.surplus += lines
        self._surplus_files.append(filename)

    def problems(self) -> tuple[Problem, ...]:
        """Return the warnings, with one for all executed lines that coverage.py does not count."""
        if self.surplus:
            what = "lines ran that coverage.py counts as no statements, such as docstrings, and count as covered"
            files = (
                f"{len(self._surplus_files)} files, of which the first is {problems.quote_text(self._surplus_files[0])}"
            )
            self.warnings.add(None, f"{what}: {self.surplus} in {files}")
        return self.warnings.all()


@frozen(kw_only=True)
class _FileEntry:
    """A file's object in the report, and the diagnostics that collect its problems."""

    members: dict[str, object]
    filename: str
    diagnostics: Diagnostics

    @property
    def label(self) -> str:
        return f"file {problems.quote_text(self.filename)}"


def read_file(stream: JsonStream, filename: str, diagnostics: Diagnostics) -> FileCoverage:
    """Return the coverage of a file: an executed line that is not excluded is a statement, and covered.

    coverage.py up to 7.6 at least lists, among the executed lines, some that it does not count as statements. Only the
    source shows which they are: they are kept, and their number is reported. The missing lines are exact.
    """
    members: dict[str, object] = {}
    named: dict[str, Lines] = {}
    for key in stream.read_keys():
        match key:
            case "functions":
                named = _read_functions(stream)
            case _ if key in _READ:
                members[key] = stream.read_value()
            case _:
                stream.skip_value()
    entry = _FileEntry(members=members, filename=filename, diagnostics=diagnostics)
    missed = _read_lines(entry, _read_list(entry, "missing_lines"))
    covered = _read_lines(entry, _read_list(entry, "executed_lines"))
    covered -= _read_lines(entry, _read_list(entry, "excluded_lines", []))
    statements = Lines.of(covered | missed)
    file = FileCoverage(
        statements=statements,
        missing=Lines.of(missed - covered),
        branches=_read_branches(entry),
        functions=functions.keep_statements(functions.merge_nested(named), statements),
    )
    summary = members.get("summary")
    counted = summary.get("covered_lines") if isinstance(summary, dict) else None
    surplus = max(0, len(covered) - counted) if type(counted) is int else 0
    if surplus:
        diagnostics.add_surplus(filename, surplus)
    compare_totals(summary, file.numbers, diagnostics.declared, part=entry.label, surplus=surplus)
    return file


def _read_functions(stream: JsonStream) -> dict[str, Lines]:
    """Return the lines of functions as coverage.py 7.6 and later lists them; any value of another type is left out."""
    if not stream.begins("{"):
        stream.skip_value()
        return {}
    named: dict[str, Lines] = {}
    for name in stream.read_keys():
        if stream.begins("{"):
            named[name] = Lines.of(_read_function(stream))
        else:
            stream.skip_value()
    return named


def _read_function(stream: JsonStream) -> Iterator[int]:
    for key in stream.read_keys():
        if key in _COUNTED and stream.begins("["):
            yield from filter(_is_line, cast("list[object]", stream.read_value()))
        else:
            stream.skip_value()


def compare_totals(summary: object, actual: Numbers, declared: DeclaredTotals, *, part: str, surplus: int) -> None:
    """Compare the totals declared for a part with its content, without the lines that coverage.py does not count."""
    values = summary if isinstance(summary, dict) else {}
    for key, number in (
        ("num_statements", actual.statements - surplus),
        ("missing_lines", actual.missing),
        ("num_branches", actual.branches),
        ("missing_branches", actual.missing_branches),
    ):
        habit = totals.BRANCH_SUMS if key.endswith("branches") else None
        declared.compare(key, values.get(key), number, part, habit=habit)


def _read_list(entry: _FileEntry, key: str, absent: object = None) -> list[object]:
    listed = entry.members.get(key, absent)
    if not isinstance(listed, list):
        raise problems.make_error(f"is no report of coverage.py: {entry.label} has no list of {key}")
    return listed


def _read_lines(entry: _FileEntry, listed: list[object]) -> set[int]:
    lines = set()
    for item in listed:
        if _is_line(item):
            lines.add(item)
        else:
            _warn_left_out(entry, item, "line number")
    return lines


def _read_branches(entry: _FileEntry) -> dict[int, Branch]:
    """Return the branches by line; one that is listed both as taken and as never taken counts as taken."""
    by_line: dict[int, dict[int, bool]] = {}
    for key, taken in _BRANCHES.items():
        for item in _read_list(entry, key, []):
            match item:
                case [int(line), int(target)] if _is_line(line) and type(target) is int:
                    by_line.setdefault(line, {})[target] = taken
                case _:
                    _warn_left_out(entry, item, "way out of a line")
    return {
        line: branches.from_targets(len(by_line[line]), list(_list_missing_targets(by_line[line])))
        for line in sorted(by_line)
    }


def _list_missing_targets(targets: dict[int, bool]) -> Iterator[str]:
    for target, taken in targets.items():
        if not taken:
            yield str(target) if target > 0 else branches.EXIT


def _is_line(item: object) -> TypeGuard[int]:
    return type(item) is int and 0 < item <= HIGHEST_LINE


def _warn_left_out(entry: _FileEntry, item: object, kind: str) -> None:
    shown = "a list or an object" if isinstance(item, list | dict) else problems.quote_text(str(item))
    entry.diagnostics.warnings.add(None, f"{shown} is no {kind}, and is left out of {entry.label}")
