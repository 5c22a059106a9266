"""`covbot resume`: the end of a pause."""

from __future__ import annotations

import click

from covbot.cli import session
from covbot.cli.output import printing


@click.command(name="resume")
@click.pass_context
def command(context: click.Context) -> None:
    """End the pause: the next run writes again.

    \b
    Example:
      covbot resume
    """
    with session.open_stop_switch(context) as switch:
        switch.resume()
    printing.confirm(context, "resumed: the next run writes to trackers again")
