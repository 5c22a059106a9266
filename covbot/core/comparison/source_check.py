"""Hold a report against the source at the revision that it names: what does not fit it is not believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import attrs
from attrs import Factory, frozen

from covbot.core import display, lines
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import Problem
from covbot.core.lines import NO_LINES, Lines
from covbot.core.source import definitions, nearby, normalization, parsing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from covbot.core.coverage import FileCoverage
    from covbot.core.source.parsing import SyntaxFault

T = TypeVar("T")

_NO_STATEMENT = re.compile(r"(?:(?:else|finally)\s*:\s*)?(?:#.*)?$")
_LIKE_PYTHON = (".pyx", ".pxd", ".pxi", ".pyi")


@frozen(kw_only=True)
class SourceCheck:
    """What a report says that its source does not bear out, by path.

    `misfits` are lines on which no statement begins: the file was measured from another text. `contradictions` are
    lines of definitions that are missing although what they define ran. `unparsed` are files that no grammar of Python
    knows, and `outside` those that are not in the tree of the build.
    """

    misfits: Mapping[str, Lines] = Factory(dict)
    contradictions: Mapping[str, Lines] = Factory(dict)
    unparsed: Mapping[str, SyntaxFault] = Factory(dict)
    outside: frozenset[str] = frozenset()


def check_source(view: BuildView, paths: Iterable[str], *, syntax: bool = True) -> SourceCheck:
    """Return what these files of a report say that their source does not bear out; nothing without a tree.

    Without `syntax` no file is parsed to see whether it can be: see `find_faults_around`.
    """
    if view.paths is None:
        return SourceCheck()
    wanted = set(paths)
    misfits: dict[str, Lines] = {}
    contradictions: dict[str, Lines] = {}
    unparsed: dict[str, SyntaxFault] = {}
    for path in sorted(wanted & view.paths):
        file = view.report.files[path]
        source = view.source(path) if file.statements else None
        if source is None:
            continue
        rows = _list_rows(path, source)
        if misfit := _find_misfits(path, rows, file):
            misfits[path] = misfit
        elif syntax and file.missing and path.endswith(".py") and (fault := parsing.parse(source).fault):
            unparsed[path] = fault
        elif contradiction := _find_contradictions(path, source, rows, file):
            contradictions[path] = contradiction
    outside = frozenset(wanted - view.paths)
    return SourceCheck(misfits=misfits, contradictions=contradictions, unparsed=unparsed, outside=outside)


def find_faults_around(view: BuildView, lines: Mapping[str, Lines]) -> dict[str, SyntaxFault]:
    """Return those of some files that no grammar of Python knows around these lines, with their first fault."""
    found: dict[str, SyntaxFault] = {}
    for path, wanted in sorted(lines.items()):
        source = view.source(path) if path.endswith(".py") else None
        if source is not None and nearby.parse_around(source, wanted) is None:
            fault = parsing.parse(source).fault
            found.update({path: fault} if fault else {})
    return found


def join_checks(check: SourceCheck, other: SourceCheck, paths: Collection[str]) -> SourceCheck:
    """Return a check with what another found in some files."""

    def join(found: Mapping[str, T], others: Mapping[str, T]) -> Mapping[str, T]:
        return {**found, **{path: other for path, other in others.items() if path in paths}}

    return SourceCheck(
        misfits=join(check.misfits, other.misfits),
        contradictions=join(check.contradictions, other.contradictions),
        unparsed=join(check.unparsed, other.unparsed),
        outside=check.outside | other.outside.intersection(paths),
    )


def believe(view: BuildView, check: SourceCheck) -> BuildView:
    """Return the view without what is not believed: files of another text are unmeasured, and no contradiction counts.

    What is computed from the source texts of the view is not kept.
    """
    if not check.misfits and not check.contradictions:
        return view
    files = {
        path: _drop_statements(file, check.contradictions.get(path, NO_LINES))
        for path, file in view.report.files.items()
        if path not in check.misfits
    }
    report = attrs.evolve(view.report, files=files)
    return BuildView(report=report, paths=view.paths, source=view.source)


def _drop_statements(file: FileCoverage, dropped: Lines) -> FileCoverage:
    if not dropped:
        return file
    functions = {name: kept for name, owned in file.functions.items() if (kept := owned - dropped)}
    return attrs.evolve(file, statements=file.statements - dropped, missing=file.missing - dropped, functions=functions)


def _list_rows(path: str, source: str) -> list[str]:
    """Return the rows of a text by number, what is not a string of them if it is Python; the first is row 1."""
    text = normalization.normalize_text(source)
    return (normalization.blank_strings(text) if path.endswith(".py") else text).split("\n")


def _find_misfits(path: str, rows: Sequence[str], file: FileCoverage) -> Lines:
    """Return the lines on which no statement begins or goes on, whatever Python or writer named them.

    coverage.py names the first line of a statement, and the lines of a definition's decorators and of its `def`; other
    writers may name any line of a statement. None names a blank line, a comment, the inside of a string over several
    lines, an `else:` or a `finally:`. Of a text that is not Python only the lines beyond its end are known.
    """
    if not path.endswith(".py"):
        return Lines.of(line for line in file.statements if line >= len(rows))
    return Lines.of(line for line in file.statements if line >= len(rows) or _holds_no_statement(rows[line].lstrip()))


def _holds_no_statement(row: str) -> bool:
    return not row or (row[0] in "#ef" and _NO_STATEMENT.match(row) is not None)


def _find_contradictions(path: str, source: str, rows: Sequence[str], file: FileCoverage) -> Lines:
    """Return the missing lines that must have run, since what they define did."""
    if not definitions.may_contradict(rows, file):
        return NO_LINES
    if path.endswith(".py"):
        executed = definitions.find_executed_before(source, file.covered)
    elif path.endswith(_LIKE_PYTHON):
        executed = definitions.find_headers_executed(source, file.covered)
    else:
        return NO_LINES
    return Lines.of(executed.intersection(file.missing))


def summarize(check: SourceCheck) -> tuple[str, ...]:
    """Return a sentence for each kind of what does not fit, with the number of files and a few of their names."""
    found: list[str] = []
    if check.misfits:
        found.append(
            f"{display.format_count(len(check.misfits), 'file')} measured from another text than the revision's, so "
            f"not counted: {_name_lines(check.misfits)}"
        )
    if check.contradictions:
        count = display.format_count(sum(map(len, check.contradictions.values())), "line")
        found.append(
            f"{count} missing although what they define ran, so not counted: {_name_lines(check.contradictions)}"
        )
    if check.outside:
        count = display.format_count(len(check.outside), "file")
        found.append(f"{count} not in the repository, so never filed: {display.name_paths(check.outside)}")
    found += [
        f"{display.shorten(path)} {_describe_fault(fault)}: nothing of it is filed"
        for path, fault in sorted(check.unparsed.items())
    ]
    return tuple(found)


def list_problems(check: SourceCheck) -> tuple[Problem, ...]:
    """Return a problem for each file in which something does not fit."""
    misfits = {
        path: f"measured another text than the source: no statement begins at {_count_lines(misfit)}"
        for path, misfit in check.misfits.items()
    }
    contradictions = {
        path: f"contradicts itself: {_count_lines(found)} missing although what they define ran"
        for path, found in check.contradictions.items()
    }
    unparsed = {path: _describe_fault(fault) for path, fault in check.unparsed.items()}
    found = (misfits, contradictions, unparsed)
    return tuple(Problem(where=path, what=what) for kind in found for path, what in sorted(kind.items()))


def _name_lines(by_path: Mapping[str, Lines]) -> str:
    return display.name_paths([f"{path} ({lines.format_ranges(found)})" for path, found in by_path.items()])


def _count_lines(found: Lines) -> str:
    return f"{'line' if len(found) == 1 else 'lines'} {lines.format_ranges(found)}"


def _describe_fault(fault: SyntaxFault) -> str:
    return f"cannot be parsed as any Python from 3.6 to 3.14 (line {fault.line}: {fault.what})"
