"""A volunteer's own run against the lines of a bug: which of them still do not run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.advice.explanations import explain_lines
from covbot.core.linemap import mapping
from covbot.core.linemap.mapping import SourceFile
from covbot.core.lines import Lines, union
from covbot.core.source import outlines

if TYPE_CHECKING:
    from covbot.core.advice.explanations import Explanation
    from covbot.core.coverage import FileCoverage


@frozen(kw_only=True)
class Verification:
    """The lines of a bug, numbered as in the volunteer's file: all that are `wanted`, and those that still fail.

    `missing` never ran; `strange` are no statements of the run, which may have measured another text. `gone` counts the
    lines that are no more in the file. `stretches` say why lines are missing, where a source shows it.
    """

    wanted: Lines
    missing: Lines
    strange: Lines
    gone: int = 0
    explanations: tuple[Explanation, ...] = ()

    @property
    def done(self) -> bool:
        """Whether everything that is still there runs."""
        return not self.missing and not self.strange


def verify_lines(
    lines: Lines, file: FileCoverage, *, before: str | None = None, now: str | None = None
) -> Verification:
    """Look up lines, numbered as in the text `before`, in a run of the text `now`; a text not known is the same.

    Unless the run shows that it is not: then no line of it is known to be one of those.
    """
    wanted = lines
    if before is not None and now is None and not outlines.build_outline(before).fits(file.statements):
        return Verification(wanted=lines, missing=Lines(), strange=lines)
    if before is not None and now is not None and before != now:
        texts = mapping.map_files([(SourceFile(path="file", text=before), SourceFile(path="file", text=now))], (), ())
        wanted = union(texts.forward("file", lines).values())
    missing = wanted & file.missing
    source = now if now is not None else before
    return Verification(
        wanted=wanted,
        missing=missing,
        strange=wanted - file.statements,
        gone=len(lines) - len(wanted),
        explanations=explain_lines(source, file, missing) if source is not None else (),
    )
