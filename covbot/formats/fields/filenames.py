"""The filenames of a report: those that no file can have, and those that are one file spelled in several ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized

LONGEST: Final = 4096
"""The most characters of a filename."""

MOST: Final = 2**16
"""The most files of one report: every one of them takes memory, though it has no lines."""

_IMPOSSIBLE: Final = re.compile("[\0\ud800-\udfff]")
_IDLE: Final = {"", "."}
"""Parts of a path that lead nowhere; `..` is none of them, since it may come after a link."""

_ABSOLUTE: Final = re.compile("/|[A-Za-z]:/")


def find_fault(filename: str) -> str | None:
    """What is wrong with a filename that no file can have, as the words after its owner; None for any other."""
    if not filename.strip():
        return "has an empty filename"
    if len(filename) > LONGEST:
        return f"has a filename of more than {LONGEST} characters, which is the limit"
    if _IMPOSSIBLE.search(filename):
        return f"has a filename that no file can have, {problems.quote(filename)}"
    return None


def check_count(files: Sized, name: str) -> None:
    """CannotReadReport if a report names more files than `MOST`."""
    if len(files) > MOST:
        raise problems.make_error(name, f"names more than {MOST:,} files, which is the limit")


def check_spellings(filenames: Iterable[str], sources: Sequence[str], name: str) -> None:
    """CannotReadReport if two filenames can only mean one file: `a.py`, `./a.py`, or its path below the one `<source>`.

    Which of them is right, and whether their lines may be joined, only those know who wrote the report.
    """
    root = _spell(sources[0]) + "/" if len(sources) == 1 else ""
    if not _ABSOLUTE.match(root) or root == "/":
        root = ""
    met: dict[str, str] = {}
    for filename in filenames:
        known = met.setdefault(_spell(filename).removeprefix(root), filename)
        if known is not filename:
            what = f"spells one file in two ways, {problems.quote(known)} and {problems.quote(filename)}"
            raise problems.make_error(name, f"{what}; write it anew with relative paths from one folder")


def _spell(path: str) -> str:
    """A path in its plainest spelling."""
    first, *others = path.replace("\\", "/").split("/")
    return "/".join([*([] if first == "." else [first]), *(part for part in others if part not in _IDLE)])
