"""What it means when Jenkins does not have a job, a build or a file: 404, other builds of the number, no files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from covbot.errors import BuildGone, CannotFetch, CannotFetchNow, NoArtifacts
from covbot.sources.http import responses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from covbot.core.builds.build import Build
    from covbot.sources.jenkins.api import Artifacts

OPERATOR = "whoever keeps covbot.toml"
"""Who can change the settings of the source."""

STORAGE_GRACE_PERIOD = timedelta(days=1)
"""A good build that lists no file may have a storage problem; a build that is older than this has lost its files."""

_MOST_NAMED = 10


def make_no_job_error(url: str) -> CannotFetch:
    """Return the error for 404 at the URL of the job."""
    return CannotFetch(
        f"{url}: 404, there is no such job, or covbot's account may not see it,"
        f" or url lacks the path under which Jenkins runs; {OPERATOR}"
    )


def make_no_build_error(url: str) -> BuildGone:
    """Return the error for 404 at the URL of a build that was listed before."""
    return BuildGone(f"{url}: 404, Jenkins no longer keeps this build (or its job was renamed or moved)")


def make_no_file_error(url: str) -> CannotFetchNow:
    """Return the error for 404 at the URL of a file that its build lists."""
    return CannotFetchNow(f"{url}: listed, and not there (404); covbot asks again for the list")


def make_no_files_error(build: Build, now: datetime) -> CannotFetch:
    """Return the error for a good build that lists no file at all."""
    if now - build.started_at > STORAGE_GRACE_PERIOD:
        return BuildGone(f"{build.url}: Jenkins keeps no file of this build any more, or it never kept one")
    return NoArtifacts(
        f"{build.result}, yet it shows no file at all: its job does not archive the coverage file (archiveArtifacts),"
        " or Jenkins discarded it, or its storage is in trouble; covbot asks again more and more rarely for a day,"
        " whoever keeps the job looks whether it archives its coverage file"
    )


def check_build(url: str, build: Build, found: Artifacts) -> None:
    """Raise BuildGone if Jenkins has another build of this number now, CannotFetchNow if the build runs again."""
    if (found.row.build.number, found.row.build.started_at) != (build.number, build.started_at):
        raise BuildGone(f"{url}: another build has this number now: the job was created again")
    if not found.row.finished:
        raise CannotFetchNow(f"{url}: the build runs again; covbot waits until it is done")


def explain_missing(artifacts: Artifacts, missing: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence on the files that a build lacks and has, and one on results of plugins in their place."""
    if not missing:
        return ()
    build = artifacts.row.build
    present = [responses.sanitize_text(path) for path in sorted(artifacts.paths, key=_rank_by_name)[:_MOST_NAMED]]
    more = len(artifacts.paths) - len(present)
    content = ", ".join(present) + (f" and {more} more" if more else "") if present else "nothing"
    notes = [f"no {' and no '.join(missing)} in build {build.number}; there is {content}"]
    if artifacts.plugins:
        notes.append(
            f"build {build.number} has results of {', '.join(sorted(set(artifacts.plugins)))}, which show no lines:"
            f" the job must also archive the file itself (archiveArtifacts '{missing[0]}')"
        )
    return tuple(notes)


def _rank_by_name(path: str) -> tuple[bool, str]:
    return "cov" not in path.lower(), path
