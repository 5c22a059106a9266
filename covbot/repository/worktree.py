"""The files of a checkout as they lie there: read, each by a path inside of it, and never written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.repository import decoding, objects

if TYPE_CHECKING:
    from pathlib import Path

_OUTSIDE = re.compile(r"[\\/]|[A-Za-z]:|(?:.*[\\/])?\.\.(?:[\\/]|$)|.*\0", re.DOTALL)


def find_worktree(directory: Path) -> Path:
    """The top of the checkout that a directory lies in; the directory itself if it lies in none."""
    here = directory.resolve()
    return next((place for place in (here, *here.parents) if (place / ".git").exists()), here)


def read_file(top: Path, path: str) -> str | None:
    """The text of a file below the top; None if no ordinary file, of the size of a source, is there inside of it."""
    if _OUTSIDE.match(path):
        return None
    try:
        place = (top / path).resolve()
        if not place.is_relative_to(top.resolve()) or not place.is_file() or place.stat().st_size > objects.LARGEST:
            return None
        return decoding.decode_source(place.read_bytes()).text
    except (OSError, ValueError):
        return None
