"""Files that have another name in the next build, as far as their reports alone show it, and the ledger after that."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from covbot.core.coverage import FileCoverage
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.lines import Lines
    from covbot.core.tasks.task import Entry

LEAST_STATEMENTS = 3
"""The fewest statements of a file by which it is recognized under another name."""

_Shape: TypeAlias = "tuple[Lines, tuple[tuple[str, Lines], ...]]"
"""What a report shows of the text of a file: its statements, and its functions by name."""


def find_renames(before: Mapping[str, FileCoverage], after: Mapping[str, FileCoverage]) -> dict[str, str]:
    """Return the files that only the build before has, each with its name in the build after.

    That is the file which only the build after has and which has the same statements and functions, as no other file of
    either build does.
    """
    old_shapes = {path: _find_shape(file) for path, file in before.items()}
    new_shapes = {path: _find_shape(file) for path, file in after.items()}
    counts = Counter(old_shapes.values()), Counter(new_shapes.values())
    new_paths = {shape: path for path, shape in new_shapes.items() if path not in before}
    return {
        path: new_paths[shape]
        for path, shape in sorted(old_shapes.items())
        if path not in after and shape in new_paths and [count[shape] for count in counts] == [1, 1]
        if len(before[path].statements) >= LEAST_STATEMENTS
    }


def _find_shape(file: FileCoverage) -> _Shape:
    return file.statements, tuple(sorted(file.functions.items()))


def follow_renames(ledger: Ledger, renames: Mapping[str, str], paths: Collection[str]) -> Ledger:
    """Return the ledger in which what it has of these paths is named as after the renames."""
    wanted = {path: renames[path] for path in paths if path in renames}
    if not wanted:
        return ledger
    gaps = [attrs.evolve(gap, path=wanted.get(gap.path, gap.path)) for gap in ledger.gaps.values()]
    return attrs.evolve(
        ledger,
        gaps={(gap.path, gap.region): gap for gap in gaps},
        entries={key: _rename_entry(entry, wanted) for key, entry in ledger.entries.items()},
        flips={wanted.get(path, path): flips for path, flips in ledger.flips.items()},
    )


def _rename_entry(entry: Entry, renames: Mapping[str, str]) -> Entry:
    path = entry.task.path
    elsewhere = {renames.get(other, other): lines for other, lines in entry.elsewhere.items()}
    if path not in renames:
        return attrs.evolve(entry, elsewhere=elsewhere)
    return attrs.evolve(
        entry,
        task=attrs.evolve(entry.task, path=renames[path]),
        record=entry.record and attrs.evolve(entry.record, renamed=True),
        elsewhere=elsewhere,
    )
