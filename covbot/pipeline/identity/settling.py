"""The settings of a project beside those of its last pass: what is stored follows them before anything is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot import logs
from covbot.core.project import Identity
from covbot.pipeline.identity import paths, renaming, tracker_change

if TYPE_CHECKING:
    from covbot.outbox import Outbox
    from covbot.pipeline.project import Project


def settle_identity(project: Project, outbox: Outbox, *, accepted: str = "") -> tuple[str, ...]:
    """Make what is stored of a project follow its present settings, and return a sentence on each change.

    Raise SettingsChanged, with nothing stored, if nothing proves that a part with another name is the same one; not if
    a person accepted that for a reason.
    """
    now, notes = make_identity(project), list[str]()
    before = project.store.identities.load(project.name)
    if before == attrs.evolve(now, former=before.former, accepted=before.accepted) if before else False:
        return ()
    with project.store.transaction():
        former = renaming.find_former_project(project, now) if before is None else None
        if former is not None:
            note, before = renaming.carry_project_over(project, *former)
            notes.append(note)
        if before is not None:
            now = attrs.evolve(now, former=before.former, accepted=accepted or before.accepted)
            notes += _follow_changes(project, outbox, before, now, accepted=bool(accepted))
        if now != before:
            project.store.identities.save(project.name, now)
    for note in notes:
        logs.warning("settings.changed", project=project.name, what=note)
    return tuple(notes)


def _follow_changes(project: Project, outbox: Outbox, before: Identity, now: Identity, *, accepted: bool) -> list[str]:
    notes: list[str] = []
    if now.job != before.job:
        notes.append(renaming.change_job(project, before.job, accepted=accepted))
    if (now.repository, now.prefix) != (before.repository, before.prefix):
        notes += paths.change_paths(project, before.prefix, accepted=accepted)
    if now.tracker != before.tracker:
        notes.append(tracker_change.change_tracker(project, outbox, before.tracker))
    return notes


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
