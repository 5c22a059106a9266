"""What a volunteer can pick: the `Gap`s of a project, the `Task`s made of them, and what became of each."""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

from attrs import Factory, frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping
    from datetime import datetime

    from covbot.core.lines import Lines
    from covbot.core.merits import Merit
    from covbot.core.policy import Policy

MODULE_BODY = ""
"""The region of a file that is known at module grain only."""


@frozen(kw_only=True)
class Gap:
    """The missing statements of one region, so far as two trusted builds in a row agree on them.

    `lines` are numbered as in the snapshot `at`, and empty once the gap closed. `since` and `until` are numbers of the
    builds that opened and closed it. It is `doubtful` while one build alone says how it changed.
    """

    path: str
    region: str
    lines: Lines
    at: int
    since: int
    until: int | None = None
    doubtful: bool = False


class Kind(enum.StrEnum):
    """What sort of work a task is."""

    MODULE = "module"
    FUNCTION = "function"
    SMALL = "small"
    LARGER = "larger"
    FIRST_TEST = "new test module"


def name_module(path: str) -> str:
    """The dotted name that a path spells: `nova/api/common.py` is `nova.api.common`."""
    name = path.replace("\\", "/").removesuffix(".py").removesuffix("/__init__")
    return ".".join(part for part in name.split("/") if part not in {"", ".", ".."})


@frozen(kw_only=True)
class Task:
    """One or more gaps of one file, sized for one person; `lines` are the missing statements that it owns."""

    key: str
    path: str
    regions: tuple[str, ...]
    lines: Lines
    kind: Kind = Kind.MODULE

    @property
    def module(self) -> str:
        """The dotted name that the path spells."""
        return name_module(self.path)


@frozen(kw_only=True)
class Filed:
    """What covbot remembers of the newest bug that it filed for a task.

    `told` are the lines that the bug's text speaks of: numbered as the task's own while `carried`, else only their
    count means anything. `title` and `description` are digests of what was read back after covbot's last write.
    `done_at` is when covbot told somebody who works on it that all lines run, `asked_at` when it said that lines still
    do not run after a fix. `verified` once the lines of a person's fix ran. `renamed` when its file has another path
    by now than the bug says.
    """

    bug: int
    generation: int
    told: Lines
    carried: bool = True
    title: str
    description: str
    filed_at: datetime
    edited_at: datetime | None = None
    commented_at: datetime | None = None
    done_at: datetime | None = None
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    verified: bool = False
    renamed: bool = False


@frozen(kw_only=True)
class Entry:
    """One task in the ledger, with its bug if it has one.

    `doubtful` while one build alone says how its gap changed. `blurred` when its lines cannot be told from those of
    another task of the file any more (its code changed, and no source says how): only the end of the whole gap counts.
    `gone` when its lines are no more missing because their code was deleted or excluded. `elsewhere` are missing lines
    of it that went over into other files, by path: they stay its own, though its bug does not speak of them. `merit` is
    what was found out of the task when it was last looked into.
    """

    task: Task
    filed: Filed | None = None
    doubtful: bool = False
    blurred: bool = False
    gone: bool = False
    elsewhere: Mapping[str, Lines] = Factory(dict)
    merit: Merit | None = None


def by_path(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """The entries of each path, in the order of their keys."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.task.key):
        found.setdefault(entry.task.path, []).append(entry)
    return found


def gaps_by_path(gaps: Iterable[Gap]) -> dict[str, dict[str, Gap]]:
    """The gaps of each path, by region."""
    found: dict[str, dict[str, Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.path, {})[gap.region] = gap
    return found


def key_of(project: str, path: str, region: str, *, taken: Container[str] = ()) -> str:
    """The key of a new task, eight hexadecimal digits: the same for the same words, and none of those taken."""
    ordinal = 0
    while True:
        words = "\0".join((project, path, region, str(ordinal)))
        key = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if key not in taken:
            return key
        ordinal += 1


def size_up(lines: Lines, policy: Policy, regions: Collection[str] = (MODULE_BODY,)) -> Kind:
    """The kind of a task with these missing statements, in these regions."""
    if len(lines) > policy.max_statements:
        return Kind.LARGER
    if set(regions) == {MODULE_BODY}:
        return Kind.MODULE
    return Kind.FUNCTION if len(regions) == 1 and len(lines) >= policy.min_statements else Kind.SMALL
