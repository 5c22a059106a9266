"""Maps the filenames of a report onto the paths of a tree: nothing is opened, and a doubt is said, not guessed away."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.coverage import Problem
from covbot.repository.trees import ObjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from covbot.repository.trees import Tree

SHOWN = 3
"""Paths that a filename may be, of which the complaint names so many."""

_DRIVE = re.compile(r"^[A-Za-z]:(?=[\\/])")
_ABSOLUTE = re.compile(r"[\\/]|[A-Za-z]:[\\/]")


@frozen(kw_only=True)
class MappedFilenames:
    """Filename as the report writes it -> path in the tree, and a problem for each that has none.

    `ambiguous` are those of the problems in which several paths, or several filenames, contend.
    """

    paths: Mapping[str, str]
    problems: tuple[Problem, ...]
    ambiguous: tuple[Problem, ...] = ()


def map_filenames(
    filenames: Iterable[str], tree: Tree, *, sources: Sequence[str] = (), prefix: str = ""
) -> MappedFilenames:
    """Map each filename by the configured prefix, else by the `<source>` roots, else as the only path that ends so.

    A root counts by its last parts: `/home/x/workspace/nova` + `api/y.py` is `nova/api/y.py`; how many of them belong
    to the repository is one answer for the whole report. Paths are compared exactly, letter for letter.
    """
    index = _endings(tree)
    names = {name: _cut(name, index) for name in dict.fromkeys(filenames)}
    finder = _Finder(
        tree=tree,
        index=index,
        prefix=_parts(prefix),
        roots=_roots([parts for name, parts in names.items() if not _ABSOLUTE.match(name)], sources, tree),
        depths=_depths([parts for name, parts in names.items() if _ABSOLUTE.match(name)], tree),
    )
    found = {name: finder.find(parts, absolute=bool(_ABSOLUTE.match(name))) for name, parts in names.items()}
    return _judge(found, tree)


def _cut(name: str, index: Mapping[str, Sequence[str]]) -> list[str]:
    """The parts of a filename; a backslash separates them unless a file of the tree is named so."""
    return _named(name) if name.rpartition("/")[2] in index else _parts(name)


def _parts(path: str) -> list[str]:
    return _named(_DRIVE.sub("", path).replace("\\", "/"))


def _named(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in {"", "."}]


def _endings(tree: Tree) -> dict[str, list[str]]:
    """Index a tree by the last one and the last two parts of its paths."""
    index: dict[str, list[str]] = defaultdict(list)
    for path in tree:
        parts = path.rsplit("/", 2)
        index[parts[-1]].append(path)
        index["/".join(parts[-2:])].append(path)
    return index


def _roots(names: Sequence[Sequence[str]], sources: Iterable[str], tree: Tree) -> list[list[str]]:
    """The tails of the roots that lead into the repository: of each root the one that finds most filenames."""
    heads: dict[str, None] = {}
    for source in sources or ("",):
        parts = _parts(source)
        tails = [parts[start:] for start in range(len(parts) + 1)]
        hits = {"/".join(tail): sum("/".join([*tail, *name]) in tree for name in names) for tail in tails}
        most = max(hits.values())
        heads.update((head, None) for head, count in hits.items() if count == most and most)
    return [_parts(head) for head in heads]


def _depths(names: Iterable[Sequence[str]], tree: Tree) -> Counter[str]:
    """Where the checkout lay, by the absolute filenames: directory -> number of filenames found below it."""
    return Counter(head for name in names for head, _ in _below(name, tree))


def _below(name: Sequence[str], tree: Tree) -> Iterator[tuple[str, str]]:
    for start in range(len(name)):
        path = "/".join(name[start:])
        if path in tree:
            yield "/".join(name[:start]), path


@frozen(kw_only=True)
class _Finder:
    tree: Tree
    index: Mapping[str, Sequence[str]]
    prefix: Sequence[str]
    roots: Sequence[Sequence[str]]
    depths: Counter[str]

    def find(self, name: Sequence[str], *, absolute: bool) -> set[str] | str:
        """The paths that a filename may be, or why it is none."""
        if ".." in name or not any(name):
            return "is no path inside a repository"
        for candidates in self._ways(name, absolute=absolute):
            if candidates:
                return candidates
        heads = [[]] if absolute else [self.prefix, *self.roots, []]
        return next(filter(None, (self._behind([*head, *name]) for head in heads)), "is not in the repository")

    def _ways(self, name: Sequence[str], *, absolute: bool) -> Iterator[set[str]]:
        if absolute:
            below = dict(_below(name, self.tree))
            most = max((self.depths[head] for head in below), default=0)
            yield {path for head, path in below.items() if self.depths[head] == most}
            return
        yield {"/".join([*self.prefix, *name])} & self.tree.keys() if self.prefix else set()
        yield {"/".join([*root, *name]) for root in self.roots} & self.tree.keys()
        whole = "/".join(name)
        yield {path for path in self.index.get("/".join(name[-2:]), ()) if f"/{path}".endswith(f"/{whole}")}

    def _behind(self, parts: Sequence[str]) -> str:
        for end in range(1, len(parts)):
            path = "/".join(parts[:end])
            if path in self.tree:
                return f"lies behind the {self.tree[path].kind} {path}"
        return ""


def _judge(found: Mapping[str, set[str] | str], tree: Tree) -> MappedFilenames:
    """Keep the filenames that are one regular file, which no other filename is as well."""
    answers = {name: _one(candidates, tree) for name, candidates in found.items()}
    spelled: dict[str, list[str]] = defaultdict(list)
    for name, (path, _) in answers.items():
        spelled[path].append(name)
    problems = [Problem(where=name, what=what) for name, (_, what) in answers.items() if what]
    ambiguous = [problem for problem in problems if _is_several(found[problem.where])]
    for path, names in spelled.items():
        if path and len(names) > 1:
            ambiguous += [Problem(where=name, what=f"{path} has {len(names)} filenames: {names}") for name in names]
    paths = {name: path for name, (path, _) in answers.items() if path and len(spelled[path]) == 1}
    return MappedFilenames(
        paths=paths, problems=tuple(dict.fromkeys([*problems, *ambiguous])), ambiguous=tuple(ambiguous)
    )


def _is_several(candidates: set[str] | str) -> bool:
    return isinstance(candidates, set) and len(candidates) > 1


def _one(candidates: set[str] | str, tree: Tree) -> tuple[str, str]:
    """The path and no complaint, or a complaint and no path."""
    if isinstance(candidates, str):
        return "", candidates
    if len(candidates) > 1:
        shown = sorted(candidates)[:SHOWN]
        more = f" or {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
        return "", f"may be {' or '.join(shown)}{more}"
    [path] = candidates
    if tree[path].kind is not ObjectKind.FILE:
        return "", f"{path} is a {tree[path].kind}, not a file"
    return path, ""
