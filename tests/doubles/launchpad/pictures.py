"""Actions and connections in one line, for tests of what travels between covbot and Launchpad."""

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

ME = "covbot"
"""The account that files."""


def connect(double: Double, folder: Path, *, read_only: bool = False, timeout: float = 10.0) -> Launchpad:
    """A tracker on nova as the account `ME`, that waits for nothing between attempts."""
    return Launchpad(access(double, folder, read_only=read_only, timeout=timeout), "nova")


def access(double: Double, folder: Path, *, read_only: bool = False, timeout: float = 10.0) -> Access:
    """The way to the double with a new token of `ME`."""
    path = folder / "credentials"
    double.write_credentials(path, ME)
    return Access(service_root=double.root, credentials=path, timeout=timeout, retry_wait=0, read_only=read_only)


def footer(key: int = 1) -> footers.Footer:
    """The footer of a task of nova."""
    return footers.Footer(project="nova", key=f"{key:012x}", generation=1)


def described(key: int = 1, text: str = "Three lines of nova/api.py never run.") -> str:
    """A description with its footer."""
    return f"{text}\n\n{footer(key)}"


TITLE = "nova/api.py: three lines never run"
"""The title of a bug as it is filed."""


def filing(key: int = 1, *, title: str = TITLE, text: str | None = None) -> actions.FileBug:
    """A bug to file."""
    description = described(key) if text is None else text
    return actions.FileBug(
        footer=footer(key),
        title=title,
        description=description,
        tags=("testing", "easy"),
        lines=Lines.of([2, 3, 5]),
        why="new",
    )


def editing(
    number: int, *, replaces: str | None = None, title: str = TITLE, text: str = "Two lines are left."
) -> actions.EditBug:
    """A bug to edit."""
    return actions.EditBug(
        footer=footer(),
        bug=number,
        title="nova/api.py: two lines never run",
        description=described(text=text),
        replaces=described() if replaces is None else replaces,
        replaces_title=title,
        lines=Lines.of([2, 3]),
        why="fewer",
    )


def commenting(number: int, text: str = "All of it is covered now.") -> actions.CommentOnBug:
    """A comment to add."""
    about = actions.About.CLOSING
    return actions.CommentOnBug(footer=footer(), bug=number, about=about, text=text, why="covered")


def setting(
    number: int,
    status: statuses.Status = statuses.Status.FIX_RELEASED,
    *,
    replaces: statuses.Status = statuses.Status.NEW,
) -> actions.SetStatus:
    """A status to set."""
    return actions.SetStatus(footer=footer(), bug=number, status=status, replaces=replaces, why="covered")


def sent(double: Double, *methods: str) -> list[Request]:
    """The requests of those methods that reached the double; of all that write if none is named."""
    wanted = methods or ("POST", "PATCH", "PUT", "DELETE")
    return [request for request in double.requests if request.method in wanted]
