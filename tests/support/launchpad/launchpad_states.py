"""Restore a double of Launchpad to its state before a pass that files, edits and closes many bugs."""

from __future__ import annotations

import copy
import shutil
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import Factory, define
from hypothesis import settings

from covbot.core.bugs.footers import parse
from support import trackers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from covbot.core.bugs.bug import Bug
    from doubles.launchpad.server import Double

T = TypeVar("T")

EXHAUSTIVE = settings.get_current_profile_name() == "long"
"""Whether all crash points are tried, with as many bugs as covbot may have open at once, instead of a sample."""

BUGS_PER_CHANGE = 20 if EXHAUSTIVE else 5
"""The number of bugs that are filed, and of those that are edited, and of those that are closed."""

_NAMES = [f"{number:02}.py" for number in range(BUGS_PER_CHANGE)]
BEFORE = {f"edit{name}": ".xxx" for name in _NAMES} | {f"close{name}": ".xx" for name in _NAMES}
"""The pictures of two builds that agree before there is any bug."""

AFTER = {f"edit{name}": ".xx." for name in _NAMES} | {f"close{name}": "..." for name in _NAMES} | {
    f"file{name}": ".x" for name in _NAMES
}  # fmt: skip
"""The pictures of the two builds that agree which the pass ingests."""


@define
class SavedState:
    """A double whose bugs can be restored, and the folder of covbot that belongs to them."""

    double: Double
    folder: Path
    bugs: dict[int, Any] = Factory(dict)

    def save_bugs(self) -> None:
        """Save the present bugs of the double as those to restore."""
        assert len(self.double.world.bugs) == 2 * BUGS_PER_CHANGE
        self.bugs = copy.deepcopy(self.double.world.bugs)

    def restore_copy(self, target: Path) -> Path:
        """Restore the bugs, and copy the folder to `target`; return it."""
        shutil.copytree(self.folder, target)
        self.restore_bugs()
        return target

    def restore_bugs(self) -> None:
        """Restore the bugs, and remove the watch, the faults and the requests of the double."""
        self.double.watch = lambda _event, _request: None
        self.double.mend()
        self.double.requests.clear()
        self.double.world.bugs.clear()
        self.double.world.bugs.update(copy.deepcopy(self.bugs))
        self.double.world.next_number = len(self.bugs) + 1

    def list_bugs(self) -> list[tuple[object, ...]]:
        """Return the contents of the tracker, in an order that does not depend on the order of filing."""
        bugs = map(trackers.convert_bug, self.double.world.bugs.values())
        return sorted((str(parse(bug.description)), *_describe_bug(bug)) for bug in bugs)

    def list_expected_bugs(self) -> list[tuple[object, ...]]:
        """Return the same after an undisturbed pass, having checked that it filed and closed what it should."""
        bugs = self.list_bugs()
        assert len(bugs) == 3 * BUGS_PER_CHANGE
        assert sum(bug[3] == "Fix Released" for bug in bugs) == BUGS_PER_CHANGE
        return bugs


def _describe_bug(bug: Bug) -> tuple[object, ...]:
    comments = tuple(comment.text for comment in bug.comments)
    return bug.title, bug.description, bug.status.value, tuple(sorted(bug.tags)), bug.duplicate_of or 0, comments


def sample_points(points: Sequence[T], most: int) -> list[T]:
    """Return all points, or in the short suite at most so many of them, spread evenly."""
    if EXHAUSTIVE or len(points) <= most:
        return list(points)
    return [points[int((step + 0.5) * len(points) / most)] for step in range(most)]
