"""The contents of the double of Jenkins: jobs and builds, which tests change, and their beans in JSON."""

from __future__ import annotations

import email.utils
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

NEWEST_BUILDS = 100
_POINTERS: dict[str, Callable[[Build], bool]] = {
    "firstBuild": lambda _build: True,
    "lastBuild": lambda _build: True,
    "lastCompletedBuild": lambda build: not build.building,
    "lastFailedBuild": lambda build: build.result == "FAILURE",
    "lastStableBuild": lambda build: build.result == "SUCCESS",
    "lastSuccessfulBuild": lambda build: not build.building and build.result in {"SUCCESS", "UNSTABLE"},
    "lastUnstableBuild": lambda build: build.result == "UNSTABLE",
    "lastUnsuccessfulBuild": lambda build: not build.building and build.result != "SUCCESS",
}
FIRST_TIMESTAMP = 1795327612370
COVERAGE_XML = b'<?xml version="1.0" ?>\n<coverage version="7.11.3"><sources/><packages/></coverage>\n'


@dataclass
class Artifact:
    """An archived file; its time is that of the file in the workspace."""

    content: bytes = COVERAGE_XML
    modified_at: datetime = datetime(2026, 11, 22, 6, 6, 52, tzinfo=UTC)

    @property
    def modified(self) -> str:
        return email.utils.format_datetime(self.modified_at, usegmt=True)


@dataclass
class Build:
    """A build; `timestamp` is in milliseconds."""

    number: int
    timestamp: int
    result: str | None = "SUCCESS"
    building: bool = False
    duration: int = 25088
    files: dict[str, Artifact] = field(default_factory=dict)
    actions: list[dict[str, Any]] = field(default_factory=list)
    in_progress: bool | None = None
    list_broken: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    def start(self) -> Build:
        self.result, self.building, self.duration = None, True, 0
        return self

    def finish(self, result: str = "SUCCESS") -> Build:
        self.result, self.building, self.duration = result, False, 20021
        return self


@dataclass
class Job:
    """A job; the builds of one whose class name contains `workflow` are those of a pipeline."""

    name: str
    kind: str = "hudson.model.FreeStyleProject"
    builds: dict[int, Build] = field(default_factory=dict)
    disabled: bool = False
    next_number: int = 1
    hidden: bool = False

    def add_build(self, result: str | None = "SUCCESS") -> Build:
        """Add the next build, a minute after the one before, with one file, coverage.xml."""
        build = Build(number=self.next_number, timestamp=FIRST_TIMESTAMP + self.next_number * 60_000, result=result)
        build.files["coverage.xml"] = Artifact()
        self.builds[build.number] = build
        self.next_number += 1
        return build

    def rotate(self, *, keep: int, keep_files: int) -> None:
        """Discard old builds, and the files of those that are not quite as old."""
        newest = sorted(self.builds, reverse=True)
        for number in newest[keep:]:
            del self.builds[number]
        for number in newest[keep_files:keep]:
            self.builds[number].files = {}

    def create_again(self) -> None:
        """Delete the job and create it under its old name."""
        self.builds, self.next_number = {}, 1


def make_git_record(sha: str, *urls: str, branch: str = "refs/remotes/origin/main") -> dict[str, Any]:
    """Return the build data of the git plugin."""
    revision = {"SHA1": sha, "branch": [{"SHA1": sha, "name": branch}]}
    return {
        "_class": "hudson.plugins.git.util.BuildData",
        "lastBuiltRevision": revision,
        "remoteUrls": list(urls),
        "scmName": "",
    }


def show_build(job: Job, build: Build, root: str) -> dict[str, Any]:
    """Return the bean of a build, with its names in the order of Jenkins."""
    pipeline = "workflow" in job.kind
    running = {} if build.in_progress is None else {"inProgress": build.in_progress}
    paths = [] if build.list_broken else sorted(build.files)
    bean: dict[str, Any] = {
        "_class": "org.jenkinsci.plugins.workflow.job.WorkflowRun" if pipeline else "hudson.model.FreeStyleBuild",
        "actions": build.actions,
        "artifacts": [
            {"displayPath": _get_display_path(path), "fileName": _get_leaf(path), "relativePath": path}
            for path in paths
        ],
        "building": build.building,
        "description": None,
        "displayName": f"#{build.number}",
        "duration": build.duration,
        "estimatedDuration": 8446,
        "executor": None,
        "fullDisplayName": f"{_get_leaf(job.name)} #{build.number}",
        "id": str(build.number),
        **running,
        "keepLog": False,
        "number": build.number,
        "queueId": build.number,
        "result": build.result,
        "timestamp": build.timestamp,
        "url": f"{root}{make_job_path(job.name)}{build.number}/",
        "builtOn": "",
        "changeSet": {"_class": "hudson.scm.EmptyChangeLogSet", "items": [], "kind": None},
        "culprits": [],
    }
    return {**bean, **build.extra}


def show_job(job: Job, root: str) -> dict[str, Any]:
    """Return the bean of a job, with its names in the order of Jenkins; `allBuilds` is shown only if it is named."""
    newest = [job.builds[number] for number in sorted(job.builds, reverse=True)]
    beans = [show_build(job, build, root) for build in newest]
    leaf = _get_leaf(job.name)
    pointers = _show_pointers(job, newest, root)
    return {
        "_class": job.kind,
        "actions": [{}],
        "description": "cov",
        "displayName": leaf,
        "displayNameOrNull": None,
        "fullDisplayName": job.name,
        "fullName": job.name,
        "name": leaf,
        "url": f"{root}{make_job_path(job.name)}",
        "allBuilds": beans,
        "buildable": not job.disabled,
        "builds": beans[:NEWEST_BUILDS],
        "color": "disabled" if job.disabled else ("blue" if newest else "notbuilt"),
        "firstBuild": pointers.pop("firstBuild"),
        "healthReport": [],
        "inQueue": False,
        "keepDependencies": False,
        **pointers,
        "nextBuildNumber": job.next_number,
        "property": [],
        "queueItem": None,
        "concurrentBuild": True,
        "disabled": job.disabled,
        "downstreamProjects": [],
        "labelExpression": None,
        "scm": {"_class": "hudson.scm.NullSCM"},
        "upstreamProjects": [],
    }


def _show_pointers(job: Job, newest: list[Build], root: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, is_it in _POINTERS.items():
        order = list(reversed(newest)) if name == "firstBuild" else newest
        found = next((build for build in order if is_it(build)), None)
        shown[name] = show_build(job, found, root) if found else None
    return shown


def make_job_path(name: str) -> str:
    """Return the path of a job, by its full name."""
    return "".join(f"job/{quote(part, safe='')}/" for part in name.split("/"))


def _get_leaf(path: str) -> str:
    return path.rpartition("/")[2]


def _get_display_path(path: str) -> str:
    return path if _get_leaf(path) == "coverage.xml" else _get_leaf(path)
