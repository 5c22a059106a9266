"""How much files changed lately: the counts of `git log --numstat`, by the path that a file has at the end."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def parse_churn(listing: bytes) -> Mapping[str, int]:
    """Return path -> lines added and deleted, from `git log -z --numstat -M --format=`, newest commit first.

    The changes of a file under an earlier name are counted for its last name.
    """
    churn: Counter[str] = Counter()
    names: dict[str, str] = {}
    for lines, old, new in _parse_changes(listing):
        last = names.get(new, new)
        churn[last] += lines
        if old != new:
            names[old] = last
    return churn


def _parse_changes(listing: bytes) -> Iterator[tuple[int, str, str]]:
    """Yield lines changed, path before and path after; git writes `-` for the line counts of a binary file."""
    rows = iter(listing.decode(errors="surrogateescape").split("\0"))
    for row in rows:
        added, _, rest = row.lstrip("\n").partition("\t")
        deleted, tab, path = rest.partition("\t")
        if not tab:
            continue
        old, new = (path, path) if path else (next(rows, ""), next(rows, ""))
        yield sum(int(count) for count in (added, deleted) if count.isdecimal()), old, new
