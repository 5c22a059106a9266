"""The content of a commit: its paths, and the kind of each."""

from __future__ import annotations

import enum
from typing import TypeAlias

from attrs import frozen


class ObjectKind(enum.StrEnum):
    """The kind of object at a path."""

    FILE = "file"
    LINK = "symbolic link"
    SUBMODULE = "submodule"


_KINDS = {"120000": ObjectKind.LINK, "160000": ObjectKind.SUBMODULE}


@frozen(kw_only=True)
class TreeEntry:
    """The object at a path: a file or link by its blob, a submodule by its commit."""

    kind: ObjectKind
    id: str


Tree: TypeAlias = dict[str, TreeEntry]
"""Path -> entry."""


def parse_tree(listing: bytes) -> Tree:
    """Parse `git ls-tree -r -z`: path -> entry; a path that is not UTF-8 keeps its bytes as surrogates."""
    found = {}
    for row in listing.decode(errors="surrogateescape").split("\0")[:-1]:
        header, _, path = row.partition("\t")
        mode, _, object_id = header.split(" ")
        found[path] = TreeEntry(kind=find_kind(mode), id=object_id)
    return found


def find_kind(mode: str) -> ObjectKind:
    """Return the kind of object that an octal file mode stands for."""
    return _KINDS.get(mode, ObjectKind.FILE)
