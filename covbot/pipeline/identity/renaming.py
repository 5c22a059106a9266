"""A project, or its job, has another name in the settings: what is stored is carried over if it is the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core import display

if TYPE_CHECKING:
    from covbot.core.project import Identity
    from covbot.pipeline.project import Project


def list_names(project: Project) -> frozenset[str]:
    """Return the names of a project in the footers of its bugs: its own, and those that it had before."""
    identity = project.store.identities.load(project.name)
    return frozenset({project.name, *(identity.former if identity else ())})


def find_former_project(project: Project, now: Identity) -> tuple[str, Identity] | None:
    """Return the only stored project that no settings name any more and that has this identity but for its name."""
    known = {project.name, *project.siblings}
    found = [
        (name, identity)
        for name, identity in project.store.identities.load_all().items()
        if name not in known and _is_same(identity.rename(name, project.name), now)
    ]
    return found[0] if len(found) == 1 and not project.store.snapshots.list_all(project.name) else None


def _is_same(one: Identity, other: Identity) -> bool:
    return attrs.evolve(one, former=(), accepted="") == attrs.evolve(other, former=(), accepted="")


def carry_project_over(project: Project, name: str, before: Identity) -> tuple[str, Identity]:
    """Give what is stored of a former name to the project; return a sentence, and the identity that is stored now."""
    project.store.identities.rename(name, project.name)
    before = attrs.evolve(before, former=(*before.former, name))
    project.store.identities.save(project.name, before)
    return f"it was called {name} before: its ledger is carried over, and bugs with that name are its own", before


def change_job(project: Project, former: str, *, accepted: bool) -> str:
    """Let the stored builds of a job follow its new name, and return a sentence on it.

    It is the same job if the source lists one of them. Raise SettingsChanged if it lists none, unless a person
    accepted that; CannotFetch if the source does not respond.
    """
    known = project.store.snapshots.known(project.name, former)
    listed = {(build.number, build.started_at) for build in project.source.builds()}
    if known & listed or not known:
        project.store.snapshots.rename_job(project.name, former, project.job)
        return f"its job {former} is called {project.job} now: the builds are the same"
    if accepted:
        return f"its builds are those of {project.job} from now on, no longer those of {former}"
    seen = display.format_count(len(known), "build")
    raise errors.SettingsChanged(
        f"{project.name}: its job is {project.job} now, and none of the {seen} of {former} that were taken is among its"
        f" builds: set job back, or accept that two jobs are compared: {advise(project)}"
    )


def advise(project: Project) -> str:
    """Return the command by which a person accepts what the settings of a project changed."""
    return f"covbot accept --project {project.name} --kind settings --why TEXT"
