"""The criteria of searches, and queries that launchpadlib has no method for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from covbot.core.bugs import statuses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUSES = tuple(status.value for status in statuses.Status if status is not statuses.Status.UNKNOWN)
"""Every status by name, since a search leaves out seven of them by default; a search for Unknown is refused."""


def make_criteria(me: str, tags: Sequence[str]) -> dict[str, object]:
    """Return the search criteria for all bugs of an account that have these tags, whatever their state."""
    fixed = {"bug_reporter": me, "status": list(STATUSES), "omit_duplicates": False}
    return fixed | {"tags_combinator": "All"} | ({"tags": list(tags)} if tags else {})


def make_count_query(project: str, criteria: Mapping[str, object]) -> str:
    """Return the query, below the service's root, for how many tasks a search on a project would find."""
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in criteria.items()}
    return f"{project}?{urlencode({'ws.op': 'searchTasks', 'ws.show': 'total_size', **parameters})}"
