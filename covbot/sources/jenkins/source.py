"""Builds of one Jenkins job, and the coverage files that they archived."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import field, frozen

from covbot.errors import CannotFetch
from covbot.ports import Attachment, Delivery, PassedOver
from covbot.sources import patterns
from covbot.sources.http import coverage_files, responses
from covbot.sources.jenkins import api, failures

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.builds.build import Build
    from covbot.sources.http.client import Site
    from covbot.sources.http.responses import HttpResponse
    from covbot.sources.http.session import HttpSession
    from covbot.sources.jenkins.api import Artifacts, JenkinsJob

_MOST_FILES = 50
_NEVER_A_BASELINE = frozenset({"ABORTED", "NOT_BUILT"})
_GOOD_RESULTS = frozenset({"SUCCESS", "UNSTABLE"})
_ESCAPES = str.maketrans({char: f"%{ord(char):02X}" for char in "#%/?[]\\"})


@frozen(kw_only=True)
class Jenkins:
    """A job of a Jenkins server: `job` is its full name (`folder/job`), `branch` one of a multibranch project.

    `files` are exact paths or patterns of archived files, which the reader merges. `repository` is the address whose
    commit counts if a build checked out several. Aborted builds are offered only if `accept` contains their result.
    `browse` is the address of Jenkins for people, if it is not that of the site.
    """

    site: Site
    job: str
    files: tuple[str, ...]
    branch: str | None = None
    repository: str | None = None
    accept: Collection[str] = frozenset({"SUCCESS"})
    browse: str = ""
    _passed_over: list[PassedOver] = field(init=False, factory=list)

    def builds(self, depth: int = api.NEWEST_BUILDS) -> Sequence[Build]:
        """Return the finished builds among the newest `depth`, oldest first, by one request.

        Raise CannotFetch: CannotFetchNow while Jenkins is unavailable, FetchRefused if it does not accept the account.
        """
        with self.site.session() as session:
            job = self._request_job(session, depth)
        builds = self._select_builds(job)
        offered = {build.number for build in builds}
        self._passed_over[:] = [
            PassedOver(build=row.build, running=not row.finished) for row in job.rows if row.build.number not in offered
        ]
        return builds

    def reports(self, build: Build) -> Delivery:
        """Download the coverage files of a build, by one request for their list and one for each.

        Raise BuildGone if Jenkins no longer keeps them, CannotFetchNow if the failure is transient, else CannotFetch.
        """
        with self.site.session() as session:
            return self._download_reports(session, build)

    def version(self, build: Build) -> str:
        """Return nothing: only a request would show whether the files of a build are other ones."""
        del build
        return ""

    def left_out(self) -> Sequence[str]:
        """Return nothing, since every listed build can be read."""
        return ()

    def passed_over(self) -> Sequence[PassedOver]:
        """Return the builds of the last listing that run still, and those that were stopped."""
        return tuple(self._passed_over)

    def check(self) -> Sequence[str]:
        """Return what an operator should know of the job now, one sentence each; raise CannotFetch if Jenkins fails."""
        with self.site.session() as session:
            job = self._request_job(session, api.NEWEST_BUILDS)
            builds = self._select_builds(job)
            sentences = [f"{self._address.url}: {len(builds)} finished builds on offer"]
            if job.disabled:
                sentences.append("the job is disabled in Jenkins: no new builds will come, and none is missed")
            if not job.rows:
                sentences.append("the job was never built: covbot waits for its first build")
            elif not builds:
                sentences.append("no build of the job is finished yet, or each was stopped: covbot waits")
            else:
                sentences.extend(self._describe_build(session, builds[-1]))
            return sentences

    @property
    def label(self) -> str:
        """The name of the job of the builds: the job, and its branch."""
        return self.job if self.branch is None else f"{self.job}/{self.branch}"

    @property
    def _address(self) -> api.JobAddress:
        names = [name for name in self.job.split("/") if name]
        if self.branch is not None:
            names.append(_escape_branch(self.branch))
        path = "".join(f"job/{quote(name, safe='')}/" for name in names)
        shown_url = f"{self.browse.rstrip('/')}/{path}" if self.browse else self.site.base + path
        return api.JobAddress(
            job=self.label, url=self.site.base + path, shown_url=shown_url, repository=self.repository
        )

    def _request_job(self, session: HttpSession, depth: int) -> JenkinsJob:
        limits, address = self.site.limits, self._address
        seconds = limits.listing if depth <= api.NEWEST_BUILDS else limits.history
        response = session.get(_make_api_url(address.url, api.make_tree(depth)), seconds=seconds, size=limits.json)
        if response.body is None:
            raise failures.make_no_job_error(address.url)
        return api.read_job(responses.read_json(response), address)

    def _request_artifacts(self, session: HttpSession, build: Build) -> tuple[Artifacts, HttpResponse]:
        limits, address = self.site.limits, self._address
        url = f"{address.url}{build.number}/"
        response = session.get(_make_api_url(url, api.BUILD_TREE), seconds=limits.listing, size=limits.json)
        if response.body is None:
            raise failures.make_no_build_error(url)
        artifacts = api.read_artifacts(responses.read_json(response), address)
        failures.check_build(url, build, artifacts)
        return artifacts, response

    def _select_builds(self, job: JenkinsJob) -> list[Build]:
        unwanted = _NEVER_A_BASELINE.difference(self.accept)
        return [row.build for row in job.rows if row.finished and row.build.result not in unwanted]

    def _download_reports(self, session: HttpSession, build: Build) -> Delivery:
        artifacts, response = self._request_artifacts(session, build)
        found, missing = patterns.match_paths(self.files, artifacts.paths)
        if len(found) > _MOST_FILES:
            raise CannotFetch(
                f"{build.url}: reports choose {len(found)} files; {failures.OPERATOR} names fewer than {_MOST_FILES}"
            )
        if not artifacts.paths and build.result in _GOOD_RESULTS:
            raise failures.make_no_files_error(build, response.responded_at or datetime.now(UTC))
        attachments = tuple(self._download_file(session, build, path) for path in found)
        return Delivery(attachments=attachments, missing=missing, notes=self._list_notes(artifacts, missing))

    def _download_file(self, session: HttpSession, build: Build, path: str) -> Attachment:
        url = f"{self._address.url}{build.number}/artifact/" + "/".join(
            quote(part, safe="") for part in path.split("/")
        )
        response = coverage_files.request_file(session, url, self.site.limits)
        if response.body is None:
            raise failures.make_no_file_error(response.shown_url)
        return Attachment(name=responses.sanitize_text(path), open=response.body.open, modified_at=response.modified_at)

    def _describe_build(self, session: HttpSession, build: Build) -> list[str]:
        artifacts, _response = self._request_artifacts(session, build)
        found, missing = patterns.match_paths(self.files, artifacts.paths)
        named = ", ".join(responses.sanitize_text(path) for path in found)
        return [
            f"build {build.number} ({build.result}): {named or 'no coverage file'}",
            *self._list_notes(artifacts, missing),
        ]

    def _list_notes(self, artifacts: Artifacts, missing: Sequence[str]) -> tuple[str, ...]:
        notes = failures.explain_missing(artifacts, missing)
        if not artifacts.row.ambiguous:
            return notes
        # An address may hold a password; a normalized one does not.
        whose = api.normalize_url(self.repository) if self.repository else "the project"
        note = (
            f"build {artifacts.row.build.number} checked out several commits,"
            f" and which is that of {whose} cannot be told"
        )
        return (*notes, f"{note}: its commit is unknown; {failures.OPERATOR} (repository)")


def _make_api_url(url: str, tree: str) -> str:
    return f"{url}api/json?{urlencode({'tree': tree})}"


def _escape_branch(branch: str) -> str:
    """Escape a branch as a multibranch project names its job: once here, and again when it becomes part of a URL."""
    return {".": "%2E", "..": "%2E."}.get(branch, branch.translate(_ESCAPES))
