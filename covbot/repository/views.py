"""Reports put into the tree of the commit that they measured: files by their paths there, source texts at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import coverage
from covbot.core.comparison.view import BuildView, read_nothing
from covbot.core.coverage import Problem
from covbot.errors import CannotReadReport, CannotReadRepository
from covbot.repository import path_mapping
from covbot.repository.trees import ObjectKind, TreeEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.comparison.view import ReadSource
    from covbot.core.coverage import Report
    from covbot.repository.git import Repository
    from covbot.repository.path_mapping import MappedFilenames
    from covbot.repository.trees import Tree

SHOWN = 3
"""Problems that a message names."""

_BLIND = "cannot be read as Python, so that its statements are not known: it is left out"


def place_report(report: Report, repository: Repository, commit: str, *, prefix: str = "") -> BuildView:
    """Name the files of a report by their paths in a commit; those that are none keep their names, with a problem.

    Where the report only traces what ran, the source at that commit tells the statements, and a file that is none in
    the commit is left out. CannotReadReport when a filename may be several paths, or several filenames are one path,
    or all that was traced lies elsewhere.
    """
    tree = repository.tree(commit)
    source = _reader(repository, commit)
    return make_view(_settle(_rename(report, tree, prefix), tree, prefix, source), repository, commit)


def make_view(report: Report, repository: Repository, commit: str) -> BuildView:
    """A report whose files are named by their paths already, with the tree and the source texts of its commit."""
    paths_there = frozenset(repository.tree(commit))
    return BuildView(report=report, paths=paths_there, source=_reader(repository, commit))


def place_report_among(
    report: Report, known: Collection[str], *, prefix: str = "", source: ReadSource = read_nothing
) -> BuildView:
    """The same when no tree is known: by the paths that an earlier report of the project had, and their source if any.

    CannotReadReport as well when the report only traces what ran, and no source tells the statements.
    """
    tree = {path: TreeEntry(kind=ObjectKind.FILE, id="") for path in known}
    return BuildView(report=_settle(_rename(report, tree, prefix), tree, prefix, source), source=source)


def _reader(repository: Repository, commit: str) -> ReadSource:
    """How to read the source texts of a commit."""

    def read(path: str) -> str | None:
        try:
            return repository.source(commit, path).text
        except CannotReadRepository:
            return None

    return read


def _rename(report: Report, tree: Tree, prefix: str) -> Report:
    mapped = _sure(path_mapping.map_filenames(report.files, tree, sources=report.sources, prefix=prefix))
    files = {mapped.paths.get(name, name): file for name, file in report.files.items()}
    problems = tuple(problem for problem in mapped.problems if report.files[problem.where].statements)
    return attrs.evolve(report, files=dict(sorted(files.items())), problems=(*report.problems, *problems))


def _sure(mapped: MappedFilenames) -> MappedFilenames:
    if mapped.ambiguous:
        raise CannotReadReport(f"its filenames are ambiguous in the repository: {_tell(mapped.ambiguous)}")
    return mapped


def _settle(report: Report, tree: Tree, prefix: str, source: ReadSource) -> Report:
    """A report in which what was traced is counted, by paths in the tree, and joined with what it counts already."""
    if not report.executions:
        return report
    from covbot.formats.coverage_data import exclusions, statements  # noqa: PLC0415 -- most reports tell their statements themselves

    mapped = _sure(path_mapping.map_filenames(report.executions, tree, prefix=prefix))
    if not mapped.paths:
        raise CannotReadReport(f"its data speaks of no file of the repository: {_tell(mapped.problems)}")
    rules, fault = exclusions.find_exclusions(source)
    traced = {path: report.executions[name] for name, path in sorted(mapped.paths.items())}
    counted = {
        path: None if (text := source(path)) is None else statements.count_statements(trace, text, rules)
        for path, trace in traced.items()
    }
    blind = [Problem(where=path, what=_BLIND) for path, file in counted.items() if file is None]
    problems = (*mapped.problems, *blind, *([Problem(where=report.writer, what=fault)] if fault else []))
    known = coverage.Report(
        files={path: file for path, file in counted.items() if file is not None},
        writer=report.writer,
        problems=problems,
    )
    return attrs.evolve(report, executions={}) | known


def _tell(problems: Sequence[Problem]) -> str:
    told = "; ".join(f"{problem.where} {problem.what}" for problem in problems[:SHOWN])
    return f"{told}; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else told
