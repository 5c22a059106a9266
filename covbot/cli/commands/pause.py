"""`covbot pause`: the stop switch."""

from __future__ import annotations

import click

from covbot.cli import session
from covbot.cli.output import printing


@click.command(name="pause")
@click.option("--why", required=True, metavar="TEXT", help="The reason, shown wherever covbot then refuses to write.")
@click.pass_context
def command(context: click.Context, *, why: str) -> None:
    """Stop all writes to all trackers, at once and until `covbot resume`.

    \b
    Example:
      covbot pause --why "release week"
    """
    from covbot import wiring

    with session.open_stop_switch(context) as switch:
        switch.pause(why, at=wiring.read_clock())
    printing.confirm(context, "paused: no tracker is written to until covbot resume")
