"""`covbot accept`: a person trusts a suspect build."""

from __future__ import annotations

import click

from covbot import errors
from covbot.cli import session


@click.command(name="accept")
@click.argument("build", type=int)
@session.project_option
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept with the build.")
@click.pass_context
def command(context: click.Context, *, build: int, names: tuple[str, ...], why: str) -> None:
    """Trust BUILD after all; if it is the newest, the next run goes on from it, and with a plan that was refused.

    \b
    Example:
      covbot accept 34 --why "the functional job was dropped on purpose"
    """
    from covbot.pipeline.builds import ingestion

    with session.open_session(context, names) as opened:
        project = opened.require_one_project()
        try:
            accepted = ingestion.accept_build(project, build, why)
        except errors.LeaseTaken as busy:
            raise errors.CannotUseStore(f"a pass over {project.name} is under way: accept when it has ended") from busy
        click.echo(f"{project.name}: build {accepted.number} is trusted now; covbot run goes on from it")
