"""Make actions and connections in one line, for tests of the requests between covbot and Launchpad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs import actions, footers, statuses
from covbot.core.lines import Lines
from covbot.trackers.launchpad.access import Access
from covbot.trackers.launchpad.tracker import Launchpad

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.launchpad.messages import Request
    from doubles.launchpad.server import Double

ACCOUNT = "covbot"
"""The account of covbot."""


def connect_tracker(
    double: Double, folder: Path, *, read_only: bool = False, timeout: float = 10.0, level: str = "WRITE_PRIVATE"
) -> Launchpad:
    """Return a tracker of nova with the account `ACCOUNT`, which does not wait between attempts."""
    return Launchpad(make_access(double, folder, read_only=read_only, timeout=timeout, level=level), "nova")


def make_access(
    double: Double, folder: Path, *, read_only: bool = False, timeout: float = 10.0, level: str = "WRITE_PRIVATE"
) -> Access:
    """Return the access to the double with a new token of `ACCOUNT`, of this level."""
    path = folder / "credentials"
    double.write_credentials(path, ACCOUNT, level=level)
    return Access(service_root=double.root, credentials=path, timeout=timeout, retry_wait=0, read_only=read_only)


def make_footer(key: int = 1) -> footers.Footer:
    """Return the footer of a task of nova."""
    return footers.Footer(project="nova", key=f"{key:012x}", generation=1)


def make_text(key: int = 1, text: str = "Three lines of nova/api.py never run.") -> str:
    """Return a description with its footer."""
    return f"{text}\n\n{make_footer(key)}"


TITLE = "nova/api.py: three lines never run"
"""The title of a bug as it is filed."""


def make_file_action(key: int = 1, *, title: str = TITLE, text: str | None = None) -> actions.FileBug:
    """Return an action that files a bug."""
    description = make_text(key) if text is None else text
    return actions.FileBug(
        footer=make_footer(key),
        title=title,
        description=description,
        tags=("testing", "easy"),
        lines=Lines.of([2, 3, 5]),
        why="new",
    )


def make_edit_action(
    number: int, *, replaces: str | None = None, title: str = TITLE, text: str = "Two lines are left."
) -> actions.EditBug:
    """Return an action that edits a bug."""
    return actions.EditBug(
        footer=make_footer(),
        bug=number,
        title="nova/api.py: two lines never run",
        description=make_text(text=text),
        replaces=make_text() if replaces is None else replaces,
        replaces_title=title,
        lines=Lines.of([2, 3]),
        why="fewer",
    )


def make_comment_action(number: int, text: str = "All of it is covered now.") -> actions.CommentOnBug:
    """Return an action that comments on a bug."""
    about = actions.About.CLOSING
    return actions.CommentOnBug(footer=make_footer(), bug=number, about=about, text=text, why="covered")


def make_status_action(
    number: int,
    status: statuses.Status = statuses.Status.FIX_RELEASED,
    *,
    replaces: statuses.Status = statuses.Status.NEW,
) -> actions.SetStatus:
    """Return an action that sets the status of a bug."""
    return actions.SetStatus(footer=make_footer(), bug=number, status=status, replaces=replaces, why="covered")


def find_requests(double: Double, *methods: str) -> list[Request]:
    """Return the requests of these methods that reached the double, by default of all methods that write."""
    wanted = methods or ("POST", "PATCH", "PUT", "DELETE")
    return [request for request in double.requests if request.method in wanted]
