"""`covbot login`: lets covbot use an account of Launchpad."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import session
from covbot.cli.output import printing

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 1
"""The seconds between two checks whether the person decided."""

PATIENCE_SECONDS = 15 * 60
"""The seconds that a person has to decide."""


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
    from covbot.settings import loading

    loaded = loading.load_settings(Path(context.obj["settings"]))
    wanted = names or tuple(loaded.projects)
    if len(wanted) != 1 or wanted[0] not in loaded.projects:
        raise session.make_project_error(loaded.projects)
    written, replaced = wiring.log_in(loaded.projects[wanted[0]], _print_address, make_waiter())
    how = f"wrote {written} in place of the one that was there" if replaced else f"wrote {written}"
    printing.confirm(context, f"{how}; `covbot check` tells whether covbot can work with it")


def _print_address(url: str) -> None:
    printing.print_text(f"Log in to Launchpad as covbot's own account, and decide here:\n\n  {url}\n")
    printing.print_text(f"Waiting for that, {PATIENCE_SECONDS // 60} minutes at most ...")


def make_waiter(patience: float = PATIENCE_SECONDS) -> Callable[[], None]:
    """Return a function that waits a moment; it raises CannotUseTracker once `patience` seconds have passed."""
    deadline = time.monotonic() + patience

    def wait() -> None:
        if time.monotonic() >= deadline:
            raise errors.CannotUseTracker("nobody decided in time, and nothing was written: run `covbot login` again")
        time.sleep(POLL_SECONDS)

    return wait
