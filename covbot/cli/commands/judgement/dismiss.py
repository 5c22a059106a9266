"""`covbot dismiss`: a person sets a build aside."""

from __future__ import annotations

import click

from covbot import errors
from covbot.cli import session
from covbot.cli.output import printing


@click.command(name="dismiss")
@click.argument("build", type=int)
@session.project_option
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept with the build.")
@click.pass_context
def command(context: click.Context, *, build: int, names: tuple[str, ...], why: str) -> None:
    """Set BUILD aside: one that waits, is stuck or suspect is not read any more, and holds nothing.

    \b
    Example:
      covbot dismiss 34 --why "the disk of the CI server was full"
    """
    from covbot.pipeline.builds import dismissal

    with session.open_session(context, names) as opened:
        project = opened.require_one_project()
        try:
            dismissed = dismissal.dismiss_build(project, build, why)
        except errors.LeaseTaken as busy:
            raise errors.CannotUseStore(f"a pass over {project.name} is under way: dismiss when it has ended") from busy
        printing.confirm(
            context, f"{project.name}: build {dismissed.number} is set aside; covbot run goes on without it"
        )
