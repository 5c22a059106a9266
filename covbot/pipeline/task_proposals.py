"""The proposals of a pass: group the gaps into tasks, describe each task, and find the reasons that hold one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import Factory, frozen

from covbot import errors
from covbot.core.advice import skipped, untested
from covbot.core.bugs import bug_tags
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState, find_state
from covbot.core.ledger import line_owners
from covbot.core.planning import life_table
from covbot.core.planning.proposal import NOTHING_MISSING, Proposal, find_change
from covbot.core.tasks import grouping
from covbot.texts import writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import Build
    from covbot.core.comparison.view import BuildView
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project
    from covbot.texts.writer import TaskTexts

NEXT_GENERATION = frozenset({BugState.EXPIRED_LONG_AGO, BugState.CLOSED, BugState.FIXED})
"""In these states a new bug is filed for a task, which refers to the bug before."""


@frozen(kw_only=True, eq=False)
class PassContext:
    """The data that the proposals of a pass have in common.

    `view` is the newest trusted build, at `commit` if its source is known, with the `tests` of its tree, its files
    `unparsed` in a syntax that is not known, and the `untested` modules (their functions by path). `agreeing` are that
    build and the one before it, and `trusted` the starts of all trusted builds. `pending` are the keys with a write
    that was accepted and may not be done, `queued` the keys that the ledger had before this pass. `held` is the reason
    if nothing may be written in this pass.
    """

    now: datetime
    view: BuildView
    unparsed: frozenset[str] = frozenset()
    commit: str | None = None
    tests: SuiteIndex | None = None
    untested: Mapping[str, frozenset[str]] = Factory(dict)
    agreeing: tuple[Build, ...]
    trusted: tuple[datetime, ...]
    pending: frozenset[str]
    queued: frozenset[str]
    held: Hold | None = None


def find_states(project: Project, ledger: Ledger, bugs: Mapping[int, Bug], now: datetime) -> dict[str, BugState]:
    """Return the state of the bug of every task, by key."""
    given_up = _list_given_up(project)
    return {key: _find_state(project, entry, bugs, now, given_up) for key, entry in ledger.entries.items()}


def _list_given_up(project: Project) -> frozenset[int]:
    return project.store.judgements.given_up_bugs(project.name, project.tracker.address)


def _find_state(
    project: Project, entry: Entry, bugs: Mapping[int, Bug], now: datetime, given_up: frozenset[int]
) -> BugState:
    if entry.declined:
        return BugState.DECLINED_ELSEWHERE
    bug = bugs.get(entry.record.bug) if entry.record else None
    state = find_state(entry.record, bug, ours=bugs, policy=project.policy, now=now)
    is_given_up = state is BugState.UNREADABLE and entry.record is not None and entry.record.bug in given_up
    return BugState.GIVEN_UP if is_given_up else state


def refresh_states(
    project: Project, proposals: Iterable[Proposal], bugs: Mapping[int, Bug], now: datetime
) -> list[Proposal]:
    """Return the proposals with the current states of their bugs."""
    given_up = _list_given_up(project)
    return [attrs.evolve(each, state=_find_state(project, each.entry, bugs, now, given_up)) for each in proposals]


def regroup_tasks(project: Project, ledger: Ledger, context: PassContext, states: Mapping[str, BugState]) -> Ledger:
    """Return the ledger with its gaps grouped into tasks again, and with the fixes of people that proved to work."""
    entries = {key: _mark_verified(entry, states[key]) for key, entry in ledger.entries.items()}
    steady = [attrs.evolve(gap, lines=gap.lines - ledger.flaky(gap.path)) for gap in ledger.gaps.values()]
    scope = grouping.Scope(project=project.name, policy=project.policy, untested=context.untested)
    grouped = grouping.group_gaps_into_tasks(scope, steady, entries, states)
    return line_owners.settle_owners(
        attrs.evolve(ledger, entries={entry.task.key: _forget_done(entry) for entry in grouped})
    )


def _mark_verified(entry: Entry, state: BugState) -> Entry:
    """Return the entry with a fix verified that a person claimed, once two builds agree that no line is missing."""
    if state is not BugState.FIXED or entry.record is None or find_change(entry) not in NOTHING_MISSING:
        return entry
    return attrs.evolve(entry, record=attrs.evolve(entry.record, verified=True))


def _forget_done(entry: Entry) -> Entry:
    """Return the entry without the time of covbot's comment that all lines run, once lines are missing again."""
    if not entry.task.lines or entry.record is None or entry.record.done_at is None:
        return entry
    return attrs.evolve(entry, record=attrs.evolve(entry.record, done_at=None))


def propose_tasks(
    project: Project, ledger: Ledger, bugs: Mapping[int, Bug], context: PassContext, states: Mapping[str, BugState]
) -> list[Proposal]:
    """Return a proposal for every task of the ledger, with the texts that would be written for it now.

    A task that is not among the `states` has no bug. Raise CannotRender if the text of none of them can be made.
    """
    entries = dict(sorted(ledger.entries.items()))
    by_key = {key: states.get(key, BugState.UNFILED) for key in entries}
    footers = {key: _make_footer(project, entry, by_key[key], context.now) for key, entry in entries.items()}
    words = writer.make_titles_unique(
        {
            key: project.writer.try_describe(entry, project.context, context.agreeing, footers[key])
            for key, entry in entries.items()
        }
    )
    if words and all(texts.fault for texts in words.values()):
        raise errors.CannotRender(next(iter(words.values())).fault)
    waiting = untested.find_holds(entries.values(), context.untested)
    return [
        Proposal(
            entry=entry,
            state=by_key[key],
            footer=footers[key],
            title=words[key].title,
            description=words[key].description,
            comments=words[key].comments,
            tags=(*project.tags, *bug_tags.find_area_tags(entry.task.path, project.areas)),
            held=_find_hold(project, entry, context) or waiting.get(key) or hold_without_text(words[key]),
            fresh=bool(context.queued) and key not in context.queued,
            builds_since=_count_builds_since(entry, bugs, context),
        )
        for key, entry in entries.items()
    ]


def hold_without_text(texts: TaskTexts) -> Hold | None:
    """Return the hold of a task whose texts cannot be made, None if they are."""
    return Hold(kind=HoldKind.NO_TEXT, text=f"its text cannot be made: {texts.fault}") if texts.fault else None


def _make_footer(project: Project, entry: Entry, state: BugState, now: datetime) -> Footer:
    generation = entry.record.generation if entry.record else 0
    newer = state is BugState.UNFILED or (state in NEXT_GENERATION and bool(entry.task.lines))
    if state is BugState.CLOSED and entry.record and life_table.is_reopenable(entry.record, project.policy, now):
        newer = False
    return Footer(project=project.name, key=entry.task.key, generation=generation + newer)


def _count_builds_since(entry: Entry, bugs: Mapping[int, Bug], context: PassContext) -> int:
    bug = bugs.get(entry.record.bug) if entry.record else None
    return sum(start > bug.status_at for start in context.trusted) if bug else 0


def _find_hold(project: Project, entry: Entry, context: PassContext) -> Hold | None:
    """Return why nothing may be written for a task now, None if it may."""
    if context.held:
        return context.held
    if entry.task.key in context.pending:
        text = "an earlier write to its bug was accepted and is not known to be done"
        return Hold(kind=HoldKind.PENDING_WRITE, text=text)
    if entry.task.path not in context.view.report.files and context.view.has_path(entry.task.path):
        text = "the newest build does not measure its file: its lines are neither covered nor missing"
        return Hold(kind=HoldKind.UNMEASURED, text=text)
    if context.view.paths is not None and entry.task.lines and not context.view.has_path(entry.task.path):
        text = "its file is not in the repository at the newest build's revision: nobody can write a patch for it"
        return Hold(kind=HoldKind.OUTSIDE_REPOSITORY, text=text)
    if entry.task.path in context.unparsed:
        text = "its file cannot be parsed as any Python from 3.6 to 3.14: covbot cannot say what is untested in it"
        return Hold(kind=HoldKind.UNPARSED, text=text)
    file = context.view.report.files.get(entry.task.path)
    if file is not None and not entry.ambiguous and not entry.task.lines <= file.missing:
        what = "ran" if entry.task.lines & file.covered else "does not count"
        text = f"the newest build {what} some of its statements: a second trusted build must agree"
        return Hold(kind=HoldKind.UNCONFIRMED, text=text)
    tests, prefix = project.context.tests, project.context.prefix
    return skipped.find_hold(entry.task, context.view, context.tests, tests=tests, prefix=prefix)
