"""`covbot login`: lets covbot use an account of Launchpad."""

from __future__ import annotations

from pathlib import Path

import click

from covbot.cli import session


@click.command(name="login")
@session.project_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...]) -> None:
    """Let covbot use an account of Launchpad: a person decides there, and a credentials file of mode 0600 is written.

    Use an account made for covbot alone, with no rights on the project.

    \b
    Example:
      covbot login --project nova
    """
    from covbot import wiring
    from covbot.settings import reading

    loaded = reading.load(Path(context.obj["settings"]))
    wanted = names or tuple(loaded.projects)
    if len(wanted) != 1 or wanted[0] not in loaded.projects:
        message = f"which project? --project NAME says it (there are {', '.join(loaded.projects)})"
        raise click.UsageError(message)
    written = wiring.login(loaded.projects[wanted[0]], _show, _wait)
    click.echo(f"wrote {written}; `covbot check` tells whether covbot can work with it")


def _show(url: str) -> None:
    click.echo(f"Log in to Launchpad as covbot's own account, and decide here:\n\n  {url}\n")


def _wait() -> None:
    click.prompt("Then press Enter", default="", show_default=False, prompt_suffix=" ")
