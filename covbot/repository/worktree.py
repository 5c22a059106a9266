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
    try:
        found = _find_file(top, path)
        return decoding.decode_source(found.read_bytes()).text if found is not None else None
    except (OSError, ValueError):
        return None


def read_time(top: Path, path: str) -> float | None:
    """Return when a file below the top was written last, in seconds of POSIX, None if `read_file` does not read it."""
    try:
        found = _find_file(top, path)
        return found.stat().st_mtime if found is not None else None
    except (OSError, ValueError):
        return None


def _find_file(top: Path, path: str) -> Path | None:
    if _OUTSIDE.match(path):
        return None
    found = (top / path).resolve()
    inside = found.is_relative_to(top.resolve()) and found.is_file()
    return found if inside and found.stat().st_size <= objects.LARGEST_OBJECT else None
