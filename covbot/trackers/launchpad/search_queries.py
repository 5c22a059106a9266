"""Queries that launchpadlib has no words for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping


def count_query(project: str, criteria: Mapping[str, object]) -> str:
    """The query, below the service's root, for how many tasks a search on a project would find."""
    words = {name: each if isinstance(each, str) else json.dumps(each) for name, each in criteria.items()}
    return f"{project}?{urlencode({'ws.op': 'searchTasks', 'ws.show': 'total_size', **words})}"
