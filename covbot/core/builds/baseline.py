"""When two trusted builds measured differently, so that the newer one begins a new baseline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.core.builds.evidence import PastBuild


_TWIN = re.compile(r"@\d+$")
"""What a CI server adds to the name of a workspace while another build of the same job is in it."""


FEW_FILES = 5
"""So many files may come and go without a new baseline: a migration that is measured only when some test runs it."""


def explain_new_baseline(before: PastBuild, after: PastBuild) -> str | None:
    """Why gaps are only mapped from one trusted build to the next, and no bug is written; None: they compare as usual.

    Where the workspace lies on its machine is no difference: of a source root the last folder counts.
    """
    changes = [*_differences(before, after)]
    return f"since build {before.build.number} {', and '.join(changes)}" if changes else None


def _differences(before: PastBuild, after: PastBuild) -> Iterator[str]:
    if before.measurement.writer != after.measurement.writer:
        was, now = display.shorten(before.measurement.writer), display.shorten(after.measurement.writer)
        yield f"the report is written by {now} instead of {was}"
    if bool(before.measurement.numbers.branches) != bool(after.measurement.numbers.branches):
        yield f"branches are {'measured' if after.measurement.numbers.branches else 'not measured any more'}"
    if _roots(before.measurement.sources) != _roots(after.measurement.sources):
        was, now = display.name_paths(before.measurement.sources), display.name_paths(after.measurement.sources)
        yield f"the source root is {now or 'unknown'} instead of {was or 'unknown'}"
    standing = (before.paths or frozenset()) & (after.paths or frozenset())
    if before.measured is not None and after.measured is not None:
        for words, paths in (
            ("not measured any more:", before.measured - after.measured),
            ("measured now:", after.measured - before.measured),
        ):
            if len(paths & standing) > FEW_FILES:
                yield f"{words} {display.name_paths(paths & standing)}"


def _roots(sources: Iterable[str]) -> frozenset[str]:
    folders = (source.replace("\\", "/").rstrip("/").rpartition("/")[2] for source in sources)
    return frozenset(_TWIN.sub("", folder) for folder in folders)
