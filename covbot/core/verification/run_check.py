"""The check of a volunteer's run against the lines of a bug: which of them still do not run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.advice.explanations import explain_lines
from covbot.core.linemap import mapping
from covbot.core.linemap.file_map import SourceFile
from covbot.core.lines import Lines, union
from covbot.core.source import outlines

if TYPE_CHECKING:
    from covbot.core.advice.explanations import Explanation
    from covbot.core.coverage import FileCoverage


@frozen(kw_only=True)
class Verification:
    """The lines of a bug, numbered as in the volunteer's file: all that are `wanted`, and those that still fail.

    `missing` never ran. `unmeasured` are no statements of the run, which may have measured another text. `gone` is the
    number of lines that are no longer in the file. `explanations` give the reasons why lines are missing, as far as the
    source shows them.
    """

    wanted: Lines
    missing: Lines
    unmeasured: Lines
    gone: int = 0
    explanations: tuple[Explanation, ...] = ()

    @property
    def done(self) -> bool:
        """Whether all lines that still exist run."""
        return not self.missing and not self.unmeasured


def verify_lines(
    lines: Lines, file: FileCoverage, *, before: str | None = None, now: str | None = None
) -> Verification:
    """Return the verification of lines, numbered as in the text `before`, by a run of the text `now`.

    A text that is not known is taken to be the same as the other. If `now` is not known and the run shows that they
    differ, all lines are `unmeasured`.
    """
    wanted = lines
    if before is not None and now is None and not outlines.build_outline(before).fits(file.statements):
        return Verification(wanted=lines, missing=Lines(), unmeasured=lines)
    if before is not None and now is not None and before != now:
        linemap = mapping.map_files([(SourceFile(path="file", text=before), SourceFile(path="file", text=now))], (), ())
        wanted = union(linemap.forward("file", lines).values())
    missing = wanted & file.missing
    source = now if now is not None else before
    return Verification(
        wanted=wanted,
        missing=missing,
        unmeasured=wanted - file.statements,
        gone=len(lines) - len(wanted),
        explanations=explain_lines(source, file, missing) if source is not None else (),
    )
