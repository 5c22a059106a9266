"""The actions on bugs as values: the closed union `Action`, a `Plan` of them, and the `Receipt` of each."""

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
    """File a new bug; its description lists `lines` and ends with its footer."""

    footer: Footer
    title: str
    description: str
    tags: tuple[str, ...]
    lines: Lines
    why: str


@frozen(kw_only=True)
class EditBug:
    """Replace the title and the description, if both are still as the plan saw them; the new text lists `lines`.

    A title that a person wrote is sent unchanged: then `title` equals `replaces_title`.
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
    """The subject of a comment."""

    CLOSING = "closing"
    AGAIN = "again"
    DONE = "done"
    STILL_MISSING = "still missing"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class CommentOnBug:
    """Add one comment to a bug; `otherwise` takes it back if the writes that it announces are not done."""

    footer: Footer
    bug: int
    about: About
    text: str
    why: str
    otherwise: str = ""


@frozen(kw_only=True)
class SetStatus:
    """Change the status of a bug, if it is still the one that the plan saw."""

    footer: Footer
    bug: int
    status: Status
    replaces: Status
    why: str


@frozen(kw_only=True)
class MarkDuplicate:
    """Mark a bug as a duplicate of the older bug `of`, which has the same footer."""

    footer: Footer
    bug: int
    of: int
    why: str


Action: TypeAlias = FileBug | EditBug | CommentOnBug | SetStatus | MarkDuplicate


@frozen(kw_only=True)
class Skipped:
    """A task for which a plan writes nothing, and the reason; stores of earlier versions have no kind of a reason."""

    key: str
    title: str
    why: str
    kind: HoldKind = HoldKind.UNKNOWN


@frozen(kw_only=True)
class Plan:
    """Ordered and capped actions, the skipped tasks with their reasons, and the reason if the whole plan is refused.

    `unreadable` are the numbers of the bugs that cannot be read, if the plan is refused for them.
    """

    actions: tuple[Action, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    refused: str | None = None
    unreadable: tuple[int, ...] = ()


class Outcome(enum.StrEnum):
    """The outcome of an action."""

    DONE = "done"
    FOUND_DONE = "found done"
    UNSEEN = "filed, but it cannot be read back"
    OVERTAKEN = "overtaken"
    UNREADABLE = "its bug cannot be read"
    REFUSED = "refused"


@frozen(kw_only=True)
class Receipt:
    """The outcome of one action: `bug` is the bug's number, None if none was filed; `note` gives details in words."""

    action: Action
    outcome: Outcome
    bug: int | None
    at: datetime
    note: str = ""
