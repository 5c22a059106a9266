"""Hold a report against the source at the revision that it names: what does not fit it is not believed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs
from attrs import Factory, frozen

from covbot.core import display, lines
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import Problem
from covbot.core.lines import NO_LINES, Lines
from covbot.core.source import definitions, normalization, parsing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.coverage import FileCoverage
    from covbot.core.source.parsing import SyntaxFault


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


def check_source(view: BuildView, paths: Iterable[str]) -> SourceCheck:
    """Return what these files of a report say that their source does not bear out; nothing without a tree."""
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
        if misfit := _find_misfits(path, source, file):
            misfits[path] = misfit
        elif file.missing and path.endswith(".py") and (fault := parsing.parse(source).fault):
            unparsed[path] = fault
        elif contradiction := _find_contradictions(path, source, file):
            contradictions[path] = contradiction
    outside = frozenset(wanted - view.paths)
    return SourceCheck(misfits=misfits, contradictions=contradictions, unparsed=unparsed, outside=outside)


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


def _find_misfits(path: str, source: str, file: FileCoverage) -> Lines:
    """Return the lines on which no statement begins or goes on, whatever Python or writer named them.

    coverage.py names the first line of a statement, and the lines of a definition's decorators and of its `def`; other
    writers may name any line of a statement. None names a blank line, a comment, the inside of a string over several
    lines, an `else:` or a `finally:`. Of a text that is not Python only the lines beyond its end are known.
    """
    text = normalization.normalize_text(source)
    rows = (normalization.blank_strings(text) if path.endswith(".py") else text).split("\n")
    if not path.endswith(".py"):
        return Lines.of(line for line in file.statements if line >= len(rows))
    return Lines.of(line for line in file.statements if line >= len(rows) or _NO_STATEMENT.match(rows[line].strip()))


def _find_contradictions(path: str, source: str, file: FileCoverage) -> Lines:
    """Return the missing lines that must have run, since what they define did."""
    rows = source.splitlines() if file.missing and file.covered else []
    if not any(definitions.is_header(rows[line - 1]) for line in file.missing if line <= len(rows)):
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
