"""Tables of a few columns that fit 80 columns and survive a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = 80


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, nothing: str) -> None:
    """Print rows under their heads, the last column folded where it is too long; without any, say `nothing`."""
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    if not rows:
        click.echo(nothing)
        return
    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, force_terminal=terminal, width=None if terminal else COLUMNS, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads[:-1]:
        table.add_column(head, no_wrap=True, overflow="fold")
    table.add_column(heads[-1], overflow="fold")
    for row in rows:
        table.add_row(*(Text(cells.shorten_name(cell)) for cell in row))
    console.print(table)
