"""Builds that a person sets aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.core.builds.pending import Dismissal
from covbot.pipeline import lease

if TYPE_CHECKING:
    from covbot.core.builds.build import Build
    from covbot.pipeline.project import Project


def dismiss_build(project: Project, number: int, why: str) -> Build:
    """Set aside the newest build of a number, and return it: it is not read any more, and holds nothing.

    Raise UnknownName if no pass saw such a build, or if it is trusted, LeaseTaken if a pass is running.
    """
    with lease.hold_lease(project):
        judgements = project.store.judgements
        snapshots = [each for each in project.store.snapshots.list_all(project.name) if each.build.number == number]
        pending = [each.build for each in judgements.pending(project.name) if each.build.number == number]
        builds = [*(each.build for each in snapshots), *pending]
        if not builds:
            message = f"build {number} of {project.name} was not seen (covbot builds lists those that were)"
            raise errors.UnknownName(message)
        build = max(builds, key=lambda each: each.started_at)
        if any(each.usable for each in snapshots if each.build == build):
            message = f"build {number} of {project.name} is trusted, and what it says is compared already"
            raise errors.UnknownName(message)
        judgements.dismiss(project.name, Dismissal(build=build, why=why, at=project.clock()))
        return build
