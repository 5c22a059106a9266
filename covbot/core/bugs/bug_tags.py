"""The tags of bugs: those with a meaning to covbot or to people, and those of the areas of a project."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BEGINNERS = "low-hanging-fruit"
"""The tag by which people who are new to a project find a first bug to work on."""


def find_area_tags(path: str, areas: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the tags of the areas that a path is in, sorted; `*` in a pattern of an area matches folders, too."""
    return tuple(
        sorted(tag for tag, patterns in areas.items() if any(fnmatch.fnmatchcase(path, one) for one in patterns))
    )


COVBOT = "covbot"
"""The tag of every bug that covbot files; covbot does not change a bug from which a person removed it."""


IGNORE = "covbot-ignore"
"""The tag by which a person asks covbot to leave a bug alone."""
