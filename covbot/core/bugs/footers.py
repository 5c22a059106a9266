"""The footer line by which covbot identifies its own bugs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from covbot.core.bugs.bug import Bug


@frozen(kw_only=True, order=True)
class Footer:
    """The visible line by which covbot identifies its bug: `covbot: <project>/<key>/<generation>`."""

    project: str
    key: str
    generation: int

    def __str__(self) -> str:
        return f"covbot: {self.project}/{self.key}/{self.generation}"


_FOOTER = re.compile(r"^covbot: ([a-z0-9][a-z0-9+.-]*)/([0-9a-f]{8,16})/([1-9][0-9]{0,5})[ \t]*$", re.MULTILINE)


def parse(description: str) -> Footer | None:
    """Return the last footer line in a description, None without one."""
    found = _FOOTER.findall(description)
    if not found:
        return None
    project, key, generation = found[-1]
    return Footer(project=project, key=key, generation=int(generation))


def identify(bug: Bug) -> Footer | None:
    """Return the footer in a bug's description; if a person removed it there, that of the text it was filed with."""
    return parse(bug.description) or parse(bug.filed_text)
