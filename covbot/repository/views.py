"""Maps reports to the tree of the commit that they measured: files by their paths there, with their source texts."""

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
    from collections.abc import Collection, Iterable, Sequence

    from covbot.core.comparison.view import ReadSource
    from covbot.core.coverage import Report
    from covbot.repository.git import Repository
    from covbot.repository.path_mapping import MappedFilenames
    from covbot.repository.trees import Tree

MOST_SHOWN_PROBLEMS = 3
"""How many problems a message names."""

_NOT_PYTHON = "cannot be read as Python, so that its statements are not known: it is left out"


def place_report(report: Report, repository: Repository, commit: str, *, prefix: str = "") -> BuildView:
    """Name the files of a report by their paths in a commit; a file without one keeps its name and gets a problem.

    Where the report only records executed lines, the source at that commit gives the statements, and a file that is not
    in the commit is left out. Raise CannotReadReport if a filename may mean several paths, if several filenames mean
    one path, or if all recorded files are outside the repository.
    """
    tree = repository.tree(commit)
    source = _make_reader(repository, commit)
    return make_view(_count_executions(_rename_files(report, tree, prefix), tree, prefix, source), repository, commit)


def explain_misfit(report: Report, repository: Repository, commit: str, prefix: str) -> str | None:
    """Return the reason if a prefix is set, and no filename of a report is in the commit below it."""
    names = [*report.files, *report.executions]
    fitting, count = path_mapping.count_prefixed(names, repository.tree(commit), prefix) if prefix else (0, 0)
    if fitting or not count:
        return None
    return f"the prefix {prefix} fits none of its {count} filenames in the repository (as {min(names)!r})"


def make_view(report: Report, repository: Repository, commit: str) -> BuildView:
    """Return a report whose files are named by their paths already, with the tree and the sources of its commit."""
    tree_paths = frozenset(repository.tree(commit))
    return BuildView(report=report, paths=tree_paths, source=_make_reader(repository, commit))


def place_report_among(
    report: Report, known: Collection[str], *, prefix: str = "", source: ReadSource = read_nothing
) -> BuildView:
    """Do the same when no tree is known: by the paths that an earlier report of the project had, with `source` if any.

    Also raise CannotReadReport if the report only records executed lines and no source gives the statements.
    """
    tree = _make_tree(known)
    return BuildView(report=_count_executions(_rename_files(report, tree, prefix), tree, prefix, source), source=source)


def _make_tree(paths: Iterable[str]) -> Tree:
    """Return a tree of which only the paths are known."""
    return {path: TreeEntry(kind=ObjectKind.FILE, id="") for path in paths}


def select_file(report: Report, path: str, known: Collection[str], *, prefix: str = "") -> Report:
    """Return what a report says of one path of a tree with the `known` paths, and nothing of the other paths.

    Raise CannotReadReport if it cannot be told whether a filename means that path or another one.
    """
    names = path_mapping.leave_longest_endings([*report.files, *report.executions], path)
    mapped = path_mapping.map_filenames(names, _make_tree({*known, path}), sources=report.sources, prefix=prefix)
    leaf = path_mapping.find_leaf(path)
    doubtful = tuple(problem for problem in mapped.ambiguous if path_mapping.find_leaf(problem.where) == leaf)
    mine = [name for name, found in mapped.paths.items() if found == path]
    if doubtful and not mine:
        remedy = f"measure in the top folder of the checkout, or name the folder that {path} lies in by prefix"
        raise CannotReadReport(
            f"its filenames are ambiguous in the repository: {_describe_problems(doubtful)}; {remedy}"
        )
    kept = set(mine) or set(names).difference(mapped.paths)
    return attrs.evolve(
        report,
        files={name: file for name, file in report.files.items() if name in kept},
        executions={name: found for name, found in report.executions.items() if name in kept},
    )


def _make_reader(repository: Repository, commit: str) -> ReadSource:
    """Return a function that reads the source texts of a commit."""

    def read_source(path: str) -> str | None:
        try:
            return repository.source(commit, path).text
        except CannotReadRepository:
            return None

    return read_source


def _rename_files(report: Report, tree: Tree, prefix: str) -> Report:
    mapped = _check_unambiguous(path_mapping.map_filenames(report.files, tree, sources=report.sources, prefix=prefix))
    files = {mapped.paths.get(name, name): file for name, file in report.files.items()}
    problems = tuple(problem for problem in mapped.problems if report.files[problem.where].statements)
    return attrs.evolve(report, files=dict(sorted(files.items())), problems=(*report.problems, *problems))


def _check_unambiguous(mapped: MappedFilenames) -> MappedFilenames:
    if mapped.ambiguous:
        what = f"its filenames are ambiguous in the repository: {_describe_problems(mapped.ambiguous)}"
        remedy = "name the folder that they lie in by prefix (in projects.NAME.repository, or covbot report --prefix)"
        raise CannotReadReport(f"{what}; {remedy}")
    return mapped


def _count_executions(report: Report, tree: Tree, prefix: str, source: ReadSource) -> Report:
    """Return the report with the executed lines counted as statements, by paths in the tree.

    They are joined with the files that the report lists already.
    """
    if not report.executions:
        return report
    from covbot.formats.coverage_data import exclusions, statements  # noqa: PLC0415 -- most reports list their statements themselves

    mapped = _check_unambiguous(path_mapping.map_filenames(report.executions, tree, prefix=prefix))
    if not mapped.paths:
        raise CannotReadReport(f"its data speaks of no file of the repository: {_describe_problems(mapped.problems)}")
    rules, error = exclusions.find_exclusions(source)
    executions = {path: report.executions[name] for name, path in sorted(mapped.paths.items())}
    counted = {
        path: None if (text := source(path)) is None else statements.count_statements(execution, text, rules)
        for path, execution in executions.items()
    }
    unreadable = [Problem(where=path, what=_NOT_PYTHON) for path, file in counted.items() if file is None]
    problems = (*mapped.problems, *unreadable, *([Problem(where=report.writer, what=error)] if error else []))
    known = coverage.Report(
        files={path: file for path, file in counted.items() if file is not None},
        writer=report.writer,
        problems=problems,
    )
    return attrs.evolve(report, executions={}) | known


def _describe_problems(problems: Sequence[Problem]) -> str:
    shown = "; ".join(f"{problem.where} {problem.what}" for problem in problems[:MOST_SHOWN_PROBLEMS])
    return f"{shown}; and {len(problems) - MOST_SHOWN_PROBLEMS} more" if len(problems) > MOST_SHOWN_PROBLEMS else shown
