"""`covbot plan`: what a run would do."""

from __future__ import annotations

import click

from covbot.cli import session


@click.command(name="plan")
@session.project_option
@click.option(
    "--show", "key", metavar="KEY", help="The whole text of one task: as it would be filed, edited or closed."
)
@session.format_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], key: str | None, chosen: str) -> int:
    """Show what a run would do, with the very words, and why not more. Nothing is written anywhere.

    \b
    Examples:
      covbot plan
      covbot plan --project nova --show 3f9a1c20
    """
    from covbot.cli import each_project
    from covbot.cli.output import pass_results
    from covbot.pipeline import passes

    with session.open_session(context, names, use=session.Use.PLANNING) as opened:
        shown = [key] if key else []
        results, code = each_project.run_each(
            opened, lambda project, report_progress: passes.dry_run(project, progress=report_progress, shown=shown)
        )
    if key:
        return max(code, pass_results.print_texts(results, key))
    return max(code, pass_results.print_results(results, chosen, done=False, quiet=context.obj["quiet"]))
