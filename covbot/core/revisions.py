"""How a commit is named in full."""

from __future__ import annotations

import re

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""The id of an object of git: by SHA-1, or by SHA-256."""
