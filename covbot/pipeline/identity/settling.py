"""The settings of a project beside those of its last pass: what is stored follows them before anything is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot import logs
from covbot.core.project import Identity
from covbot.pipeline.identity import tracker_change

if TYPE_CHECKING:
    from covbot.outbox import Outbox
    from covbot.pipeline.project import Project


def settle_identity(project: Project, outbox: Outbox) -> tuple[str, ...]:
    """Make what is stored of a project follow its present settings, and return a sentence on each change."""
    now, before = make_identity(project), project.store.identities.load(project.name)
    if before is None:
        project.store.identities.save(project.name, now)
        return ()
    now = attrs.evolve(now, former=before.former)
    if now == before:
        return ()
    notes: list[str] = []
    if now.tracker != before.tracker:
        notes.append(tracker_change.change_tracker(project, outbox, before.tracker))
    project.store.identities.save(project.name, now)
    for note in notes:
        logs.warning("settings.changed", project=project.name, what=note)
    return tuple(notes)


def make_identity(project: Project) -> Identity:
    """Return the identity of a project by its present settings."""
    context = project.context
    return Identity(
        tracker=project.tracker.address, job=project.job, repository=context.repository, prefix=context.prefix
    )


def describe_sharing(project: Project) -> tuple[str, ...]:
    """Return a sentence on the other projects of the settings whose bugs are kept in the same tracker project."""
    address = project.tracker.address
    others = sorted(name for name, other in project.siblings.items() if other == address)
    if not others:
        return ()
    return (f"{address} also has the bugs of {', '.join(others)}: limits count the bugs of all of them together",)
