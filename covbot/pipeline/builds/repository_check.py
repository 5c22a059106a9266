"""The check of a project's repository: whether it has the newest build's commit, and whether the settings fit it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import display
from covbot.core.advice import skipped
from covbot.errors import CannotReadRepository, CannotWork
from covbot.pipeline.builds import fetching
from covbot.repository import path_mapping, views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from covbot.core.coverage import Report
    from covbot.ports import Source
    from covbot.repository.git import Repository


@frozen(kw_only=True)
class RepositorySettings:
    """What a project's settings say of its repository: the prefix of filenames, and the patterns of test files."""

    prefix: str
    tests: tuple[str, ...]


def check_repository(
    repository: Repository, settings: RepositorySettings, source: Source, *, accept: Collection[str], limit: int
) -> list[str]:
    """Return sentences on a repository, held against the newest build that may be trusted.

    `limit` is the most bytes of a report. Raise CannotReachRepository if it cannot be read, CannotReadRepository if it
    does not have the commit of that build, CannotWork if the prefix fits no filename, CannotFetch for the build.
    """
    build = fetching.find_newest_build(source, accept)
    if build is None or not build.revision:
        repository.refresh()
        missing = "no build is there yet" if build is None else f"build {build.number} does not tell its revision"
        if build is not None:
            raise CannotReadRepository(f"{repository.where} can be read, but {missing}: nothing is filed from it")
        return [f"{repository.where} can be read", missing]
    commit = repository.obtain(build.revision)
    report = fetching.read_report(source, build, limit)
    misfit = views.explain_misfit(report, repository, commit, settings.prefix)
    if misfit is not None:
        raise CannotWork(f"build {build.number}: {misfit}")
    known = f"{repository.where} knows the commit {commit[:12]} of build {build.number}"
    return [known, *_describe_fit(repository, commit, report, settings)]


def _describe_fit(repository: Repository, commit: str, report: Report, settings: RepositorySettings) -> Iterator[str]:
    """Yield how many filenames are in the commit, and how many of its test files each pattern names."""
    tree, names = repository.tree(commit), [*report.files, *report.executions]
    mapped = path_mapping.map_filenames(names, tree, sources=report.sources, prefix=settings.prefix)
    if settings.prefix:
        fitting, count = path_mapping.count_prefixed(names, tree, settings.prefix)
        yield f"the prefix {settings.prefix} fits {fitting} of {count} names"
    yield f"{len(mapped.paths)} of {display.format_count(len(names), 'measured file')} are in it"
    for pattern in settings.tests:
        found = {skipped.list_test_paths(path, [pattern], prefix=settings.prefix)[0] for path in mapped.paths.values()}
        yield f"the test pattern {pattern} fits {display.format_count(len(found & tree.keys()), 'file')}"
