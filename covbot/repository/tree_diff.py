"""Which files changed between two trees, and which of them is which, as git's raw difference tells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from covbot.core.linemap.linemap import FileMap
from covbot.repository import trees
from covbot.repository.trees import ObjectKind, TreeEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


@frozen(kw_only=True)
class Side:
    """A changed file in one of the trees."""

    path: str
    entry: TreeEntry


@frozen(kw_only=True)
class FileChange:
    """A file that differs, before and after; one side is None where the file was added or deleted."""

    before: Side | None
    after: Side | None


def parse_diff(listing: bytes) -> list[FileChange]:
    """Read `git diff-tree -r -z --raw` with or without renames."""
    fields = iter(listing.decode(errors="surrogateescape").split("\0")[:-1])
    return [_change(row, fields) for row in fields]


def _change(row: str, fields: Iterator[str]) -> FileChange:
    old_mode, new_mode, old_id, new_id, status = row.removeprefix(":").split(" ")
    path = next(fields)
    target = next(fields) if status[0] in "RC" else path
    old = Side(path=path, entry=TreeEntry(kind=trees.find_kind(old_mode), id=old_id))
    new = Side(path=target, entry=TreeEntry(kind=trees.find_kind(new_mode), id=new_id))
    return FileChange(before=None if status[0] == "A" else old, after=None if status[0] == "D" else new)


def resolve_renames(changes: Iterable[FileChange]) -> list[FileChange]:
    """Pair files whose whole text went to another path, which git overlooks if that path existed before (a swap).

    A text counts if it is unique on both sides. What lost its counterpart so is one-sided then.
    """
    found = [*changes]
    before = _by_text(change.before for change in found)
    after = _by_text(change.after for change in found)
    whole = {old.path: (old, after[key]) for key, old in before.items() if key in after}
    moved_in = {new.path for _, new in whole.values()}
    untangled = [FileChange(before=old, after=new) for old, new in whole.values()]
    for change in found:
        old = None if change.before and change.before.path in whole else change.before
        new = None if change.after and change.after.path in moved_in else change.after
        if old or new:
            untangled.append(FileChange(before=old, after=new))
    return untangled


def _by_text(sides: Iterable[Side | None]) -> dict[str, Side]:
    known = [side for side in sides if side]
    often = Counter(side.entry.id for side in known)
    return {side.entry.id: side for side in known if often[side.entry.id] == 1}


@define(kw_only=True)
class Work:
    """Changes by what is to be done with them: texts to read, alone or in pairs, and what is known without reading."""

    pairs: list[tuple[Side, Side]] = Factory(list)
    deleted: list[Side] = Factory(list)
    added: list[Side] = Factory(list)
    unread: dict[str, FileMap] = Factory(dict)
    deleted_unread: set[str] = Factory(set)
    added_unread: set[str] = Factory(set)


def sort_changes(changes: Iterable[FileChange], wanted: Collection[str]) -> Work:
    """Sort changes by whether their path before or after is `wanted`; links and submodules count as no file."""
    work, asked = Work(), frozenset(wanted)
    for change in changes:
        match _file(change.before), _file(change.after):
            case Side() as old, Side() as new:
                _sort_pair(work, old, new, asked=not asked.isdisjoint({old.path, new.path}))
            case Side() as old, None if old.path in asked:
                work.deleted.append(old)
            case Side() as old, None:
                work.deleted_unread.add(old.path)
            case None, Side() as new if new.path in asked:
                work.added.append(new)
            case None, Side() as new:
                work.added_unread.add(new.path)
            case _:
                pass
    return work


def _file(side: Side | None) -> Side | None:
    return side if side and side.entry.kind is ObjectKind.FILE else None


def _sort_pair(work: Work, old: Side, new: Side, *, asked: bool) -> None:
    if old.entry.id == new.entry.id:
        if old.path != new.path:
            work.unread[old.path] = FileMap(before=old.path, after=new.path)
    elif asked:
        work.pairs.append((old, new))
    else:
        work.unread[old.path] = FileMap(before=old.path, after=new.path, runs=())
