"""The tasks whose statements are listed by a bug of another project of covbot in the same tracker project."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from covbot import errors
from covbot.core.bugs import footers, statuses
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.ledger import recovery as ledger_recovery
from covbot.pipeline import recovery
from covbot.pipeline.identity import renaming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.ledger.recovery import TaskLocation
    from covbot.core.tasks.gap import Gap
    from covbot.core.tasks.task import Task
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.project import Project

T = TypeVar("T")


def find_claims(
    project: Project, tasks: Mapping[T, Task | Gap], others: Mapping[int, Bug], ledger: Ledger, newest: EarlierBuild
) -> dict[T, Bug]:
    """Return, by key, the first bug among `others` that lists statements of a task, open or declined by a person."""
    located: dict[str, list[tuple[TaskLocation, Bug]]] = {}
    for location, bug in _locate_bugs(project, others, ledger, newest):
        located.setdefault(location.path, []).append((location, bug))
    claims: dict[T, Bug] = {}
    for key, task in tasks.items():
        for location, bug in located.get(task.path, ()):
            if location.listed_lines & task.lines:
                claims.setdefault(key, bug)
    return claims


def hold_claimed(
    project: Project, tasks: Mapping[T, Task | Gap], others: Mapping[int, Bug], ledger: Ledger, newest: EarlierBuild
) -> dict[T, Hold]:
    """Return, by key, the holds of the tasks whose statements a bug of another project lists.

    Raise SettingsChanged if such a bug was filed for a project that is not in the settings.
    """
    found = find_claims(project, tasks, others, ledger, newest)
    unknown = find_unknown_names(project, found.values())
    if unknown:
        raise errors.SettingsChanged(
            f"{project.name}: bugs at {project.tracker.address} list its statements for {', '.join(unknown)}, which is"
            f" no project of the settings: if it is a former name of {project.name}, have them carried over:"
            f" {renaming.advise(project)}"
        )
    return {key: _make_hold(bug) for key, bug in found.items()}


def find_unknown_names(project: Project, claiming: Iterable[Bug]) -> list[str]:
    """Return the names, in the footers of bugs, of projects that are not in the settings."""
    footers_found = (footers.identify(bug) for bug in claiming)
    names = {footer.project for footer in footers_found if footer is not None}
    return sorted(names - project.siblings.keys() - {project.name})


def _locate_bugs(
    project: Project, others: Mapping[int, Bug], ledger: Ledger, newest: EarlierBuild
) -> Iterator[tuple[TaskLocation, Bug]]:
    claiming = {bug.number: bug for _, bug in sorted(others.items()) if _is_claiming(bug)}
    markers = {number: recovery.find_marker(project, bug, newest) for number, bug in claiming.items()}
    maps = recovery.map_revisions(project, newest, markers.values())
    for number, bug in claiming.items():
        marker = markers[number]
        location = recovery.locate_task(maps, newest, marker)
        if location is None:
            location = ledger_recovery.guess_location(bug, marker, ledger, newest.placed.view)
        if location is not None:
            yield location, bug


def _is_claiming(bug: Bug) -> bool:
    return bug.status in statuses.OPEN or (bug.status in statuses.DECLINED and not bug.status_mine)


def _make_hold(bug: Bug) -> Hold:
    """Return the hold of a task whose statements a bug of another project lists."""
    footer = footers.identify(bug)
    name = footer.project if footer else "covbot"
    text = f"bug {bug.number} of {name} lists statements of it already, and is {bug.status.value}"
    return Hold(kind=HoldKind.ALREADY_FILED, text=text)
