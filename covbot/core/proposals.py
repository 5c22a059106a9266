"""A task with the words that would be sent for it: what planning chooses from."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.actions import About
    from covbot.core.bugs import Footer
    from covbot.core.tasks import Entry


class Change(enum.Enum):
    """A column of the table: what coverage did to a task since its bug was last written."""

    SAME = "nothing changed"
    FEWER = "fewer statements are missing"
    MORE = "more statements are missing"
    COVERED = "all statements run"
    GONE = "the code is gone or excluded"


@frozen(kw_only=True)
class Proposal:
    """An entry of the ledger, ready to be planned.

    `title` and `description` (footer included) are the bug's as it should read now, under `footer`; `comments` those
    that may be due. `held` says why nothing may be written for it now. `fresh` when the task is new in this
    pass, on a ledger that had tasks before. `builds_since` counts the trusted builds since a person closed its bug.
    """

    entry: Entry
    footer: Footer
    title: str
    description: str
    comments: Mapping[About, str]
    tags: tuple[str, ...] = ()
    held: str | None = None
    fresh: bool = False
    builds_since: int = 0


def change(entry: Entry) -> Change:
    """The column for an entry with a bug."""
    if not entry.task.lines:
        return Change.GONE if entry.gone else Change.COVERED
    if entry.filed is None or entry.doubtful or entry.blurred:
        return Change.SAME
    now, told = entry.task.lines, entry.filed.told
    if entry.filed.carried:
        if now == told:
            return Change.SAME
        return Change.FEWER if now <= told else Change.MORE
    if len(now) == len(told):
        return Change.SAME
    return Change.FEWER if len(now) < len(told) else Change.MORE
