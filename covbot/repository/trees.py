"""What a commit holds: its paths, and what each of them is."""

from __future__ import annotations

import enum
from typing import TypeAlias

from attrs import frozen


class Kind(enum.StrEnum):
    """What lies at a path."""

    FILE = "file"
    LINK = "symbolic link"
    SUBMODULE = "submodule"


_KINDS = {"120000": Kind.LINK, "160000": Kind.SUBMODULE}


@frozen(kw_only=True)
class Entry:
    """What lies at a path: a file or link by its blob, a submodule by its commit."""

    kind: Kind
    id: str


Tree: TypeAlias = dict[str, Entry]
"""Path -> entry."""


def parse(listing: bytes) -> Tree:
    """Read `git ls-tree -r -z`: path -> entry; a path that is not UTF-8 keeps its bytes as surrogates."""
    found = {}
    for row in listing.decode(errors="surrogateescape").split("\0")[:-1]:
        about, _, path = row.partition("\t")
        mode, _, object_id = about.split(" ")
        found[path] = Entry(kind=kind(mode), id=object_id)
    return found


def kind(mode: str) -> Kind:
    """What an octal file mode says."""
    return _KINDS.get(mode, Kind.FILE)
