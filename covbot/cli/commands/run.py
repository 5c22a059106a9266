"""`covbot run`: one pass for each project."""

from __future__ import annotations

import click

from covbot.cli import session


@click.command(name="run")
@session.project_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Take at most N unseen builds, the oldest.")
@click.option(
    "--backfill",
    type=click.IntRange(min=1),
    metavar="N",
    help="Look among the newest N builds, beyond those that the source usually lists; best with the first run.",
)
@session.format_option
@click.pass_context
def command(
    context: click.Context, *, names: tuple[str, ...], limit: int | None, backfill: int | None, chosen: str
) -> int:
    """Take the builds not seen yet, plan, and in live mode file, edit and close bugs; then exit.

    \b
    Examples:
      covbot run
      covbot run --project nova --limit 2
      covbot run --project nova --backfill 300
    """
    from covbot.cli import each_project
    from covbot.cli.output import pass_results
    from covbot.pipeline import passes
    from covbot.pipeline.builds import ingestion

    wanted = ingestion.BuildRange(limit=limit, backfill=backfill)
    with session.open_session(context, names) as opened:
        results, code = each_project.run_each(
            opened, lambda project, report_progress: passes.run(project, builds=wanted, progress=report_progress)
        )
    return max(code, pass_results.print_results(results, chosen, done=True))
