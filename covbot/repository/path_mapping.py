"""Maps the filenames of a report to the paths of a tree: no file is opened, and ambiguity is reported, not guessed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.coverage import Problem
from covbot.repository import source_roots
from covbot.repository.trees import ObjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from covbot.repository.trees import Tree

MOST_SHOWN_CANDIDATES = 3
"""How many of the paths that a filename may mean are named in a problem."""

_DRIVE = re.compile(r"^[A-Za-z]:(?=[\\/])")
_ABSOLUTE = re.compile(r"[\\/]|[A-Za-z]:[\\/]")


@frozen(kw_only=True)
class MappedFilenames:
    """The filename in the report -> path in the tree, and a problem for each filename that has none.

    `ambiguous` are those of the problems in which several paths match one filename, or several filenames one path.
    """

    paths: Mapping[str, str]
    problems: tuple[Problem, ...]
    ambiguous: tuple[Problem, ...] = ()


def map_filenames(
    filenames: Iterable[str], tree: Tree, *, sources: Sequence[str] = (), prefix: str = ""
) -> MappedFilenames:
    """Map each filename by the configured prefix, else by the `<source>` roots, else to the only path with that ending.

    Only the last parts of a root count: `/home/x/workspace/nova` + `api/y.py` is `nova/api/y.py`. How many of them
    belong to the repository is decided once for the whole report, by `source_roots`. Paths are compared exactly,
    character by character.
    """
    index = _index_endings(tree)
    names = {name: _split_filename(name, index) for name in dict.fromkeys(filenames)}
    relative = [parts for name, parts in names.items() if not _ABSOLUTE.match(name)]
    roots = [_split_path(source) for source in sources]
    finder = _PathFinder(
        tree=tree,
        index=index,
        prefix=_split_path(prefix),
        roots=[_split_path(root) for root in source_roots.find_roots(relative, roots, tree, index)],
        checkout_counts=_count_checkouts([parts for name, parts in names.items() if _ABSOLUTE.match(name)], tree),
    )
    found = {name: finder.find(parts, absolute=bool(_ABSOLUTE.match(name))) for name, parts in names.items()}
    return _resolve_candidates(found, tree)


def count_prefixed(filenames: Iterable[str], tree: Tree, prefix: str) -> tuple[int, int]:
    """Return how many filenames are in the tree below a prefix, or begin with it already, and how many can be."""
    head = _split_path(prefix)
    names = [_split_path(name) for name in filenames if not _ABSOLUTE.match(name)]
    found = sum(
        "/".join([*head, *name]) in tree or (name[: len(head)] == head and "/".join(name) in tree) for name in names
    )
    return found, len(names)


def find_leaf(name: str) -> str:
    """Return the last part of a filename or path."""
    return "".join(_split_path(name)[-1:])


def leave_longest_endings(filenames: Iterable[str], path: str) -> list[str]:
    """Return filenames without those that end as a path does, but by fewer parts than another one of them."""
    wanted = _split_path(path)
    lengths = {name: _count_common_end(_split_path(name), wanted) for name in filenames}
    longest = max(lengths.values(), default=0)
    return [name for name, length in lengths.items() if not 0 < length < longest]


def _count_common_end(name: Sequence[str], path: Sequence[str]) -> int:
    """Return how many parts of a filename, from its end, are those of a path; 0 unless one ends as all of the other."""
    count = min(len(name), len(path))
    return count if name[len(name) - count :] == path[len(path) - count :] else 0


def _split_filename(name: str, index: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the parts of a filename; a backslash separates them unless a file of the tree has it in its name."""
    return _split_slashes(name) if name.rpartition("/")[2] in index else _split_path(name)


def _split_path(path: str) -> list[str]:
    return _split_slashes(_DRIVE.sub("", path).replace("\\", "/"))


def _split_slashes(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]


def _index_endings(tree: Tree) -> dict[str, list[str]]:
    """Index the paths of a tree by their last part and by their last two parts."""
    index: dict[str, list[str]] = defaultdict(list)
    for path in tree:
        parts = path.rsplit("/", 2)
        index[parts[-1]].append(path)
        index["/".join(parts[-2:])].append(path)
    return index


def _count_checkouts(names: Iterable[Sequence[str]], tree: Tree) -> Counter[str]:
    """Count, for each directory that may have been the checkout, the absolute filenames that match below it."""
    return Counter(head for name in names for head, _ in _find_suffixes_in_tree(name, tree))


def _find_suffixes_in_tree(name: Sequence[str], tree: Tree) -> Iterator[tuple[str, str]]:
    for start in range(len(name)):
        path = "/".join(name[start:])
        if path in tree:
            yield "/".join(name[:start]), path


@frozen(kw_only=True)
class _PathFinder:
    tree: Tree
    index: Mapping[str, Sequence[str]]
    prefix: Sequence[str]
    roots: Sequence[Sequence[str]]
    checkout_counts: Counter[str]

    def find(self, name: Sequence[str], *, absolute: bool) -> set[str] | str:
        """Return the paths that a filename may mean, or the reason why it means none."""
        if ".." in name or not any(name):
            return "is no path inside a repository"
        for candidates in self._list_candidates(name, absolute=absolute):
            if candidates:
                return candidates
        heads = [[]] if absolute else [self.prefix, *self.roots, []]
        return next(
            filter(None, (self._explain_blocked_path([*head, *name]) for head in heads)), "is not in the repository"
        )

    def _list_candidates(self, name: Sequence[str], *, absolute: bool) -> Iterator[set[str]]:
        if absolute:
            below = dict(_find_suffixes_in_tree(name, self.tree))
            most = max((self.checkout_counts[head] for head in below), default=0)
            yield {path for head, path in below.items() if self.checkout_counts[head] == most}
            return
        yield {"/".join([*self.prefix, *name])} & self.tree.keys() if self.prefix else set()
        yield {"/".join([*root, *name]) for root in self.roots} & self.tree.keys()
        whole = "/".join(name)
        yield {path for path in self.index.get("/".join(name[-2:]), ()) if f"/{path}".endswith(f"/{whole}")}

    def _explain_blocked_path(self, parts: Sequence[str]) -> str:
        for end in range(1, len(parts)):
            path = "/".join(parts[:end])
            if path in self.tree:
                return f"lies behind the {self.tree[path].kind} {path}"
        return ""


def _resolve_candidates(found: Mapping[str, set[str] | str], tree: Tree) -> MappedFilenames:
    """Keep the filenames that mean exactly one regular file, to which no other filename is mapped."""
    chosen = {name: _choose_path(candidates, tree) for name, candidates in found.items()}
    filenames_by_path: dict[str, list[str]] = defaultdict(list)
    for name, (path, _) in chosen.items():
        filenames_by_path[path].append(name)
    problems = [Problem(where=name, what=what) for name, (_, what) in chosen.items() if what]
    ambiguous = [problem for problem in problems if _has_several(found[problem.where])]
    for path, names in filenames_by_path.items():
        if path and len(names) > 1:
            ambiguous += [Problem(where=name, what=f"{path} has {len(names)} filenames: {names}") for name in names]
    paths = {name: path for name, (path, _) in chosen.items() if path and len(filenames_by_path[path]) == 1}
    return MappedFilenames(
        paths=paths, problems=tuple(dict.fromkeys([*problems, *ambiguous])), ambiguous=tuple(ambiguous)
    )


def _has_several(candidates: set[str] | str) -> bool:
    return isinstance(candidates, set) and len(candidates) > 1


def _choose_path(candidates: set[str] | str, tree: Tree) -> tuple[str, str]:
    """Return the path and no reason, or no path and the reason."""
    if isinstance(candidates, str):
        return "", candidates
    if len(candidates) > 1:
        shown = sorted(candidates)[:MOST_SHOWN_CANDIDATES]
        more = f" or {len(candidates) - MOST_SHOWN_CANDIDATES} more" if len(candidates) > MOST_SHOWN_CANDIDATES else ""
        return "", f"may be {' or '.join(shown)}{more}"
    [path] = candidates
    if tree[path].kind is not ObjectKind.FILE:
        return "", f"{path} is a {tree[path].kind}, not a file"
    return path, ""
