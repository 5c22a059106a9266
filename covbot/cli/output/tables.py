"""The tables of commands, of a few columns: folded on a terminal, one line a row in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.cli.output import printing
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_CELL = 1000
"""The most characters of a cell."""


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, empty_text: str) -> None:
    """Print rows under their headers; without any, `empty_text`.

    On a terminal the last column is folded if it is too long, in a pipe each row is one line.
    """
    import sys

    rows = [[cells.shorten_name(cell, LONGEST_CELL) for cell in row] for row in rows]
    if not rows:
        printing.print_text(empty_text)
    elif sys.stdout.isatty():
        _print_on_terminal(headers, rows)
    else:
        _print_lines([headers, *rows])


def _print_lines(rows: Sequence[Sequence[str]]) -> None:
    """Print each row as one line, in which all columns but the last are as wide as their widest cell."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)][:-1]
    for *row, last in rows:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        printing.print_text("  ".join([*padded, last]).rstrip())


def _print_on_terminal(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header in headers[:-1]:
        table.add_column(header, no_wrap=True, overflow="fold")
    table.add_column(headers[-1], overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout, force_terminal=True, highlight=False).print(table)
