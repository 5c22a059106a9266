"""The parts of a project that people know by a tag, and which of them a file is in."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BEGINNERS = "low-hanging-fruit"
"""The tag by which people who are new to a project look for something to begin with."""


def find_area_tags(path: str, areas: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The tags of the areas that a path is in, sorted; `*` in a pattern of an area stands for folders, too."""
    return tuple(
        sorted(tag for tag, patterns in areas.items() if any(fnmatch.fnmatchcase(path, one) for one in patterns))
    )


TAG = "covbot"
"""The tag of every bug that covbot files; a person who takes it off takes the bug out of covbot's hands."""


IGNORE = "covbot-ignore"
"""The tag by which a person takes a bug out of covbot's hands."""
