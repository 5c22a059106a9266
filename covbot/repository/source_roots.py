"""The folders of a tree in which the filenames of a report lie, found by the roots that the report names."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.repository.trees import Tree


def find_roots(
    names: Sequence[Sequence[str]], sources: Iterable[Sequence[str]], tree: Tree, index: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the folders of the tree that roots mean, as far as the tree shows.

    `names` and `sources` are divided into their parts, and `index` has the paths of the tree by their last part and by
    their last two parts. A folder that is the end of a root counts if most names lie in it. If some name lies in none,
    the package may have been measured where it was installed: then the only folder counts that ends as the root does
    and holds all names that are in the tree at all, `src/pk` for `/venv/site-packages/pk`.
    """
    known = [name for name in map("/".join, names) if any(_find_folders(name, index))]
    roots = [*sources] or [()]
    heads = list(dict.fromkeys(head for root in roots for head in _find_ends(known, root, tree)))
    if _count_held(known, heads, tree) == len(known):
        return heads
    installed = [head for root in roots for head in _find_installed(known, root, tree, index)]
    return installed if _count_held(known, installed, tree) == len(known) else heads


def _find_ends(names: Sequence[str], root: Sequence[str], tree: Tree) -> list[str]:
    """Return the ends of a root below which most names are in the tree."""
    tails = ["/".join(root[start:]) for start in range(len(root) + 1)]
    hits = {tail: _count_held(names, [tail], tree) for tail in tails}
    most = max(hits.values())
    return [tail for tail, count in hits.items() if count == most and most]


def _find_installed(
    names: Sequence[str], root: Sequence[str], tree: Tree, index: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the folder that ends most like a root among those that hold most names; none if there are several."""
    folders = {folder for name in names for folder in _find_folders(name, index)}
    ranks = {
        folder: (_count_held(names, [folder], tree), _count_common_parts(folder.split("/"), root))
        for folder in folders
        if root and folder.rpartition("/")[2] == root[-1]
    }
    best = [folder for folder, rank in ranks.items() if rank == max(ranks.values())]
    return best if len(best) == 1 else []


def _find_folders(name: str, index: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the folders of the tree in which a name lies."""
    paths = index.get("/".join(name.split("/")[-2:]), ())
    return [path.removesuffix(name).rstrip("/") for path in paths if f"/{path}".endswith(f"/{name}")]


def _count_common_parts(folder: Sequence[str], root: Sequence[str]) -> int:
    pairs = zip(reversed(folder), reversed(root), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _count_held(names: Sequence[str], folders: Sequence[str], tree: Tree) -> int:
    return sum(any(f"{folder}/{name}".lstrip("/") in tree for folder in folders) for name in names)
