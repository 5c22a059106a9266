"""The ledger beside a tracker that is newer, as after a store was put back from a copy: what covbot did since shows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from covbot.core.bugs import footers, limits, statuses
from covbot.core.bugs.actions import About
from covbot.core.bugs.record import digest_text
from covbot.core.bugs.statuses import Status
from covbot.core.ledger import recovery

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from datetime import datetime

    from covbot.core.bugs.actions import CommentOnBug
    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.marker import Marker
    from covbot.core.bugs.record import BugRecord
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.ledger.recovery import TaskLocation
    from covbot.core.lines import Lines
    from covbot.core.tasks.task import Entry

CLOCK_MARGIN = timedelta(hours=1)
"""The tolerated difference of the tracker's clock to covbot's own."""

_NUMBERS = re.compile(r"\b[0-9a-f]{7,64}\b|\d+")


def catch_up_status(ledger: Ledger, bugs: Mapping[int, Bug]) -> Ledger:
    """Return the ledger with the closings and reopenings of covbot's own that only the tracker knows."""
    entries = {
        key: attrs.evolve(entry, record=_catch_up_record(entry.record, bugs[entry.record.bug]))
        if entry.record and entry.record.bug in bugs
        else entry
        for key, entry in ledger.entries.items()
    }
    return attrs.evolve(ledger, entries=entries)


def _catch_up_record(record: BugRecord, bug: Bug) -> BugRecord:
    if not bug.status_mine:
        return record
    if bug.status in {Status.FIX_RELEASED, Status.INVALID} and record.closed_at is None:
        return attrs.evolve(record, closed_at=bug.status_at)
    if bug.status in statuses.OPEN and record.closed_at is not None:
        return attrs.evolve(record, closed_at=None, reopened_at=bug.status_at)
    return record


def find_newer_texts(
    ledger: Ledger, bugs: Mapping[int, Bug], pending: Container[str]
) -> Iterator[tuple[Entry, Bug, Marker]]:
    """Yield the entries whose bug has another text than covbot remembers, though an intact marker shows it is covbot's.

    Keys with a pending write are left out: their bugs are settled with it.
    """
    for key, entry in sorted(ledger.entries.items()):
        bug = bugs.get(entry.record.bug) if entry.record else None
        if entry.record is None or bug is None or key in pending:
            continue
        if digest_text(bug.description) == entry.record.description:
            continue
        marker, footer = recovery.find_marker(bug), footers.parse(bug.description)
        if marker is not None and marker.untouched and footer is not None and footer.key == key:
            yield entry, bug, marker


def adopt_text(entry: Entry, bug: Bug, marker: Marker, location: TaskLocation | None, missing: Lines) -> Entry:
    """Return the entry of a bug with a newer text of covbot's: what the text lists is what the task has.

    `location` is where its lines are now, and `missing` are the missing lines of its file there.
    """
    record = entry.record
    if record is None:
        return entry
    record = attrs.evolve(
        record,
        listed_lines=location.listed_lines if location else marker.lines,
        lost_places=None,
        carried=location is not None,
        title=digest_text(bug.title) if marker.fits_title(bug.title) else record.title,
        description=digest_text(bug.description),
        edited_at=_choose_later(record.edited_at, bug.updated_at),
        renamed=location.renamed if location else record.renamed,
    )
    if location is None or entry.ambiguous:
        return attrs.evolve(entry, record=record)
    lines = location.listed_lines & missing
    task = attrs.evolve(entry.task, path=location.path, regions=location.regions, lines=lines)
    unconfirmed = entry.unconfirmed or (bool(entry.task.lines) and not lines)
    return attrs.evolve(entry, record=record, task=task, unconfirmed=unconfirmed)


def _choose_later(one: datetime | None, other: datetime) -> datetime:
    return max(one or other, other)


def adopt_comments(entry: Entry, bug: Bug | None, due: CommentOnBug) -> Entry:
    """Return the entry of a bug with the last comment of covbot's own, if the record does not know of it.

    If it is the one that is due now, but for the builds and revisions that it names, it was made.
    """
    record = entry.record
    if record is None or bug is None:
        return entry
    remembered = [record.filed_at, record.commented_at, record.done_at, record.asked_at, record.closed_at]
    latest = max(at for at in [*remembered, record.reopened_at] if at is not None)
    unknown = [comment for comment in bug.comments if comment.mine and comment.at > latest + CLOCK_MARGIN]
    if not unknown:
        return entry
    record = attrs.evolve(record, commented_at=unknown[-1].at)
    same = [one for one in unknown if _drop_numbers(one.text) == _drop_numbers(due.text)]
    if same and due.about is About.DONE:
        record = attrs.evolve(record, done_at=same[-1].at)
    if same and due.about is About.STILL_MISSING:
        record = attrs.evolve(record, asked_at=same[-1].at)
    return attrs.evolve(entry, record=record)


def _drop_numbers(text: str) -> str:
    return _NUMBERS.sub("", limits.fit_description(text))
