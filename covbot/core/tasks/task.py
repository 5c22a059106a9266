"""The tasks that volunteers can pick: `Task`, and its `Entry` in the ledger."""

from __future__ import annotations

import bisect
import enum
import hashlib
from typing import TYPE_CHECKING

from attrs import Factory, frozen

from covbot.core.source.regions import MODULE_BODY

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from covbot.core.bugs.record import BugRecord
    from covbot.core.lines import Lines
    from covbot.core.policy import Policy
    from covbot.core.tasks.assessment import Assessment


class TaskKind(enum.StrEnum):
    """The kind of work that a task is."""

    MODULE = "module"
    FUNCTION = "function"
    SMALL = "small"
    LARGER = "larger"
    FIRST_TEST = "new test module"


def name_module(path: str) -> str:
    """Return the dotted name of a module by its path: `nova.api.common` for `nova/api/common.py`."""
    name = path.replace("\\", "/").removesuffix(".py").removesuffix("/__init__")
    return ".".join(part for part in name.split("/") if part not in {"", ".", ".."})


@frozen(kw_only=True)
class Task:
    """One or more gaps of one file, sized for one person; `lines` are the missing statements that it owns."""

    key: str
    path: str
    regions: tuple[str, ...]
    lines: Lines
    kind: TaskKind = TaskKind.MODULE

    @property
    def module(self) -> str:
        """The dotted name of the module with this path."""
        return name_module(self.path)


@frozen(kw_only=True)
class Entry:
    """One task in the ledger, with its bug if it has one.

    It is `unconfirmed` while only one build shows how its gap changed. It is `ambiguous` if its lines cannot be
    distinguished from those of another task of the file any more (its code changed, and no source shows how): then only
    the end of the whole gap counts. It is `gone` if its lines are no longer missing because their code was deleted or
    excluded. `elsewhere` are its missing lines that were moved into other files, by path: the task still owns them,
    though its bug does not list them. `declined` is the verdict of a person on its bug in a tracker that the project
    had before, in words: such a task has no bug and is never filed again. `superseded_by` is the number of an elder bug
    that has all of its missing lines. `assessment` is the result of the last assessment of the task.
    """

    task: Task
    record: BugRecord | None = None
    unconfirmed: bool = False
    ambiguous: bool = False
    gone: bool = False
    elsewhere: Mapping[str, Lines] = Factory(dict)
    declined: str = ""
    superseded_by: int | None = None
    assessment: Assessment | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the task keeps its lines and its key: it has a bug, or a person wants none for it."""
        return self.record is not None or bool(self.declined)

    @property
    def replaced(self) -> int:
        """The number of statements that the text of its bug lists and that were edited or deleted since."""
        if self.record is None:
            return 0
        followed = self.record.listed_lines if self.record.carried else ()
        return max(self.record.statements - len(followed) - sum(map(len, self.elsewhere.values())), 0)

    def fits_text(self, lines: Lines) -> bool:
        """Whether these missing statements are no more than the text of its bug lists, edited ones counted once."""
        if self.record is None:
            return False
        if not self.record.carried:
            return len(lines) <= self.record.statements
        return len(lines - self.record.listed_lines) <= self.replaced

    @property
    def has_others(self) -> bool:
        """Whether statements are missing that the text of its bug does not list, besides those that were edited."""
        record, now = self.record, self.task.lines
        if record is None or not self.fits_text(now):
            return record is not None
        return record.carried and len(now - record.listed_lines) == self.replaced and not self._is_in_place

    @property
    def is_same_size(self) -> bool:
        """Whether as many statements are missing as the text of its bug lists, none of which runs."""
        record, now = self.record, self.task.lines
        if record is None:
            return False
        if not record.carried:
            return len(now) == record.statements
        return not record.listed_lines - now and len(now - record.listed_lines) == self.replaced and self._is_in_place

    @property
    def _is_in_place(self) -> bool:
        """Whether the statements that its text does not list stand where those stood that were edited or deleted."""
        record, now = self.record, self.task.lines
        if record is None or record.lost_places is None or self.elsewhere:
            return True
        listed = [*record.listed_lines]
        return tuple(bisect.bisect(listed, line) for line in now - record.listed_lines) == record.lost_places


def group_entries(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each path, in the order of their keys."""
    found: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.task.key):
        found.setdefault(entry.task.path, []).append(entry)
    return found


def make_key(project: str, path: str, region: str, *, taken: Container[str] = ()) -> str:
    """Return the key of a new task, eight hexadecimal digits: the same for the same arguments, and none of `taken`."""
    ordinal = 0
    while True:
        words = "\0".join((project, path, region, str(ordinal)))
        key = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        if key not in taken:
            return key
        ordinal += 1


def choose_kind(lines: Lines, policy: Policy, regions: Collection[str] = (MODULE_BODY,)) -> TaskKind:
    """Return the kind of a task with these missing statements in these regions."""
    if len(lines) > policy.max_statements:
        return TaskKind.LARGER
    if set(regions) == {MODULE_BODY}:
        return TaskKind.MODULE
    return TaskKind.FUNCTION if len(regions) == 1 and len(lines) >= policy.min_statements else TaskKind.SMALL
