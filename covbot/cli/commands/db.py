"""`covbot db`: the store's schema."""

from __future__ import annotations

from pathlib import Path

import click

from covbot.cli.output import printing


@click.group(name="db")
def command() -> None:
    """Look after the store's schema."""


@command.command(name="upgrade")
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the schema of the store to this version's; nothing happens if it is there already.

    \b
    Example:
      covbot db upgrade
    """
    from covbot import wiring
    from covbot.settings import loading

    printing.confirm(context, wiring.upgrade_store(loading.load_settings(Path(context.obj["settings"]))))
