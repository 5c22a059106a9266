"""`covbot run`: one pass for each project."""

from __future__ import annotations

import click

from covbot.cli import session


@click.command(name="run")
@session.project_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Take at most N unseen builds, the oldest.")
@session.format_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], limit: int | None, chosen: str) -> int:
    """Take the builds not seen yet, plan, and in live mode file, edit and close bugs; then exit.

    \b
    Examples:
      covbot run
      covbot run --project nova --limit 2
    """
    from covbot.cli import outcome, progress
    from covbot.pipeline import passes

    with session.opened(context, names) as opened:
        results = []
        for project in opened.projects:
            with progress.bar(project.name, quiet=opened.quiet) as watch:
                results.append(passes.run(project, limit=limit, watch=watch))
    return outcome.tell(results, chosen, done=True)
