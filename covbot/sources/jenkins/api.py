"""Jenkins' JSON -> what covbot makes of it: jobs, their builds, and which commit a build is of."""

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
"""How many builds `builds` lists at most; `allBuilds` lists every one, and makes Jenkins load every one."""

_ROW = "number,building,inProgress,result,timestamp,actions[lastBuiltRevision[SHA1],remoteUrls]"

BUILD_TREE = f"{_ROW},artifacts[relativePath]"
"""The `tree` of one build."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253402300799999
_HIGHEST = 2**31 - 1
_WHERE = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?(?P<host>[^:/]*)(?::[0-9]+(?=/))?[:/]+(?P<path>.*)", re.IGNORECASE
)


@frozen(kw_only=True)
class BuildRow:
    """One build of a list: whether it is done, and whether it is of one of several commits."""

    build: Build
    done: bool
    ambiguous: bool = False


@frozen(kw_only=True)
class Job:
    """A job: its builds, oldest first, and whether it is switched off."""

    rows: tuple[BuildRow, ...]
    disabled: bool = False


@frozen(kw_only=True)
class Artifacts:
    """What one build keeps: the paths of its files, and the coverage plugins that took part in it."""

    row: BuildRow
    paths: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()


@frozen(kw_only=True)
class JobAddress:
    """A job as the settings name it: its name, its own address, and the repository whose commits count."""

    job: str
    address: str
    repository: str | None = None


def make_tree(depth: int) -> str:
    """The `tree` of a job with its newest `depth` builds."""
    builds = "builds" if depth <= NEWEST_BUILDS else "allBuilds"
    return f"disabled,{builds}[{_ROW}]{{0,{depth}}}"


def read_job(data: object, place: JobAddress) -> Job:
    """A job from its JSON; CannotFetch if it is none."""
    fields = data if isinstance(data, dict) else {}
    entries = fields.get("builds", fields.get("allBuilds"))
    if not isinstance(entries, list):
        what = "a folder or a view, not a job with builds" if "_class" in fields else "not the JSON of a Jenkins job"
        raise CannotFetch(f"{place.address}: this is {what}; whoever keeps covbot.toml (url, job, branch)")
    rows = sorted((_read_row(entry, place) for entry in entries), key=lambda row: row.build.number)
    return Job(rows=tuple(rows), disabled=fields.get("disabled") is True)


def read_artifacts(data: object, place: JobAddress) -> Artifacts:
    """One build and its files from its JSON; CannotFetch if it is none."""
    row = _read_row(data, place)
    fields = data if isinstance(data, dict) else {}
    paths = (_path(file) for file in _items(fields.get("artifacts")))
    return Artifacts(
        row=row, paths=tuple(path for path in paths if path), plugins=tuple(_plugins(_items(fields.get("actions"))))
    )


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _read_row(entry: object, place: JobAddress) -> BuildRow:
    match entry:
        case {"number": int(number), "timestamp": int(moment), "building": bool(building), **rest} if (
            0 <= number <= _HIGHEST and 0 <= moment <= _LAST
        ):
            shas = _commits(_items(rest.get("actions")), place.repository)
            build = Build(
                job=place.job,
                number=number,
                started_at=_EPOCH + timedelta(milliseconds=moment),
                revision=shas[0] if len(shas) == 1 else None,
                result=_result(rest.get("result")),
                url=f"{place.address}{number}/",
            )
            done = not building and rest.get("inProgress") is not True
            return BuildRow(build=build, done=done, ambiguous=len(shas) > 1)
        case _:
            raise CannotFetch(f"{place.address}: a build without number, time or state; whoever runs the server")


def _result(result: object) -> str | None:
    return responses.show_text(result) if isinstance(result, str) else None


def _path(file: object) -> str | None:
    match file:
        case {"relativePath": str(path)} if not {"", ".", ".."}.intersection(path.split("/")):
            return path
        case _:
            return None


def _plugins(actions: Iterable[object]) -> Iterator[str]:
    for action in actions:
        match action:
            case {"_class": str(name)} if re.search("cobertura|coverage", name, re.IGNORECASE):
                yield responses.show_text(name.rpartition(".")[2])


def _commits(actions: Iterable[object], repository: str | None) -> list[str]:
    """The commits that a build may be of: those of the named repository, else all that were checked out.

    Libraries and second checkouts leave records of their own beside the one that matters, in no order.
    """
    found: dict[str, bool] = {}
    for action in actions:
        match action:
            case {"lastBuiltRevision": {"SHA1": str(sha)}, "remoteUrls": list(urls)} if COMMIT_ID.fullmatch(sha):
                found[sha] = found.get(sha, False) or _is_of(urls, repository)
    return [sha for sha, named in found.items() if named] or list(found)


def _is_of(urls: list[object], repository: str | None) -> bool:
    return repository is not None and any(
        normalize_url(url) == normalize_url(repository) for url in urls if isinstance(url, str)
    )


def normalize_url(url: str) -> str:
    """A repository's address without what differs between ways to reach it: scheme, user, port, `.git`."""
    found = _WHERE.fullmatch(url.strip())
    whole = f"{found['host'].lower()}/{found['path']}" if found else url.strip()
    return whole.rstrip("/").removesuffix(".git").rstrip("/")
