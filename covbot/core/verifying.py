"""A volunteer's own run against the lines of a bug: which of them still do not run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import blocks, conditions, treemaps
from covbot.core.lines import Lines, join
from covbot.core.treemaps import Text

if TYPE_CHECKING:
    from covbot.core.conditions import Stretch
    from covbot.core.coverage import FileCoverage


@frozen(kw_only=True)
class Verified:
    """The lines of a bug, numbered as in the volunteer's file: all that are `wanted`, and those that still fail.

    `missing` never ran; `strange` are no statements of the run, which may have measured another text. `gone` counts the
    lines that are no more in the file. `stretches` say why lines are missing, where a source shows it.
    """

    wanted: Lines
    missing: Lines
    strange: Lines
    gone: int = 0
    stretches: tuple[Stretch, ...] = ()

    @property
    def done(self) -> bool:
        """Whether everything that is still there runs."""
        return not self.missing and not self.strange


def verify(lines: Lines, file: FileCoverage, *, before: str | None = None, now: str | None = None) -> Verified:
    """Look up lines, numbered as in the text `before`, in a run of the text `now`; a text not known is the same.

    Unless the run shows that it is not: then no line of it is known to be one of those.
    """
    wanted = lines
    if before is not None and now is None and not blocks.outline(before).fits(file.statements):
        return Verified(wanted=lines, missing=Lines(), strange=lines)
    if before is not None and now is not None and before != now:
        texts = treemaps.map_files([(Text(path="file", text=before), Text(path="file", text=now))], (), ())
        wanted = join(texts.forward("file", lines).values())
    missing = wanted & file.missing
    source = now if now is not None else before
    return Verified(
        wanted=wanted,
        missing=missing,
        strange=wanted - file.statements,
        gone=len(lines) - len(wanted),
        stretches=conditions.tell(source, file, missing) if source is not None else (),
    )
