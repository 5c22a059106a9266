"""Tasks out: group the gaps, describe each task, and say what holds one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import Factory, frozen

from covbot.core.advice import skipped, untested
from covbot.core.bugs import bug_tags
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.state import BugState, find_state
from covbot.core.planning import decisions
from covbot.core.planning.proposal import Proposal
from covbot.core.tasks import grouping
from covbot.texts import writer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import Build
    from covbot.core.comparison.view import BuildView
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project

NEXT_GENERATION = frozenset({BugState.LAPSED, BugState.CLOSED, BugState.FIXED})
"""What is filed for a task of such a standing is a new bug, which names the one before."""


def regroup_tasks(
    project: Project, ledger: Ledger, known: Mapping[int, Bug], moment: PassContext, now: datetime
) -> Ledger:
    """The ledger with its tasks made anew from its gaps, and with the fixes of people marked that were seen to work."""
    rows = find_states(project, ledger, known, now)
    entries = {key: _verify(entry, rows[key]) for key, entry in ledger.entries.items()}
    steady = [attrs.evolve(gap, lines=gap.lines - ledger.flaky(gap.path)) for gap in ledger.gaps.values()]
    scope = grouping.Scope(project=project.name, policy=project.policy, untested=moment.untested)
    grouped = grouping.group_gaps_into_tasks(scope, steady, entries, rows)
    return attrs.evolve(ledger, entries={entry.task.key: _unsay(entry) for entry in grouped})


def find_states(project: Project, ledger: Ledger, known: Mapping[int, Bug], now: datetime) -> dict[str, BugState]:
    """The standing of every task, by key."""
    return {
        key: find_state(
            entry.record,
            known.get(entry.record.bug) if entry.record else None,
            ours=known,
            policy=project.policy,
            now=now,
        )
        for key, entry in ledger.entries.items()
    }


def _verify(entry: Entry, row: BugState) -> Entry:
    if row is not BugState.FIXED or entry.task.lines or entry.record is None or entry.record.verified:
        return entry
    return attrs.evolve(entry, record=attrs.evolve(entry.record, verified=True))


def _unsay(entry: Entry) -> Entry:
    """What covbot said to somebody who works on it, that all lines run, is over once lines are missing again."""
    if not entry.task.lines or entry.record is None or entry.record.done_at is None:
        return entry
    return attrs.evolve(entry, record=attrs.evolve(entry.record, done_at=None))


@frozen(kw_only=True, eq=False)
class PassContext:
    """What the proposals of a pass have in common.

    `view` is the newest trusted build, at `commit` if its source is known, with the tests of its tree (`files`), and
    what is almost without tests (`untested`: by path the functions). `agreeing` are that build and the one before it,
    `trusted` when each trusted build started. `pending` are the keys with a write that was accepted and may not be
    done, `queued` the keys that the ledger had before this pass. `held` says why nothing may be written in this pass.
    """

    view: BuildView
    commit: str | None = None
    files: SuiteIndex | None = None
    untested: Mapping[str, frozenset[str]] = Factory(dict)
    agreeing: tuple[Build, ...]
    trusted: tuple[datetime, ...]
    pending: frozenset[str]
    queued: frozenset[str]
    held: str | None = None


def propose_tasks(
    project: Project, ledger: Ledger, known: Mapping[int, Bug], moment: PassContext, now: datetime
) -> list[Proposal]:
    """A proposal for every task of the ledger, with the words that would be sent for it now."""
    rows = find_states(project, ledger, known, now)
    footers = {key: _footer(project, entry, rows[key], now) for key, entry in sorted(ledger.entries.items())}
    words = writer.make_titles_unique(
        {
            key: project.writer.describe(ledger.entries[key], project.context, moment.agreeing, footer)
            for key, footer in footers.items()
        }
    )
    waiting = untested.find_holds(ledger.entries.values(), moment.untested)
    return [
        Proposal(
            entry=ledger.entries[key],
            footer=footer,
            title=words[key].title,
            description=words[key].description,
            comments=words[key].comments,
            tags=(*project.tags, *bug_tags.find_area_tags(ledger.entries[key].task.path, project.areas)),
            held=_hold(project, ledger.entries[key], moment) or waiting.get(key),
            fresh=bool(moment.queued) and key not in moment.queued,
            builds_since=_builds_since(ledger.entries[key], known, moment),
        )
        for key, footer in footers.items()
    ]


def _footer(project: Project, entry: Entry, row: BugState, now: datetime) -> Footer:
    generation = entry.record.generation if entry.record else 0
    newer = row is BugState.UNFILED or (row in NEXT_GENERATION and bool(entry.task.lines))
    if row is BugState.CLOSED and entry.record and decisions.is_reopenable(entry.record, project.policy, now):
        newer = False
    return Footer(project=project.name, key=entry.task.key, generation=generation + newer)


def _builds_since(entry: Entry, known: Mapping[int, Bug], moment: PassContext) -> int:
    bug = known.get(entry.record.bug) if entry.record else None
    return sum(start > bug.status_at for start in moment.trusted) if bug else 0


def _hold(project: Project, entry: Entry, moment: PassContext) -> str | None:
    """Why nothing may be written for a task now, None if it may."""
    if moment.held:
        return moment.held
    if entry.task.key in moment.pending:
        return "an earlier write to its bug was accepted and is not known to be done"
    if entry.task.path not in moment.view.report.files and moment.view.has_path(entry.task.path):
        return "the newest build does not measure its file: its lines are neither covered nor missing"
    file = moment.view.report.files.get(entry.task.path)
    if file is not None and not entry.ambiguous and not entry.task.lines <= file.missing:
        return "the newest build ran some of its statements: a second trusted build must agree"
    tests, prefix = project.context.tests, project.context.prefix
    return skipped.find_hold(entry.task, moment.view, moment.files, tests=tests, prefix=prefix)
