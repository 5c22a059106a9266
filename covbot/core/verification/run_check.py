"""The check of a volunteer's run against the lines of a bug: which of them still do not run, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.advice.explanations import explain_lines
from covbot.core.linemap import mapping
from covbot.core.linemap.file_versions import SourceFile
from covbot.core.lines import Lines, union
from covbot.core.source import multiline, outlines, regions

if TYPE_CHECKING:
    from covbot.core.advice.explanations import Explanation
    from covbot.core.coverage import FileCoverage
    from covbot.core.linemap.linemap import LineMap
    from covbot.core.source.outlines import Outline
    from covbot.core.source.regions import Region


_PATH = "file"
"""The path of both versions of the file in the line map."""


@frozen(kw_only=True)
class Verification:
    """The lines of a bug, numbered as in the volunteer's file: all that are `wanted`, and those that still fail.

    `missing` never ran. `unmeasured` are no statements of the run, which may have measured another text. `gone` is the
    number of lines that are no longer in the file. `rewritten` are the statements that are new where those were and
    that do not run either. `explanations` give the reasons why lines are missing, as far as the source shows them.
    """

    wanted: Lines
    missing: Lines
    unmeasured: Lines
    gone: int = 0
    rewritten: Lines = Lines()
    explanations: tuple[Explanation, ...] = ()
    explanations_of_rewritten: tuple[Explanation, ...] = ()

    @property
    def done(self) -> bool:
        """Whether all lines that still exist run, and so does what replaced the others."""
        return not self.missing and not self.unmeasured and not self.rewritten


def verify_lines(
    lines: Lines, file: FileCoverage, *, before: str | None = None, now: str | None = None
) -> Verification:
    """Return the verification of lines, numbered as in the text `before`, by a run of the text `now`.

    A text that is not known is taken to be the same as the other. If `now` is not known and the run shows that they
    differ, all lines are `unmeasured`.
    """
    wanted, gone, rewritten = lines, Lines(), Lines()
    if before is not None and now is None and not outlines.build_outline(before).fits(file.statements):
        return Verification(wanted=lines, missing=Lines(), unmeasured=lines)
    if before is not None and now is not None and before != now:
        linemap = mapping.map_files([(SourceFile(path=_PATH, text=before), SourceFile(path=_PATH, text=now))], (), ())
        followed = union(linemap.forward(_PATH, lines).values())
        gone = lines - union(linemap.backward(_PATH, followed).values())
        first_lines = multiline.map_first_lines(now)
        wanted = Lines.of(line if line in file.statements else first_lines.get(line, line) for line in followed)
        rewritten = _find_rewritten(gone, linemap, file, before=before, now=now) if gone else rewritten
    missing = wanted & file.missing
    source = now if now is not None else before
    return Verification(
        wanted=wanted,
        missing=missing,
        unmeasured=wanted - file.statements,
        gone=len(gone),
        rewritten=rewritten,
        explanations=explain_lines(source, file, missing) if source is not None else (),
        explanations_of_rewritten=explain_lines(source, file, rewritten) if source is not None and rewritten else (),
    )


def _find_rewritten(gone: Lines, linemap: LineMap, file: FileCoverage, *, before: str, now: str) -> Lines:
    """Return the new statements that do not run in the regions of lines that are gone, or in regions that are new.

    New statements that are none of the run, since they are excluded from it, count if all of them are excluded.
    """
    old, new = regions.find_regions(before), regions.find_regions(now)
    names = {region.name: _name_after(region, linemap) for region in old}
    places = {names[region.name] for region in old if region.lines & gone}
    places.update(region.name for region in new if region.name not in names.values())
    kept = union(linemap.forward(_PATH, union(region.lines for region in old)).values())
    fresh = union(region.lines for region in new if region.name in places) - kept
    if fresh & file.statements:
        return fresh & file.missing
    return Lines.of(line for line in fresh if _is_statement(outlines.build_outline(now), line))


def _name_after(region: Region, linemap: LineMap) -> str:
    after = linemap.region_after(_PATH, region.name) if region.name else None
    return after[1] if after else region.name


def _is_statement(outline: Outline, line: int) -> bool:
    statement = outline.by_line.get(line)
    return statement is not None and not outlines.is_inert(statement.node)
