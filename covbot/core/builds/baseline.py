"""Whether two trusted builds were measured differently, so that the newer one begins a new baseline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.core.builds.evidence import PastBuild


_WORKSPACE_SUFFIX = re.compile(r"@\d+$")
"""The suffix that a CI server adds to the name of a workspace while another build of the same job uses it."""


TOLERATED_FILES = 5
"""The most files that may appear or disappear without a new baseline, as migrations that only some test runs do."""


def explain_new_baseline(before: PastBuild, after: PastBuild) -> str | None:
    """Return why two trusted builds are measured differently, None if they are not.

    If they are, gaps are only mapped from one to the other, and no bug is written. The place of the workspace on its
    machine is no difference: of a source root only the last folder counts.
    """
    changes = [*_find_differences(before, after)]
    return f"since build {before.build.number} {', and '.join(changes)}" if changes else None


def _find_differences(before: PastBuild, after: PastBuild) -> Iterator[str]:
    if before.measurement.writer != after.measurement.writer:
        was, now = display.shorten(before.measurement.writer), display.shorten(after.measurement.writer)
        yield f"the report is written by {now} instead of {was}"
    if bool(before.measurement.numbers.branches) != bool(after.measurement.numbers.branches):
        yield f"branches are {'measured' if after.measurement.numbers.branches else 'not measured any more'}"
    if _name_root_folders(before.measurement.sources) != _name_root_folders(after.measurement.sources):
        was, now = display.name_paths(before.measurement.sources), display.name_paths(after.measurement.sources)
        yield f"the source root is {now or 'unknown'} instead of {was or 'unknown'}"
    in_both_trees = (before.paths or frozenset()) & (after.paths or frozenset())
    if before.measured is not None and after.measured is not None:
        for words, paths in (
            ("not measured any more:", before.measured - after.measured),
            ("measured now:", after.measured - before.measured),
        ):
            if len(paths & in_both_trees) > TOLERATED_FILES:
                yield f"{words} {display.name_paths(paths & in_both_trees)}"


def _name_root_folders(sources: Iterable[str]) -> frozenset[str]:
    folders = (source.replace("\\", "/").rstrip("/").rpartition("/")[2] for source in sources)
    return frozenset(_WORKSPACE_SUFFIX.sub("", folder) for folder in folders)
