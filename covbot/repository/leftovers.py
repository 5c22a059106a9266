"""What a killed git leaves in a bare repository: lock files and unfinished objects, which nobody else removes."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UNFINISHED = ("tmp_", ".tmp-", "incoming-")
"""The beginnings of the names of unfinished objects and packs, and of folders with them."""


def remove_leftovers(directory: Path) -> None:
    """Remove lock files and unfinished objects; call it only while no git works in the directory.

    What cannot be removed stays: git itself reports that.
    """
    for leftover in list(_find_leftovers(directory)):
        with contextlib.suppress(OSError):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


def _find_leftovers(directory: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(directory):
        here = directory / os.path.relpath(place, directory)
        is_storage = here.is_relative_to(directory / "objects")
        yield from (here / name for name in (*folders, *files) if is_storage and name.startswith(_UNFINISHED))
        yield from (here / name for name in files if not is_storage and name.endswith(".lock"))


def is_writable(directory: Path) -> bool:
    """Whether covbot can read and write everywhere in a directory, which is there."""
    errors: list[OSError] = []
    places = [place for place, _, _ in os.walk(directory, onerror=errors.append)]
    return not errors and all(os.access(place, os.R_OK | os.W_OK | os.X_OK) for place in places)
