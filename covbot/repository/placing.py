"""Reports put into the tree of the commit that they measured: files by their paths there, source texts at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.views import View
from covbot.errors import CannotReadReport, CannotReadRepository
from covbot.repository import paths
from covbot.repository.trees import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.coverage import Problem, Report
    from covbot.repository.git import Repository
    from covbot.repository.trees import Tree

SHOWN = 3
"""Problems that a message names."""


def place(report: Report, repository: Repository, commit: str, *, prefix: str = "") -> View:
    """Name the files of a report by their paths in a commit; those that are none keep their names, with a problem.

    CannotReadReport when a filename may be several paths, or several filenames are one path.
    """
    return view(_rename(report, repository.tree(commit), prefix), repository, commit)


def view(report: Report, repository: Repository, commit: str) -> View:
    """A report whose files are named by their paths already, with the tree and the source texts of its commit."""

    def read(path: str) -> str | None:
        try:
            return repository.source(commit, path).text
        except CannotReadRepository:
            return None

    return View(report=report, paths=frozenset(repository.tree(commit)), source=read)


def place_among(report: Report, known: Collection[str], *, prefix: str = "") -> View:
    """The same when no tree is known: by the paths that an earlier report of the project had."""
    tree = {path: Entry(kind=Kind.FILE, id="") for path in known}
    return View(report=_rename(report, tree, prefix))


def _rename(report: Report, tree: Tree, prefix: str) -> Report:
    mapped = paths.map_filenames(report.files, tree, sources=report.sources, prefix=prefix)
    if mapped.ambiguous:
        raise CannotReadReport(f"its filenames are ambiguous in the repository: {_tell(mapped.ambiguous)}")
    files = {mapped.paths.get(name, name): file for name, file in report.files.items()}
    problems = tuple(problem for problem in mapped.problems if report.files[problem.where].statements)
    return attrs.evolve(report, files=dict(sorted(files.items())), problems=(*report.problems, *problems))


def _tell(problems: Sequence[Problem]) -> str:
    told = "; ".join(f"{problem.where} {problem.what}" for problem in problems[:SHOWN])
    return f"{told}; and {len(problems) - SHOWN} more" if len(problems) > SHOWN else told
