"""`covbot accept`: a person trusts a suspect build, or a kind of doubts for all builds, or goes on without bugs."""

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
    from covbot.pipeline.project import Project


SETTINGS = "settings"
"""The kind of what settings changed, which is no doubt about builds."""


@click.command(name="accept")
@click.argument("numbers", type=int, nargs=-1, metavar="[BUILD]")
@click.option(
    "--kind",
    type=click.Choice([*(kind.value for kind in DoubtKind), SETTINGS]),
    help="A kind of doubts instead of one build: they hold no build of the project from now on. Or `settings`.",
)
@click.option(
    "--without", multiple=True, type=int, metavar="BUG...", help="Bugs that covbot cannot read, to be given up."
)
@session.project_option
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept with it.")
@click.pass_context
def command(  # noqa: PLR0913 -- each option is a parameter
    context: click.Context,
    *,
    numbers: tuple[int, ...],
    kind: str | None,
    without: tuple[int, ...],
    names: tuple[str, ...],
    why: str,
) -> None:
    """Trust BUILD after all; if it is the newest, the next run goes on from it, and with a plan that was refused.

    With --kind trust every build that only doubts of this kind are against, also those since the newest trusted one.
    The kinds are sums (the sums in the header of a report are not those of its lines) and clock (a report was written
    before its build began, by its own clock). With --kind settings go on with a job, a repository or a project of
    another name, though nothing proves that it is the one of before. With --without go on without bugs that covbot
    cannot read, as private ones: nothing is filed for the statements that they are known to list.

    \b
    Examples:
      covbot accept 34 --why "the functional job was dropped on purpose"
      covbot accept --kind sums --why "the tool that writes our reports counts otherwise"
      covbot accept --kind settings --why "the job moved to another server"
      covbot accept --without 12 15 --why "made private by the security team"
    """
    if not without and (len(numbers) > 1 or bool(numbers) == (kind is not None)):
        raise click.UsageError("either the number of one BUILD, or --kind, or --without and the numbers of bugs")
    if without and kind is not None:
        raise click.UsageError("either --kind or --without")
    with session.open_session(context, names) as opened:
        project = opened.require_one_project()
        try:
            lines = _accept(project, numbers, kind, without, why)
        except errors.LeaseTaken as busy:
            raise errors.CannotUseStore(f"a pass over {project.name} is under way: accept when it has ended") from busy
        for line in lines:
            printing.confirm(context, f"{project.name}: {line}")


def _accept(
    project: Project, numbers: tuple[int, ...], kind: str | None, without: tuple[int, ...], why: str
) -> Sequence[str]:
    """Record what a person accepts, and return the sentences that confirm it."""
    from covbot.pipeline import hidden_bugs
    from covbot.pipeline.builds import acceptance, ingestion
    from covbot.pipeline.identity import acceptance as identity_acceptance

    if without:
        hidden_bugs.give_up(project, {*without, *numbers}, why)
        named = ", ".join(f"bug {number}" for number in sorted({*without, *numbers}))
        return [f"given up: {named}; covbot run goes on without"]
    if kind == SETTINGS:
        notes = identity_acceptance.accept_settings(project, why)
        return notes or ["the settings changed nothing that has to be accepted"]
    if kind is not None:
        return _describe_kind(DoubtKind(kind), acceptance.accept_kind(project, DoubtKind(kind), why))
    accepted = ingestion.accept_build(project, numbers[0], why)
    return [f"build {accepted.number} is trusted now; covbot run goes on from it"]


def _describe_kind(kind: DoubtKind, builds: Sequence[Build]) -> list[str]:
    numbers = ", ".join(str(build.number) for build in builds)
    trusted = f"build {numbers} is" if len(builds) == 1 else f"builds {numbers} are"
    return [
        f"accepted for every build: {DOUBTS[kind]}",
        f"{trusted if builds else 'no build so far is'} trusted by that; covbot run goes on from there",
    ]
