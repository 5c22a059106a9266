"""One file in the JSON report of coverage.py: its lines, its branches, and the sums that it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard, cast

from attrs import define, field, frozen

from covbot.core.coverage import FileCoverage
from covbot.core.lines import HIGHEST_LINE, Lines
from covbot.formats import problems
from covbot.formats.fields import branches, functions
from covbot.formats.fields.totals import DeclaredTotals
from covbot.formats.problems import Warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.coverage import Branch, Numbers, Problem
    from covbot.formats.coverage_json.json_stream import JsonStream

_BRANCHES: Final = {"missing_branches": False, "executed_branches": True}
_COUNTED: Final = {"missing_lines", "executed_lines"}
_READ: Final = {*_COUNTED, "excluded_lines", "summary", *_BRANCHES}
"""The members that are read whole; those on classes and contexts say the same once more, and may be huge."""


@define
class Notes:
    """What is to be said of a report: cautions, claims, and the lines that ran beyond those that coverage.py counts."""

    name: str
    cautions: Warnings = field(init=False)
    claims: DeclaredTotals = field(init=False)
    surplus: int = 0
    _surplus_in: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.cautions, self.claims = Warnings(self.name), DeclaredTotals(self.name)

    def add_surplus(self, filename: str, lines: int) -> None:
        """Note a file in which so many more lines ran than coverage.py counts as covered."""
        self.surplus += lines
        self._surplus_in.append(filename)

    def problems(self) -> tuple[Problem, ...]:
        """The cautions, and one sentence for all lines beyond coverage.py's count."""
        if self.surplus:
            what = "lines ran that coverage.py counts as no statements, such as docstrings, and count as covered"
            files = f"{len(self._surplus_in)} files, of which the first is {problems.quote(self._surplus_in[0])}"
            self.cautions.add(None, f"{what}: {self.surplus} in {files}")
        return self.cautions.all()


@frozen(kw_only=True)
class _Member:
    """A file's object in the report, and who hears what is wrong with it."""

    found: dict[str, object]
    filename: str
    notes: Notes

    @property
    def shown(self) -> str:
        return f"file {problems.quote(self.filename)}"


def read_file(text: JsonStream, filename: str, notes: Notes) -> FileCoverage:
    """The coverage of a file: a line that ran, and is not excluded, is a statement and covered.

    coverage.py up to 7.6 at least lists, among the lines that ran, some that it counts as no statements. Which they are
    only the source can tell: they stay in, and the number of them is told. What is missing is exact.
    """
    found: dict[str, object] = {}
    named: dict[str, Lines] = {}
    for key in text.members():
        match key:
            case "functions":
                named = _read_functions(text)
            case _ if key in _READ:
                found[key] = text.value()
            case _:
                text.skip()
    member = _Member(found=found, filename=filename, notes=notes)
    missed = _read_lines(member, _list(member, "missing_lines"))
    covered = _read_lines(member, _list(member, "executed_lines"))
    covered -= _read_lines(member, _list(member, "excluded_lines", []))
    statements = Lines.of(covered | missed)
    file = FileCoverage(
        statements=statements,
        missing=Lines.of(missed - covered),
        branches=_read_branches(member),
        functions=functions.keep_statements(functions.join_nested(named), statements),
    )
    summary = found.get("summary")
    counted = summary.get("covered_lines") if isinstance(summary, dict) else None
    surplus = max(0, len(covered) - counted) if type(counted) is int else 0
    if surplus:
        notes.add_surplus(filename, surplus)
    compare_totals(summary, file.numbers, notes.claims, part=member.shown, surplus=surplus)
    return file


def _read_functions(text: JsonStream) -> dict[str, Lines]:
    """The lines of functions as coverage.py 7.6 and later names them; what is no object, or no line, is left out."""
    if not text.begins("{"):
        text.skip()
        return {}
    found: dict[str, Lines] = {}
    for name in text.members():
        if text.begins("{"):
            found[name] = Lines.of(_read_function(text))
        else:
            text.skip()
    return found


def _read_function(text: JsonStream) -> Iterator[int]:
    for key in text.members():
        if key in _COUNTED and text.begins("["):
            yield from filter(_is_line, cast("list[object]", text.value()))
        else:
            text.skip()


def compare_totals(summary: object, held: Numbers, claims: DeclaredTotals, *, part: str, surplus: int) -> None:
    """Hold the sums claimed for a part against what it holds, apart from lines that coverage.py does not count."""
    claimed = summary if isinstance(summary, dict) else {}
    for key, number in (
        ("num_statements", held.statements - surplus),
        ("missing_lines", held.missing),
        ("num_branches", held.branches),
        ("missing_branches", held.missing_branches),
    ):
        claims.compare(key, claimed.get(key), number, part)


def _list(member: _Member, key: str, absent: object = None) -> list[object]:
    listed = member.found.get(key, absent)
    if not isinstance(listed, list):
        raise problems.make_error(
            member.notes.name, f"is no report of coverage.py: {member.shown} has no list of {key}"
        )
    return listed


def _read_lines(member: _Member, listed: list[object]) -> set[int]:
    lines = set()
    for item in listed:
        if _is_line(item):
            lines.add(item)
        else:
            _leave_out(member, item, "line number")
    return lines


def _read_branches(member: _Member) -> dict[int, Branch]:
    """The ways out by line; a way that is listed as taken and as never taken was taken."""
    ways: dict[int, dict[int, bool]] = {}
    for key, taken in _BRANCHES.items():
        for item in _list(member, key, []):
            match item:
                case [int(line), int(target)] if _is_line(line) and type(target) is int:
                    ways.setdefault(line, {})[target] = taken
                case _:
                    _leave_out(member, item, "way out of a line")
    return {line: branches.from_targets(len(ways[line]), list(_name_missing(ways[line]))) for line in sorted(ways)}


def _name_missing(ways: dict[int, bool]) -> Iterator[str]:
    for target, taken in ways.items():
        if not taken:
            yield str(target) if target > 0 else branches.EXIT


def _is_line(item: object) -> TypeGuard[int]:
    return type(item) is int and 0 < item <= HIGHEST_LINE


def _leave_out(member: _Member, item: object, kind: str) -> None:
    shown = "a list or an object" if isinstance(item, list | dict) else problems.quote(str(item))
    member.notes.cautions.add(None, f"{shown} is no {kind}, and is left out of {member.shown}")
