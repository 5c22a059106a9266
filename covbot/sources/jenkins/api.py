"""Reads Jenkins' JSON: jobs, their builds, and the commit of a build."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.builds.build import COMMIT_ID, Build
from covbot.errors import CannotFetch
from covbot.sources.http import responses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NEWEST_BUILDS = 100
"""The greatest number of builds that `builds` lists; `allBuilds` lists every one, and makes Jenkins load every one."""

_BUILD_FIELDS = "number,building,inProgress,result,timestamp,actions[lastBuiltRevision[SHA1],remoteUrls]"

BUILD_TREE = f"{_BUILD_FIELDS},artifacts[relativePath]"
"""The `tree` of one build."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_TIMESTAMP = 253402300799999
_HIGHEST_NUMBER = 2**31 - 1
_REPOSITORY_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?(?P<host>[^:/]*)(?::[0-9]+(?=/))?[:/]+(?P<path>.*)", re.IGNORECASE
)


@frozen(kw_only=True)
class BuildRow:
    """One build of a list: whether it is finished, and whether it may be of one of several commits."""

    build: Build
    finished: bool
    ambiguous: bool = False


@frozen(kw_only=True)
class JenkinsJob:
    """A job: its builds, oldest first, and whether it is disabled."""

    rows: tuple[BuildRow, ...]
    disabled: bool = False


@frozen(kw_only=True)
class Artifacts:
    """The files that one build archived: their paths, and the coverage plugins that ran in it."""

    row: BuildRow
    paths: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


@frozen(kw_only=True)
class JobAddress:
    """A job as in the settings: its name, its own URL, the one for people, and the repository whose commits count."""

    job: str
    url: str
    shown_url: str
    repository: str | None = None


def make_tree(depth: int) -> str:
    """Return the `tree` of a job with its newest `depth` builds."""
    builds = "builds" if depth <= NEWEST_BUILDS else "allBuilds"
    return f"disabled,{builds}[{_BUILD_FIELDS}]{{0,{depth}}}"


def read_job(data: object, address: JobAddress) -> JenkinsJob:
    """Return a job from its JSON; raise CannotFetch if it is none."""
    fields = data if isinstance(data, dict) else {}
    entries = fields.get("builds", fields.get("allBuilds"))
    if not isinstance(entries, list):
        what = "a folder or a view, not a job with builds" if "_class" in fields else "not the JSON of a Jenkins job"
        raise CannotFetch(f"{address.url}: this is {what}; whoever keeps covbot.toml (url, job, branch)")
    rows = sorted((_read_row(entry, address) for entry in entries), key=lambda row: row.build.number)
    return JenkinsJob(rows=tuple(rows), disabled=fields.get("disabled") is True)


def read_artifacts(data: object, address: JobAddress) -> Artifacts:
    """Return one build and its files from its JSON; raise CannotFetch if it is none."""
    row = _read_row(data, address)
    fields = data if isinstance(data, dict) else {}
    paths = (_read_path(file) for file in _as_list(fields.get("artifacts")))
    return Artifacts(
        row=row,
        paths=tuple(path for path in paths if path),
        plugins=tuple(_find_plugins(_as_list(fields.get("actions")))),
    )


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _read_row(entry: object, address: JobAddress) -> BuildRow:
    match entry:
        case {"number": int(number), "timestamp": int(timestamp), "building": bool(building), **rest} if (
            0 <= number <= _HIGHEST_NUMBER and 0 <= timestamp <= _LATEST_TIMESTAMP
        ):
            commits = _find_commits(_as_list(rest.get("actions")), address.repository)
            build = Build(
                job=address.job,
                number=number,
                started_at=_EPOCH + timedelta(milliseconds=timestamp),
                revision=commits[0] if len(commits) == 1 else None,
                result=_read_result(rest.get("result")),
                url=f"{address.shown_url}{number}/",
            )
            finished = not building and rest.get("inProgress") is not True
            return BuildRow(build=build, finished=finished, ambiguous=len(commits) > 1)
        case _:
            raise CannotFetch(f"{address.url}: a build without number, time or state; whoever runs the server")


def _read_result(result: object) -> str | None:
    return responses.sanitize_text(result) if isinstance(result, str) else None


def _read_path(file: object) -> str | None:
    match file:
        case {"relativePath": str(path)} if not {"", ".", ".."}.intersection(path.split("/")):
            return path
        case _:
            return None


def _find_plugins(actions: Iterable[object]) -> Iterator[str]:
    for action in actions:
        match action:
            case {"_class": str(name)} if re.search("cobertura|coverage", name, re.IGNORECASE):
                yield responses.sanitize_text(name.rpartition(".")[2])


def _find_commits(actions: Iterable[object], repository: str | None) -> list[str]:
    """Return the commits that a build may be of: those of the named repository, else all that were checked out.

    Libraries and second checkouts leave records of their own beside the one that matters, in no order.
    """
    found: dict[str, bool] = {}
    for action in actions:
        match action:
            case {"lastBuiltRevision": {"SHA1": str(commit)}, "remoteUrls": list(urls)} if COMMIT_ID.fullmatch(commit):
                found[commit] = found.get(commit, False) or _names_repository(urls, repository)
    return [commit for commit, named in found.items() if named] or list(found)


def _names_repository(urls: list[object], repository: str | None) -> bool:
    return repository is not None and any(
        normalize_url(url) == normalize_url(repository) for url in urls if isinstance(url, str)
    )


def normalize_url(url: str) -> str:
    """Return a repository's address without the parts in which equivalent ones differ: scheme, user, port, `.git`."""
    found = _REPOSITORY_URL.fullmatch(url.strip())
    whole = f"{found['host'].lower()}/{found['path']}" if found else url.strip()
    return whole.rstrip("/").removesuffix(".git").rstrip("/")
