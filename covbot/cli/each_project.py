"""The passes over several projects, one after the other: a failed one is reported, and does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.errors import CovbotError, Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.cli.session import Session
    from covbot.pipeline.passes import ReportProgress, Result
    from covbot.pipeline.project import Project


def run_each(
    opened: Session,
    run_pass: Callable[[Project, ReportProgress], Result],
    stop: Callable[[], bool] = lambda: False,
) -> tuple[list[Result], Exit]:
    """Return the results of the passes, and the worst exit code of those that failed; `stop` ends them early."""
    from covbot.cli import error_lines, progress

    results, codes = [], [Exit.DONE]
    for project in opened.projects:
        if stop():
            break
        try:
            with progress.show_bar(project.name, quiet=opened.quiet) as report_progress:
                results.append(run_pass(project, report_progress))
        except CovbotError as error:
            codes.append(error_lines.print_error(error, project.name if len(opened.projects) > 1 else None))
    return results, max(codes)
