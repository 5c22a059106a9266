"""The queries of commands and pages to the store: the open tasks of a project, and the history of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from attrs import frozen

from covbot import errors
from covbot.core import display
from covbot.core.bugs.holds import HoldKind
from covbot.core.bugs.statuses import OPEN
from covbot.core.builds.pending import PendingState
from covbot.core.planning.proposal import CoverageChange
from covbot.core.tasks import ranking, ranking_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from covbot.core.bugs.actions import Receipt, Skipped
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import Build, StoredSnapshot
    from covbot.core.builds.pending import Dismissal, PendingBuild
    from covbot.core.coverage import FileCoverage
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.lines import Lines
    from covbot.core.tasks.gap import Gap
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project


@frozen(kw_only=True)
class SeenBuild:
    """A build that a pass saw: recorded with a verdict, pending, or set aside by a person.

    `word` is the verdict or the state, `reasons` why it is so, `notes` are remarks on its report, and `next_step` is
    what a person can do.
    """

    build: Build
    word: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    next_step: str = ""
    snapshot: StoredSnapshot | None = None
    dismissed: str | None = None


def list_seen_builds(project: Project) -> list[SeenBuild]:
    """Return the builds that were seen, the one that started last first."""
    judgements = project.store.judgements
    dismissed = {each.build: each for each in judgements.dismissals(project.name)}
    snapshots = {each.build: each for each in project.store.snapshots.list_all(project.name)}
    seen = [_describe_snapshot(each, dismissed.get(each.build)) for each in snapshots.values()]
    seen += [_describe_pending(each) for each in judgements.pending(project.name) if each.build not in snapshots]
    seen += [_describe_dismissal(each) for build, each in dismissed.items() if build not in snapshots]
    return sorted(seen, key=lambda each: (each.build.started_at, each.build.number), reverse=True)


def _describe_snapshot(snapshot: StoredSnapshot, dismissal: Dismissal | None) -> SeenBuild:
    number, reasons, notes = snapshot.build.number, snapshot.verdict.reasons, snapshot.measurement.notes
    step = ""
    if snapshot.accepted is not None:
        reasons = (*reasons, f"accepted: {snapshot.accepted}")
    elif dismissal is not None and not snapshot.usable:
        reasons = (*reasons, f"dismissed: {dismissal.why}")
    elif not snapshot.usable:
        step = f"next: {advise_suspect(number)}"
    return SeenBuild(
        build=snapshot.build,
        word="dismissed" if dismissal and not snapshot.usable else snapshot.verdict.word,
        reasons=reasons,
        notes=notes,
        next_step=step,
        snapshot=snapshot,
        dismissed=dismissal.why if dismissal else None,
    )


def advise_suspect(number: int) -> str:
    """Return what a person can do about a suspect build."""
    return f"covbot accept {number} or covbot dismiss {number}, if the next build does not do"


def _describe_pending(pending: PendingBuild) -> SeenBuild:
    number = pending.build.number
    since = f"since {pending.since:%Y-%m-%d %H:%M} UTC"
    match pending.state:
        case PendingState.WAITING:
            step = "next: covbot run takes it when it can"
        case PendingState.STUCK:
            step = f"next: fix that, or covbot dismiss {number} --why TEXT"
        case PendingState.ABORTED:
            step = "next: nothing, unless the setting accept names its result"
        case _:
            assert_never(pending.state)
    return SeenBuild(build=pending.build, word=pending.state.value, reasons=(pending.why, since), next_step=step)


def _describe_dismissal(dismissal: Dismissal) -> SeenBuild:
    reason = f"dismissed: {dismissal.why}"
    return SeenBuild(build=dismissal.build, word="dismissed", reasons=(reason,), dismissed=dismissal.why)


_OLD_NOT_EXERCISED = "not exercised"
"""The beginning of such a reason in stores of earlier versions, which stored no kind."""


@frozen(kw_only=True)
class OpenTask:
    """A task with missing lines, the open bug that it has, and why it has its place in the queue."""

    entry: Entry
    bug: Bug | None
    why: str
    skipped: Skipped | None

    @property
    def is_exercised(self) -> bool:
        """Whether the job seems to run the tests of its code."""
        if self.skipped is None:
            return True
        unknown = self.skipped.kind is HoldKind.UNKNOWN and self.skipped.why.startswith(_OLD_NOT_EXERCISED)
        return self.skipped.kind is not HoldKind.NOT_EXERCISED and not unknown


def list_open_tasks(
    project: Project, bugs: Mapping[int, Bug], *, easy: bool = False, module: str | None = None
) -> list[OpenTask]:
    """Return the open tasks, those with a bug first, in the order of the policy.

    With `easy` only those that fit one evening and whose tests the job runs; with `module` only those of a module, by
    its dotted name or path. `bugs` are covbot's bugs by number.
    """
    found = list(_find_open_tasks(project, bugs))
    if easy:
        most = project.policy.max_statements
        found = [one for one in found if len(one.entry.task.lines) <= most and one.is_exercised]
    return [one for one in found if module is None or module in {one.entry.task.path, one.entry.task.module}]


def _find_open_tasks(project: Project, bugs: Mapping[int, Bug]) -> Iterator[OpenTask]:
    skipped = project.store.outbox.skipped(project.name)
    entries = [entry for entry in project.store.ledgers.load(project.name).entries.values() if entry.task.lines]
    entries.sort(key=lambda entry: (entry.record is None, *ranking.rank_entry(entry, project.policy)))
    for entry in entries:
        bug = bugs.get(entry.record.bug) if entry.record else None
        if entry.declined or (entry.record and (bug is None or bug.status not in OPEN)):
            continue
        rank, skipped_task = ranking_reasons.explain_rank(entry, project.policy.order), skipped.get(entry.task.key)
        why = f"{rank}; {skipped_task.why}" if skipped_task and not _is_unchanged(skipped_task) else rank
        yield OpenTask(entry=entry, bug=bug, why=why, skipped=skipped_task)


def _is_unchanged(skipped: Skipped) -> bool:
    unknown = skipped.kind is HoldKind.UNKNOWN and skipped.why == CoverageChange.SAME.value
    return unknown or skipped.kind is HoldKind.UNCHANGED


@frozen(kw_only=True)
class TaskStory:
    """A task, the reason if the last plan skipped it, and the receipts of its writes, oldest first."""

    entry: Entry
    skipped: Skipped | None
    receipts: tuple[Receipt, ...]


@frozen(kw_only=True)
class ModuleStory:
    """The state of one module as of a build: its coverage there, its flaky lines, its gaps and its tasks.

    `file` is None if that build does not measure the module. `caveat` is why nothing of it is filed in any case,
    empty if there is no such reason.
    """

    path: str
    build: int
    file: FileCoverage | None
    flaky: Lines
    gaps: tuple[Gap, ...]
    tasks: tuple[TaskStory, ...]
    caveat: str = ""


def is_known(project: Project, path: str) -> bool:
    """Whether a trusted build of the project measured a path."""
    ledger = project.store.ledgers.load(project.name)
    measured = ledger.as_of is not None and project.store.snapshots.file(ledger.as_of, path) is not None
    return measured or any(where == path for where, _ in ledger.gaps)


def find_story(project: Project, path: str, line: int | None = None) -> ModuleStory:
    """Return the story of a module, with the tasks that own this line, or with all of them.

    Raise UnknownName if no trusted build measured the module.
    """
    ledger = project.store.ledgers.load(project.name)
    newest = project.store.snapshots.get(ledger.as_of) if ledger.as_of else None
    file = project.store.snapshots.file(newest.id, path) if newest else None
    gaps = tuple(gap for (where, _), gap in sorted(ledger.gaps.items()) if where == path)
    if newest is None or (file is None and not gaps):
        message = f"{display.shorten(path)} is in no trusted build of {project.name} (covbot builds lists the builds)"
        raise errors.UnknownName(message)
    return ModuleStory(
        path=path,
        build=newest.build.number,
        file=file,
        flaky=ledger.flaky(path),
        gaps=gaps,
        tasks=tuple(_find_task_stories(project, ledger, path, line)),
        caveat=_find_caveat(newest, path),
    )


def _find_caveat(newest: StoredSnapshot, path: str) -> str:
    if path in newest.measurement.unparsed:
        return "it cannot be parsed as any Python from 3.6 to 3.14: nothing of it is filed"
    return "it is not in the repository: never filed" if path in newest.measurement.outside else ""


def _find_task_stories(project: Project, ledger: Ledger, path: str, line: int | None) -> Iterator[TaskStory]:
    skipped = project.store.outbox.skipped(project.name)
    for entry in ledger.entries.values():
        if entry.task.path == path and (line is None or line in entry.task.lines):
            receipts = project.store.outbox.receipts(project.name, key=entry.task.key)
            yield TaskStory(entry=entry, skipped=skipped.get(entry.task.key), receipts=tuple(reversed(receipts)))
