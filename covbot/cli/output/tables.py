"""The tables of commands, of a few columns, which fit 80 characters and are the same in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.cli.output import printing
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH_IN_PIPES = 80

LONGEST_CELL = 1000
"""The most characters of a cell."""


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, empty_text: str) -> None:
    """Print rows under their headers, with the last column folded if it is too long; without any, `empty_text`."""
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    if not rows:
        printing.print_text(empty_text)
        return
    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout, force_terminal=terminal, width=None if terminal else WIDTH_IN_PIPES, highlight=False
    )
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header in headers[:-1]:
        table.add_column(header, no_wrap=True, overflow="fold")
    table.add_column(headers[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(cells.shorten_name(cell, LONGEST_CELL)) for cell in row))
    console.print(table)
