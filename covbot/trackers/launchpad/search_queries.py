"""Queries that launchpadlib has no method for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping


def make_count_query(project: str, criteria: Mapping[str, object]) -> str:
    """Return the query, below the service's root, for how many tasks a search on a project would find."""
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in criteria.items()}
    return f"{project}?{urlencode({'ws.op': 'searchTasks', 'ws.show': 'total_size', **parameters})}"
