"""The errors of commands as one line of standard error and an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.cli.output import printing
from covbot.core import addresses

if TYPE_CHECKING:
    from covbot.errors import CovbotError, Exit


def print_error(error: CovbotError, where: str | None = None) -> Exit:
    """Print an error on one line of standard error, and return its exit code."""
    print_line(f"{where}: {error}" if where else str(error))
    return error.exit


def print_line(text: str) -> None:
    """Print a text on one line of standard error, after the name of the program."""
    printing.print_text(f"covbot: {addresses.hide_accounts(' '.join(text.split()))}", err=True)
