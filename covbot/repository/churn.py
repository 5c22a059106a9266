"""How much files changed lately: what `git log --numstat` counts, by the path that a file has in the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def parse_churn(listing: bytes) -> Mapping[str, int]:
    """Read `git log -z --numstat -M --format=`, newest commit first: path -> lines added and deleted.

    What a file went through under an earlier name counts for its last one.
    """
    churn: Counter[str] = Counter()
    names: dict[str, str] = {}
    for lines, old, new in _changes(listing):
        last = names.get(new, new)
        churn[last] += lines
        if old != new:
            names[old] = last
    return churn


def _changes(listing: bytes) -> Iterator[tuple[int, str, str]]:
    """Lines changed, path before, path after; git writes `-` for the lines of a binary file."""
    rows = iter(listing.decode(errors="surrogateescape").split("\0"))
    for row in rows:
        added, _, rest = row.lstrip("\n").partition("\t")
        deleted, tab, path = rest.partition("\t")
        if not tab:
            continue
        old, new = (path, path) if path else (next(rows, ""), next(rows, ""))
        yield sum(int(count) for count in (added, deleted) if count.isdecimal()), old, new
