"""The outages of a project's repository: from the pass that first missed it to the one that can read it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors, logs

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.pipeline.project import Project


def report_outage(project: Project, error: errors.CannotReachRepository) -> str:
    """Return why a repository cannot be read in this pass; raise CannotReachRepository if it could not be before.

    CannotRunGit is raised in any case, since it does not pass.
    """
    if isinstance(error, errors.CannotRunGit):
        raise error
    logs.warning("repository.away", project=project.name, why=str(error))
    lasting = note_outage(project, str(error))
    if lasting is not None:
        raise errors.CannotReachRepository(lasting) from error
    return str(error)


def note_outage(project: Project, why: str) -> str | None:
    """Record that the repository lacks what was asked for; return why and since when if that was so before."""
    now = project.clock()
    since = project.store.outages.begin(_name_outage(project), why, at=now)
    return None if since == now else f"{why} (since {since:%Y-%m-%d %H:%M} UTC)"


def end_outage(project: Project) -> None:
    """Record that the repository has all that was asked for."""
    project.store.outages.end(_name_outage(project))


def find_outage(project: Project) -> tuple[datetime, str] | None:
    """Return since when the repository cannot be read, and why; None if it has no outage."""
    return project.store.outages.find(_name_outage(project))


def _name_outage(project: Project) -> str:
    return f"repository/{project.name}"
