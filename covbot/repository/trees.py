"""What a commit holds: its paths, and what each of them is."""

from __future__ import annotations

import enum
from typing import TypeAlias

from attrs import frozen


class ObjectKind(enum.StrEnum):
    """What lies at a path."""

    FILE = "file"
    LINK = "symbolic link"
    SUBMODULE = "submodule"


_KINDS = {"120000": ObjectKind.LINK, "160000": ObjectKind.SUBMODULE}


@frozen(kw_only=True)
class TreeEntry:
    """What lies at a path: a file or link by its blob, a submodule by its commit."""

    kind: ObjectKind
    id: str


Tree: TypeAlias = dict[str, TreeEntry]
"""Path -> entry."""


def parse_tree(listing: bytes) -> Tree:
    """Read `git ls-tree -r -z`: path -> entry; a path that is not UTF-8 keeps its bytes as surrogates."""
    found = {}
    for row in listing.decode(errors="surrogateescape").split("\0")[:-1]:
        about, _, path = row.partition("\t")
        mode, _, object_id = about.split(" ")
        found[path] = TreeEntry(kind=find_kind(mode), id=object_id)
    return found


def find_kind(mode: str) -> ObjectKind:
    """What an octal file mode says."""
    return _KINDS.get(mode, ObjectKind.FILE)
