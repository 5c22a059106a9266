"""Checks of the filenames in a report: names that no file can have, and several spellings of one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized

LONGEST_FILENAME: Final = 4096
"""The most characters of a filename."""

MOST_FILES: Final = 2**16
"""The most files of one report: each takes memory, even if it has no lines."""

_IMPOSSIBLE: Final = re.compile("[\0\ud800-\udfff]")
_EMPTY_PARTS: Final = {"", "."}
"""Parts of a path that change nothing. `..` is not among them, because it may follow a symbolic link."""

_ABSOLUTE: Final = re.compile("/|[A-Za-z]:/")


EMPTY: Final = "has an empty filename, and is left out"
"""The predicate of what is left out of a report for `is_empty`."""


def is_empty(filename: str) -> bool:
    """Whether a filename names nothing: what it has is left out, and the rest of the report is read."""
    return not filename.strip()


def find_fault(filename: str) -> str | None:
    """Return the fault of a filename that no file can have, as the predicate of a sentence; None for any other name."""
    if len(filename) > LONGEST_FILENAME:
        return f"has a filename of more than {LONGEST_FILENAME} characters, which is the limit"
    if _IMPOSSIBLE.search(filename):
        return f"has a filename that no file can have, {problems.quote_text(filename)}"
    return None


def check_count(files: Sized) -> None:
    """Raise BadReport if a report names more than `MOST_FILES` files."""
    if len(files) > MOST_FILES:
        raise problems.make_error(f"names more than {MOST_FILES:,} files, which is the limit")


def check_spellings(filenames: Iterable[str], sources: Sequence[str]) -> None:
    """Raise BadReport if two filenames can only mean one file.

    Such are `a.py`, `./a.py`, and its path below the only `<source>`. Which of them is right, and whether their lines
    may be merged, is known only to those who wrote the report.
    """
    root = _normalize_path(sources[0]) + "/" if len(sources) == 1 else ""
    if not _ABSOLUTE.match(root) or root == "/":
        root = ""
    seen: dict[str, str] = {}
    for filename in filenames:
        known = seen.setdefault(_normalize_path(filename).removeprefix(root), filename)
        if known is not filename:
            what = f"spells one file in two ways, {problems.quote_text(known)} and {problems.quote_text(filename)}"
            raise problems.make_error(f"{what}; write it anew with relative paths from one folder")


def _normalize_path(path: str) -> str:
    """Return a path with forward slashes and without the parts that change nothing."""
    first, *others = path.replace("\\", "/").split("/")
    return "/".join([*([] if first == "." else [first]), *(part for part in others if part not in _EMPTY_PARTS)])
