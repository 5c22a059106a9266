"""Builds of one Zuul job in a pipeline that runs merged changes, and the coverage files among their logs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from attrs import frozen

from covbot.core import addresses
from covbot.core.builds.build import COMMIT_ID, Build
from covbot.errors import BuildGone, CannotFetch
from covbot.ports import Attachment, Delivery, PassedOver
from covbot.sources import patterns
from covbot.sources.http import coverage_files, responses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from covbot.sources.http.client import Site
    from covbot.sources.http.session import HttpSession

_OPERATOR = "whoever keeps covbot.toml"
_HIGHEST_NUMBER = 2**31 - 1


@frozen(kw_only=True)
class Zuul:
    """A job of a project in one pipeline; `tenant` is None if a host serves a single one.

    `files` are exact paths below a build's logs. The pipeline must run merged changes (periodic, post): a build of a
    proposed change has no information about the branch.
    """

    site: Site
    tenant: str | None
    project: str
    job: str
    pipeline: str
    files: tuple[str, ...]
    branch: str | None = None

    def builds(self, depth: int = 100) -> Sequence[Build]:
        """Return the finished builds with logs among the newest `depth`, oldest first, by one request.

        Raise CannotFetch: CannotFetchNow while Zuul is unavailable; with the reason if all builds are of proposed
        changes.
        """
        with self.site.session() as session:
            rows = list(self._request_builds(session, depth))
        merged = [row for row in rows if not _is_proposal(row)]
        if rows and not merged:
            raise CannotFetch(
                f"pipeline {self.pipeline} of Zuul job {self.job} tests proposed changes, and a bug is about what is"
                f" merged: builds of a periodic or post pipeline are needed; {_OPERATOR} (pipeline)"
            )
        builds = (self._read_build(row) for row in merged)
        return sorted((build for build in builds if build), key=lambda build: (build.number, build.started_at))

    def reports(self, build: Build) -> Delivery:
        """Return the coverage files among a build's logs, by one request each; raise BuildGone if none is left."""
        attachments, missing = [], []
        with self.site.session() as session:
            for name in self.files:
                path = "/".join(quote(part, safe="") for part in name.split("/"))
                response = coverage_files.request_file(session, f"{build.url}{path}", self.site.limits)
                if response.body is None:
                    missing.append(name)
                    continue
                attachments.append(Attachment(name=name, open=response.body.open, modified_at=response.modified_at))
        if not attachments:
            raise BuildGone(
                f"{build.url}: no {' and no '.join(missing)} (404): the logs ran out,"
                f" or job {self.job} writes no such file; whoever keeps the job"
            )
        return Delivery(attachments=tuple(attachments), missing=tuple(missing))

    def version(self, build: Build) -> str:
        """Return nothing: only a request would show whether the files of a build are other ones."""
        del build
        return ""

    def left_out(self) -> Sequence[str]:
        """Return nothing, since every listed build can be read."""
        return ()

    def passed_over(self) -> Sequence[PassedOver]:
        """Return nothing, since only finished builds are requested."""
        return ()

    def check(self) -> Sequence[str]:
        """Return what an operator should know of the job now, one sentence each; raise CannotFetch if Zuul fails."""
        builds = self.builds()
        summary = (
            f"{self._builds_url}: {len(builds)} finished builds of {self.job} in pipeline {self.pipeline} on offer"
        )
        newest = [f"the newest began {build.started_at:%Y-%m-%d %H:%M} UTC ({build.result})" for build in builds[-1:]]
        return [summary, *(newest or ["there is none with logs yet: covbot waits for the first"])]

    @property
    def _builds_url(self) -> str:
        tenant = "" if self.tenant is None else f"tenant/{quote(self.tenant, safe='')}/"
        return f"{self.site.base}api/{tenant}builds"

    def _request_builds(self, session: HttpSession, depth: int) -> Iterator[Mapping[str, object]]:
        for name in self.files:
            if not patterns.is_exact(name) or {"", ".", ".."}.intersection(name.split("/")):
                raise CannotFetch(f"reports: {name!r} is no exact path below a Zuul build's logs; {_OPERATOR}")
        wanted = {"project": self.project, "job_name": self.job, "pipeline": self.pipeline, "branch": self.branch}
        query = {name: value for name, value in wanted.items() if value is not None}
        limits = self.site.limits
        address = f"{self._builds_url}?{urlencode({**query, 'complete': 'true', 'limit': depth})}"
        response = session.get(address, seconds=limits.listing, size=limits.json)
        if response.body is None:
            raise CannotFetch(f"{response.shown_url}: 404, no such tenant, or no Zuul at this url; {_OPERATOR}")
        rows = responses.read_json(response)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CannotFetch(f"{response.shown_url}: JSON, but not a list of Zuul builds; {_OPERATOR}")
        yield from rows

    def _read_build(self, row: Mapping[str, object]) -> Build | None:
        match row:
            case {"result": str(result), "start_time": str(start), "log_url": str(logs)} if (
                row.get("final") is not False
            ):
                started_at = _parse_time(start)
                if started_at is None or urlsplit(logs).scheme not in {"http", "https"}:
                    return None
                revision = _read_ref(row).get("newrev")
                return Build(
                    job=self.job,
                    number=_read_number(row, started_at),
                    started_at=started_at,
                    revision=revision if isinstance(revision, str) and COMMIT_ID.fullmatch(revision) else None,
                    result=responses.sanitize_text(result),
                    url=addresses.hide_accounts(logs).rstrip("/") + "/",
                )
            case _:
                return None


def _read_ref(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was built: an object of its own since Zuul 11, before that part of the build itself."""
    ref = row.get("ref")
    return ref if isinstance(ref, dict) else row


def _is_proposal(row: Mapping[str, object]) -> bool:
    ref = _read_ref(row)
    return ref.get("change") is not None or str(ref.get("ref")).startswith("refs/changes/")


def _read_number(row: Mapping[str, object], started_at: datetime) -> int:
    match row.get("_id"):
        case int(number) if 0 < number <= _HIGHEST_NUMBER:
            return number
        case _:
            return int(started_at.timestamp())


def _parse_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
