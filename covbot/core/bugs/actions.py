"""What may be done to a bug, as values: the closed union `Action`, a `Plan` of them, and the `Receipt` of each."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from covbot.core.bugs.holds import HoldKind

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.statuses import Status
    from covbot.core.lines import Lines


@frozen(kw_only=True)
class FileBug:
    """File a new bug; its description ends with its footer, and speaks of `lines`."""

    footer: Footer
    title: str
    description: str
    tags: tuple[str, ...]
    lines: Lines
    why: str


@frozen(kw_only=True)
class EditBug:
    """Replace title and description, if they still are what the plan saw; the new text speaks of `lines`.

    A title that a person wrote is sent as it is: then `title` equals `replaces_title`.
    """

    footer: Footer
    bug: int
    title: str
    description: str
    replaces: str
    replaces_title: str
    lines: Lines
    why: str


class About(enum.StrEnum):
    """What a comment is about."""

    CLOSING = "closing"
    AGAIN = "again"
    DONE = "done"
    STILL_MISSING = "still missing"


@frozen(kw_only=True)
class CommentOnBug:
    """Add one comment."""

    footer: Footer
    bug: int
    about: About
    text: str
    why: str


@frozen(kw_only=True)
class SetStatus:
    """Change the status, provided that it still is the one that the plan saw."""

    footer: Footer
    bug: int
    status: Status
    replaces: Status
    why: str


@frozen(kw_only=True)
class MarkDuplicate:
    """Say that a bug, of which nobody needs a second, is a duplicate of the elder one `of` the same footer."""

    footer: Footer
    bug: int
    of: int
    why: str


Action: TypeAlias = FileBug | EditBug | CommentOnBug | SetStatus | MarkDuplicate


@frozen(kw_only=True)
class Skipped:
    """A task for which a plan writes nothing, and why; stores of earlier versions do not know the kind of a reason."""

    key: str
    title: str
    why: str
    kind: HoldKind = HoldKind.UNKNOWN


@frozen(kw_only=True)
class Plan:
    """Ordered, capped actions, the reason for everything left alone, and why the whole was refused, if it was."""

    actions: tuple[Action, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    refused: str | None = None


class Outcome(enum.StrEnum):
    """What became of an action."""

    DONE = "done"
    FOUND_DONE = "found done"
    OVERTAKEN = "overtaken"
    UNREADABLE = "its bug cannot be read"
    REFUSED = "refused"


@frozen(kw_only=True)
class Receipt:
    """What happened to one action: `bug` is its number, None if none came to be; `note` says more in words."""

    action: Action
    outcome: Outcome
    bug: int | None
    at: datetime
    note: str = ""
