"""The files that changed between two trees, paired across renames, from git's raw diff."""

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
class TreeFile:
    """A changed file in one of the trees."""

    path: str
    entry: TreeEntry


@frozen(kw_only=True)
class FileChange:
    """A file that differs, before and after; one of them is None if the file was added or deleted."""

    before: TreeFile | None
    after: TreeFile | None


def parse_diff(listing: bytes) -> list[FileChange]:
    """Parse `git diff-tree -r -z --raw` with or without renames."""
    fields = iter(listing.decode(errors="surrogateescape").split("\0")[:-1])
    return [_parse_change(row, fields) for row in fields]


def _parse_change(row: str, fields: Iterator[str]) -> FileChange:
    old_mode, new_mode, old_id, new_id, status = row.removeprefix(":").split(" ")
    path = next(fields)
    target = next(fields) if status[0] in "RC" else path
    old = TreeFile(path=path, entry=TreeEntry(kind=trees.find_kind(old_mode), id=old_id))
    new = TreeFile(path=target, entry=TreeEntry(kind=trees.find_kind(new_mode), id=new_id))
    return FileChange(before=None if status[0] == "A" else old, after=None if status[0] == "D" else new)


def resolve_renames(changes: Iterable[FileChange]) -> list[FileChange]:
    """Pair files with the same text at two paths, which git overlooks if the later path existed before (a swap).

    A text counts if it is unique on both sides. A file that lost its counterpart in this way is added or deleted then.
    """
    found = [*changes]
    before = _index_unique_texts(change.before for change in found)
    after = _index_unique_texts(change.after for change in found)
    whole = {old.path: (old, after[key]) for key, old in before.items() if key in after}
    moved_in = {new.path for _, new in whole.values()}
    resolved = [FileChange(before=old, after=new) for old, new in whole.values()]
    for change in found:
        old = None if change.before and change.before.path in whole else change.before
        new = None if change.after and change.after.path in moved_in else change.after
        if old or new:
            resolved.append(FileChange(before=old, after=new))
    return resolved


def _index_unique_texts(sides: Iterable[TreeFile | None]) -> dict[str, TreeFile]:
    present = [side for side in sides if side]
    counts = Counter(side.entry.id for side in present)
    return {side.entry.id: side for side in present if counts[side.entry.id] == 1}


@define(kw_only=True)
class SortedChanges:
    """Changes by what has to be done: texts to read, alone or in pairs, and what is known without reading."""

    pairs: list[tuple[TreeFile, TreeFile]] = Factory(list)
    deleted: list[TreeFile] = Factory(list)
    added: list[TreeFile] = Factory(list)
    unread: dict[str, FileMap] = Factory(dict)
    deleted_unread: set[str] = Factory(set)
    added_unread: set[str] = Factory(set)


def sort_changes(changes: Iterable[FileChange], wanted: Collection[str]) -> SortedChanges:
    """Sort changes by whether their path before or after is `wanted`; links and submodules do not count as files."""
    result, paths = SortedChanges(), frozenset(wanted)
    for change in changes:
        match _keep_file(change.before), _keep_file(change.after):
            case TreeFile() as old, TreeFile() as new:
                _sort_pair(result, old, new, wanted=not paths.isdisjoint({old.path, new.path}))
            case TreeFile() as old, None if old.path in paths:
                result.deleted.append(old)
            case TreeFile() as old, None:
                result.deleted_unread.add(old.path)
            case None, TreeFile() as new if new.path in paths:
                result.added.append(new)
            case None, TreeFile() as new:
                result.added_unread.add(new.path)
            case _:
                pass
    return result


def _keep_file(side: TreeFile | None) -> TreeFile | None:
    return side if side and side.entry.kind is ObjectKind.FILE else None


def _sort_pair(result: SortedChanges, old: TreeFile, new: TreeFile, *, wanted: bool) -> None:
    if old.entry.id == new.entry.id:
        if old.path != new.path:
            result.unread[old.path] = FileMap(before=old.path, after=new.path)
    elif wanted:
        result.pairs.append((old, new))
    else:
        result.unread[old.path] = FileMap(before=old.path, after=new.path, runs=())
