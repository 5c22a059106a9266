"""A bug as covbot files it in the embedded tracker, the actions of covbot on it, and a person who uses the tracker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from attrs import define

from covbot.core.bugs.actions import About, CommentOnBug, EditBug, FileBug, SetStatus
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from covbot.store.store import Store
    from covbot.trackers.local.people import Person
    from covbot.trackers.local.tracker import LocalTracker

NOW = datetime(2026, 8, 21, 21, 1, 48, tzinfo=UTC)
FOOTER = Footer(project="nova", key="0000000a", generation=1)
FILE_BUG = FileBug(
    footer=FOOTER,
    title="3 statements of nova.utils never run",
    description=f"Lines 2-4.\n\n{FOOTER}\n",
    tags=("testing", "covbot", "testing"),
    lines=Lines.of([2, 3, 4]),
    why="two builds agree",
)


@define
class Clock:
    """A clock that advances by a minute each time it is read."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


@define
class FiledBug:
    """The tracker of a project as covbot uses it, with bug 1 in it, and the person ann."""

    store: Store
    tracker: LocalTracker
    ann: Person


def make_edit(title: str = "t", description: str = "d", replaces: str = FILE_BUG.description) -> EditBug:
    """Return an edit of bug 1."""
    return EditBug(
        footer=FOOTER,
        bug=1,
        title=title,
        description=description,
        replaces=replaces,
        replaces_title=FILE_BUG.title,
        lines=Lines(),
        why="w",
    )


def make_status(status: Status, replaces: Status = Status.NEW) -> SetStatus:
    """Return a change of the status of bug 1."""
    return SetStatus(footer=FOOTER, bug=1, status=status, replaces=replaces, why="w")


def make_comment(text: str) -> CommentOnBug:
    """Return a comment on bug 1."""
    return CommentOnBug(footer=FOOTER, bug=1, about=About.DONE, text=text, why="w")
