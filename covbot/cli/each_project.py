"""A pass for each project, one after the other: a project that fails is said, and does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.errors import CovbotError, Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.cli.session import Session
    from covbot.pipeline.passes import ReportProgress, Result
    from covbot.pipeline.project import Project


def run_each(opened: Session, act: Callable[[Project, ReportProgress], Result]) -> tuple[list[Result], Exit]:
    """What the passes came to, and the exit code of the worst of those that failed."""
    from covbot.cli import error_lines, progress

    results, codes = [], [Exit.DONE]
    for project in opened.projects:
        try:
            with progress.bar(project.name, quiet=opened.quiet) as watch:
                results.append(act(project, watch))
        except CovbotError as error:
            codes.append(error_lines.print_error(error, project.name if len(opened.projects) > 1 else None))
    return results, max(codes)
