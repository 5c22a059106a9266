"""Builds of one Jenkins job, and the coverage files that they archived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import frozen

from covbot.errors import BuildGone, CannotFetch, CannotFetchNow
from covbot.ports import Attachment, Delivery
from covbot.sources import patterns
from covbot.sources.http import responses
from covbot.sources.jenkins import api

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.builds.build import Build
    from covbot.sources.http.client import Session, Site
    from covbot.sources.http.responses import HttpResponse
    from covbot.sources.jenkins.api import Artifacts, Job

SETTLED = timedelta(days=1)
"""A good build that shows no file at all may suffer from its storage; a build that is older than this has lost them."""

_MOST_FILES = 50
_MOST_NAMED = 10
_NEVER_A_BASELINE = frozenset({"ABORTED", "NOT_BUILT"})
_GOOD = frozenset({"SUCCESS", "UNSTABLE"})
_KEEPER = "whoever keeps covbot.toml"
_ESCAPED = str.maketrans({char: f"%{ord(char):02X}" for char in "#%/?[]\\"})


@frozen(kw_only=True)
class Jenkins:
    """A job of a Jenkins server: `job` is its whole name (`folder/job`), `branch` one of a multibranch project.

    `files` are exact paths or patterns of archived files, merged by whoever reads them. `repository` is the address
    whose commit counts where a build checked out several. Aborted builds are on offer only if `accept` says so.
    """

    site: Site
    job: str
    files: tuple[str, ...]
    branch: str | None = None
    repository: str | None = None
    accept: Collection[str] = frozenset({"SUCCESS"})

    def builds(self, depth: int = api.NEWEST_BUILDS) -> Sequence[Build]:
        """The finished builds among the newest `depth`, oldest first, by one request.

        Raises CannotFetch: CannotFetchNow while Jenkins is away, FetchRefused if it does not accept the account.
        """
        with self.site.session() as session:
            return self._on_offer(self._ask_job(session, depth))

    def reports(self, build: Build) -> Delivery:
        """The coverage files of a build, downloaded, by one request for their list and one for each.

        Raises BuildGone if Jenkins no longer keeps them, CannotFetchNow if that may pass, else CannotFetch.
        """
        with self.site.session() as session:
            return self._deliver(session, build)

    def check(self) -> Sequence[str]:
        """What an operator should know of the job now, one sentence each; CannotFetch if Jenkins does not answer."""
        with self.site.session() as session:
            job = self._ask_job(session, api.NEWEST_BUILDS)
            builds = self._on_offer(job)
            said = [f"{self._place.address}: {len(builds)} finished builds on offer"]
            if job.disabled:
                said.append("the job is disabled in Jenkins: no new builds will come, and none is missed")
            if not job.rows:
                said.append("the job was never built: covbot waits for its first build")
            elif not builds:
                said.append("no build of the job is finished yet, or each was stopped: covbot waits")
            else:
                said.extend(self._look_at(session, builds[-1]))
            return said

    @property
    def label(self) -> str:
        """What the builds are called: the job, and its branch."""
        return self.job if self.branch is None else f"{self.job}/{self.branch}"

    @property
    def _place(self) -> api.JobAddress:
        names = [name for name in self.job.split("/") if name]
        if self.branch is not None:
            names.append(_escape(self.branch))
        address = self.site.base + "".join(f"job/{quote(name, safe='')}/" for name in names)
        return api.JobAddress(job=self.label, address=address, repository=self.repository)

    def _ask_job(self, session: Session, depth: int) -> Job:
        limits, place = self.site.limits, self._place
        seconds = limits.listing if depth <= api.NEWEST_BUILDS else limits.history
        answer = session.get(_api(place.address, api.make_tree(depth)), seconds=seconds, size=limits.json)
        if answer.body is None:
            raise CannotFetch(
                f"{place.address}: 404, there is no such job, or covbot's account may not see it,"
                f" or url lacks the path under which Jenkins runs; {_KEEPER}"
            )
        return api.read_job(responses.read_json(answer), place)

    def _ask_shelf(self, session: Session, build: Build) -> tuple[Artifacts, HttpResponse]:
        limits, place = self.site.limits, self._place
        address = f"{place.address}{build.number}/"
        answer = session.get(_api(address, api.BUILD_TREE), seconds=limits.listing, size=limits.json)
        if answer.body is None:
            raise BuildGone(f"{address}: 404, Jenkins no longer keeps this build (or its job was renamed or moved)")
        shelf = api.read_artifacts(responses.read_json(answer), place)
        if (shelf.row.build.number, shelf.row.build.started_at) != (build.number, build.started_at):
            raise BuildGone(f"{address}: another build has this number now: the job was created again")
        if not shelf.row.done:
            raise CannotFetchNow(f"{address}: the build runs again; covbot waits until it is done")
        return shelf, answer

    def _on_offer(self, job: Job) -> list[Build]:
        unwanted = _NEVER_A_BASELINE.difference(self.accept)
        return [row.build for row in job.rows if row.done and row.build.result not in unwanted]

    def _deliver(self, session: Session, build: Build) -> Delivery:
        shelf, answer = self._ask_shelf(session, build)
        found, missing = patterns.match_paths(self.files, shelf.paths)
        if len(found) > _MOST_FILES:
            raise CannotFetch(
                f"{build.url}: reports choose {len(found)} files; {_KEEPER} names fewer than {_MOST_FILES}"
            )
        if not shelf.paths and build.result in _GOOD:
            raise _explain_empty(build, answer.answered_at or datetime.now(UTC))
        attachments = tuple(self._download(session, build, path) for path in found)
        return Delivery(attachments=attachments, missing=missing, notes=self._note(shelf, missing))

    def _download(self, session: Session, build: Build, path: str) -> Attachment:
        limits = self.site.limits
        address = f"{self._place.address}{build.number}/artifact/" + "/".join(
            quote(part, safe="") for part in path.split("/")
        )
        answer = session.get(address, seconds=limits.download, size=limits.report)
        if answer.body is None:
            raise CannotFetchNow(f"{answer.place}: listed, and not there (404); covbot asks again for the list")
        responses.make_page_error(answer)
        return Attachment(name=responses.show_text(path), open=answer.body.open, modified_at=answer.modified_at)

    def _look_at(self, session: Session, build: Build) -> list[str]:
        shelf, _answer = self._ask_shelf(session, build)
        found, missing = patterns.match_paths(self.files, shelf.paths)
        named = ", ".join(responses.show_text(path) for path in found)
        return [f"build {build.number} ({build.result}): {named or 'no coverage file'}", *self._note(shelf, missing)]

    def _note(self, shelf: Artifacts, missing: Sequence[str]) -> tuple[str, ...]:
        notes = _explain_missing(shelf, missing)
        if not shelf.row.ambiguous:
            return notes
        # An address may hold a password; without what differs between ways to reach it, it does not.
        whose = api.normalize_url(self.repository) if self.repository else "the project"
        said = (
            f"build {shelf.row.build.number} checked out several commits, and which is that of {whose} cannot be told"
        )
        return (*notes, f"{said}: its commit is unknown; {_KEEPER} (repository)")


def _api(address: str, tree: str) -> str:
    return f"{address}api/json?{urlencode({'tree': tree})}"


def _escape(branch: str) -> str:
    """A branch as a multibranch project names its job: escaped once, and again on its way into an address."""
    return {".": "%2E", "..": "%2E."}.get(branch, branch.translate(_ESCAPED))


def _explain_empty(build: Build, now: datetime) -> CannotFetch:
    if now - build.started_at > SETTLED:
        return BuildGone(f"{build.url}: Jenkins keeps no file of this build any more, or it never kept one")
    return CannotFetchNow(
        f"{build.url}: {build.result}, yet it shows no file at all: its storage may be in trouble;"
        " covbot asks again for a day, whoever keeps the job looks whether it archives its coverage file"
    )


def _explain_missing(shelf: Artifacts, missing: Sequence[str]) -> tuple[str, ...]:
    if not missing:
        return ()
    build = shelf.row.build
    there = [responses.show_text(path) for path in sorted(shelf.paths, key=_by_likeness)[:_MOST_NAMED]]
    more = len(shelf.paths) - len(there)
    content = ", ".join(there) + (f" and {more} more" if more else "") if there else "nothing"
    notes = [f"no {' and no '.join(missing)} in build {build.number}; there is {content}"]
    if shelf.plugins:
        notes.append(
            f"build {build.number} has results of {', '.join(sorted(set(shelf.plugins)))}, which show no lines:"
            f" the job must also archive the file itself (archiveArtifacts '{missing[0]}')"
        )
    return tuple(notes)


def _by_likeness(path: str) -> tuple[bool, str]:
    return "cov" not in path.lower(), path
