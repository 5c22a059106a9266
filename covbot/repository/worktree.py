"""The files of a checkout on the disk: read, each by a path inside of it, and never written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.repository import decoding, objects

if TYPE_CHECKING:
    from pathlib import Path

_OUTSIDE = re.compile(r"[\\/]|[A-Za-z]:|(?:.*[\\/])?\.\.(?:[\\/]|$)|.*\0", re.DOTALL)


def find_worktree(directory: Path) -> Path:
    """Return the top of the checkout that contains a directory, or the directory itself if it is in none."""
    here = directory.resolve()
    return next((candidate for candidate in (here, *here.parents) if (candidate / ".git").exists()), here)


def read_file(top: Path, path: str) -> str | None:
    """Return the text of a file below the top, None if no regular file of the size of a source is inside of it."""
    if _OUTSIDE.match(path):
        return None
    try:
        candidate = (top / path).resolve()
        if (
            not candidate.is_relative_to(top.resolve())
            or not candidate.is_file()
            or candidate.stat().st_size > objects.LARGEST_OBJECT
        ):
            return None
        return decoding.decode_source(candidate.read_bytes()).text
    except (OSError, ValueError):
        return None
