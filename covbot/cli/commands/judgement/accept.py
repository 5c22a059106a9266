"""`covbot accept`: a person trusts a suspect build, or a kind of doubts for all builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import session
from covbot.cli.output import printing
from covbot.core.builds.build import DOUBTS, DoubtKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import Build


SETTINGS = "settings"
"""The kind of what settings changed, which is no doubt about builds."""


@click.command(name="accept")
@click.argument("build", type=int, required=False)
@click.option(
    "--kind",
    type=click.Choice([*(kind.value for kind in DoubtKind), SETTINGS]),
    help="A kind of doubts instead of one build: they hold no build of the project from now on. Or `settings`.",
)
@session.project_option
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept with it.")
@click.pass_context
def command(context: click.Context, *, build: int | None, kind: str | None, names: tuple[str, ...], why: str) -> None:
    """Trust BUILD after all; if it is the newest, the next run goes on from it, and with a plan that was refused.

    With --kind trust every build that only doubts of this kind are against, also those since the newest trusted one.
    The kinds are sums (the sums in the header of a report are not those of its lines) and clock (a report was written
    before its build began, by its own clock). With --kind settings go on with a job, a repository or a project of
    another name, though nothing proves that it is the one of before.

    \b
    Examples:
      covbot accept 34 --why "the functional job was dropped on purpose"
      covbot accept --kind sums --why "the tool that writes our reports counts otherwise"
      covbot accept --kind settings --why "the job moved to another server"
    """
    from covbot.pipeline.builds import acceptance, ingestion
    from covbot.pipeline.identity import acceptance as identity_acceptance

    if (build is None) == (kind is None):
        raise click.UsageError("either the number of a BUILD, or --kind")
    with session.open_session(context, names) as opened:
        project = opened.require_one_project()
        try:
            if kind == SETTINGS:
                _print_settings(context, project.name, identity_acceptance.accept_settings(project, why))
                return
            if kind is not None:
                _print_kind(context, project.name, kind, acceptance.accept_kind(project, DoubtKind(kind), why))
                return
            accepted = ingestion.accept_build(project, build or 0, why)
        except errors.LeaseTaken as busy:
            raise errors.CannotUseStore(f"a pass over {project.name} is under way: accept when it has ended") from busy
        printing.confirm(context, f"{project.name}: build {accepted.number} is trusted now; covbot run goes on from it")


def _print_kind(context: click.Context, project: str, kind: str, builds: Sequence[Build]) -> None:
    numbers = ", ".join(str(build.number) for build in builds)
    trusted = f"build {numbers} is" if len(builds) == 1 else f"builds {numbers} are"
    printing.confirm(context, f"{project}: accepted for every build: {DOUBTS[DoubtKind(kind)]}")
    printing.confirm(
        context,
        f"{project}: {trusted if builds else 'no build so far is'} trusted by that; covbot run goes on from there",
    )


def _print_settings(context: click.Context, project: str, notes: Sequence[str]) -> None:
    for note in notes or ("the settings changed nothing that has to be accepted",):
        printing.confirm(context, f"{project}: {note}")
