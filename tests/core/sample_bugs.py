"""A bug as the tracker shows it long after covbot filed it, and its record, for tests that change a field of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from covbot.core.bugs.bug import Bug
from covbot.core.bugs.record import BugRecord, digest_text
from covbot.core.bugs.statuses import Status
from support.filed_bug import FILE_BUG, NOW


def ago(**passed: float) -> datetime:
    """Return the moment that was so many days, hours or seconds before `NOW`."""
    return NOW - timedelta(**passed)


BUG = Bug(
    number=1,
    url="https://bugs.example.org/1",
    status=Status.NEW,
    title=FILE_BUG.title,
    description=FILE_BUG.description,
    tags=frozenset(FILE_BUG.tags),
    created_at=ago(days=100),
    updated_at=ago(days=100),
    status_at=ago(days=100),
    status_mine=True,
)
RECORD = BugRecord(
    bug=1,
    generation=1,
    listed_lines=FILE_BUG.lines,
    title=digest_text(BUG.title),
    description=digest_text(BUG.description),
    filed_at=BUG.created_at,
)
