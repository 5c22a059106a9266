"""A double of Launchpad as it is before a pass that files, edits and closes many bugs, as often as asked for."""

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
"""Whether every moment is tried, and with as many bugs as covbot may have open at once, and not only some."""

BUGS_PER_CHANGE = 20 if EXHAUSTIVE else 5
"""So many bugs are filed, as many are edited and as many are closed."""

_NAMES = [f"{number:02}.py" for number in range(BUGS_PER_CHANGE)]
BEFORE = {f"edit{name}": ".xxx" for name in _NAMES} | {f"close{name}": ".xx" for name in _NAMES}
"""What two builds agree on before there is any bug."""

AFTER = {f"edit{name}": ".xx." for name in _NAMES} | {f"close{name}": "..." for name in _NAMES} | {
    f"file{name}": ".x" for name in _NAMES
}  # fmt: skip
"""What the two builds agree on that the pass has before it."""


@define
class SavedState:
    """A double whose bugs can be put back to where they were, and the folder of covbot's that knows of them."""

    double: Double
    folder: Path
    bugs: dict[int, Any] = Factory(dict)

    def keep(self) -> None:
        """What is there now is what is put back."""
        assert len(self.double.world.bugs) == 2 * BUGS_PER_CHANGE
        self.bugs = copy.deepcopy(self.double.world.bugs)

    def play(self, place: Path) -> Path:
        """Everything as it was, with a copy of the folder."""
        shutil.copytree(self.folder, place)
        self.reset()
        return place

    def reset(self) -> None:
        """Put everything back; nobody watches, and nothing fails."""
        self.double.watch = lambda _moment, _request: None
        self.double.mend()
        self.double.requests.clear()
        self.double.world.bugs.clear()
        self.double.world.bugs.update(copy.deepcopy(self.bugs))
        self.double.world.next_number = len(self.bugs) + 1

    def left(self) -> list[tuple[object, ...]]:
        """What the tracker holds, in an order that does not depend on that of filing."""
        shown = map(trackers.convert_bug, self.double.world.bugs.values())
        return sorted((str(parse(bug.description)), *_describe_bug(bug)) for bug in shown)

    def left_undisturbed(self) -> list[tuple[object, ...]]:
        """The same, after a pass to which nothing happened."""
        left = self.left()
        assert len(left) == 3 * BUGS_PER_CHANGE
        assert sum(row[3] == "Fix Released" for row in left) == BUGS_PER_CHANGE
        return left


def _describe_bug(bug: Bug) -> tuple[object, ...]:
    said = tuple(comment.text for comment in bug.comments)
    return bug.title, bug.description, bug.status.value, tuple(sorted(bug.tags)), bug.duplicate_of or 0, said


def sample_points(points: Sequence[T], share: int) -> list[T]:
    """All points, or in the short suite so many of them, spread evenly."""
    if EXHAUSTIVE or len(points) <= share:
        return list(points)
    return [points[int((step + 0.5) * len(points) / share)] for step in range(share)]
