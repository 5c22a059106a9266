"""Bugs that the ledger does not know though they bear the project's footer: their texts tell of their tasks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.bugs import footers, statuses
from covbot.core.bugs.marker import parse_marker
from covbot.core.bugs.record import BugRecord, digest_text
from covbot.core.lines import Lines
from covbot.core.source.regions import MODULE_BODY
from covbot.core.tasks.task import Entry, Task, choose_kind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.marker import Marker
    from covbot.core.comparison.view import BuildView, Transition
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.policy import Policy

CLOSED_STATUSES = frozenset({statuses.Status.FIX_RELEASED, statuses.Status.INVALID})


@frozen(kw_only=True)
class TaskLocation:
    """Where a task is in the newest build, and which of its lines the text of its bug speaks of."""

    path: str
    regions: tuple[str, ...]
    listed_lines: Lines
    renamed: bool = False


def find_unknown_bugs(
    project: str, known: Mapping[int, Bug], ledger: Ledger, pending: Container[str]
) -> dict[Footer, Bug]:
    """Of each key the bug of the newest generation, the eldest of several, unless the ledger knows it or a newer one.

    Keys of which a write is pending are left out: their bugs become known when it is settled.
    """
    newest: dict[str, tuple[Footer, Bug]] = {}
    for _, bug in sorted(known.items()):
        footer = footers.identify(bug)
        if footer is not None and footer.project == project and footer.key not in pending:
            there = newest.get(footer.key)
            if there is None or there[0].generation < footer.generation:
                newest[footer.key] = footer, bug
    return {footer: bug for footer, bug in newest.values() if not _is_known(ledger, footer, bug, known)}


def _is_known(ledger: Ledger, footer: Footer, bug: Bug, known: Mapping[int, Bug]) -> bool:
    """Whether the ledger has this bug, or another one that is not just a younger double of it."""
    entry = ledger.entries.get(footer.key)
    if entry is None or entry.record is None or entry.record.generation < footer.generation:
        return any(other.record and other.record.bug == bug.number for other in ledger.entries.values())
    return not (
        entry.record.generation == footer.generation and entry.record.bug in known and bug.number < entry.record.bug
    )


def find_marker(bug: Bug) -> Marker | None:
    """The mark of a bug's text, or where a person cut it out, of the text it was filed with; None without one."""
    mark = parse_marker(bug.description) or parse_marker(bug.filed_text)
    if mark is None or footers.parse(bug.description) is not None:
        return mark
    return attrs.evolve(mark, untouched=False)


def locate_task(mark: Marker, transition: Transition) -> TaskLocation:
    """Where the task of a mark went along the way from its revision to the newest build."""
    linemap = transition.linemap
    there = linemap.path_after(mark.path)
    if there is None:
        return TaskLocation(path=mark.path, regions=mark.regions, listed_lines=Lines())
    placed = [linemap.region_after(mark.path, name) if name else (there, name) for name in mark.regions]
    told = transition.forward(mark.path, mark.lines).get(there, Lines())
    named = [each[1] for each in placed if each and each[0] == there]
    named += transition.after.group_by_region(there, told)
    return TaskLocation(
        path=there, regions=tuple(dict.fromkeys(named)) or mark.regions, listed_lines=told, renamed=there != mark.path
    )


def guess_location(bug: Bug, mark: Marker | None, ledger: Ledger, view: BuildView) -> TaskLocation | None:
    """Where the task of a bug is if no source tells: at the lines of its mark if all are still missing there.

    Else it holds whatever is missing in the file that the mark, or else the text, names; None if neither does.
    """
    files = view.report.files
    if mark is not None and mark.lines <= _missing(ledger, mark.path):
        return TaskLocation(
            path=mark.path, regions=mark.regions or _regions(ledger, mark.path), listed_lines=mark.lines
        )
    path = mark.path if mark is not None else _named(f"{bug.title}\n{bug.description}", files)
    if path is None:
        return None
    regions = (*(mark.regions if mark else ()), *_regions(ledger, path))
    return TaskLocation(
        path=path, regions=tuple(dict.fromkeys(regions)) or (MODULE_BODY,), listed_lines=_missing(ledger, path)
    )


def _missing(ledger: Ledger, path: str) -> Lines:
    """What is missing in a file, by both of the last builds."""
    return Lines.of(line for (where, _), gap in ledger.gaps.items() if where == path for line in gap.lines)


def _regions(ledger: Ledger, path: str) -> tuple[str, ...]:
    return tuple(region for where, region in sorted(ledger.gaps) if where == path)


def _named(text: str, paths: Iterable[str]) -> str | None:
    """The longest path that a text names."""
    found = (path for path in paths if re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])", text))
    return max(found, key=len, default=None)


def recover_entry(bug: Bug, footer: Footer, where: TaskLocation, mark: Marker | None, policy: Policy) -> Entry:
    """The entry of a bug that the ledger does not know; without missing lines it is doubtful until the next build."""
    task = Task(
        key=footer.key,
        path=where.path,
        regions=where.regions,
        lines=where.listed_lines,
        kind=choose_kind(where.listed_lines, policy),
    )
    record = attrs.evolve(_recall(bug, footer, where), renamed=where.renamed)
    if mark is None or not mark.untouched:
        record = attrs.evolve(record, description="")
    return Entry(task=task, record=record, unconfirmed=not task.lines)


def _recall(bug: Bug, footer: Footer, where: TaskLocation) -> BugRecord:
    """What would be remembered of a bug, as far as it shows; else covbot is taken to have written last."""
    written = bug.updated_at if bug.updated_at > bug.created_at else None
    said = max((comment.at for comment in bug.comments if comment.mine), default=None)
    closed = bug.status in CLOSED_STATUSES and bug.status_mine
    reopened = bug.status_mine and not closed and bug.status_at > bug.created_at
    return BugRecord(
        bug=bug.number,
        generation=footer.generation,
        listed_lines=where.listed_lines,
        title=digest_text(bug.title) if written is None else "",
        description=digest_text(bug.description),
        filed_at=bug.created_at,
        edited_at=written,
        commented_at=said or written,
        done_at=said,
        asked_at=said,
        closed_at=bug.status_at if closed else None if bug.status_mine else said,
        reopened_at=bug.status_at if reopened else None,
    )
