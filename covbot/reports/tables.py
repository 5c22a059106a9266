"""Tables for a terminal: figures on the left, a name on the right, a bounded number of rows and a count of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

T = TypeVar("T")

MOST_ROWS = 10
"""The greatest number of rows in a table."""
TEXT_COLUMNS = frozenset({"why", "where"})


def make_table(
    title: str, headers: Sequence[str], items: Sequence[T], format_row: Callable[[T], Sequence[str]], *, rest: str = ""
) -> Iterator[RenderableType]:
    """Yield a titled table of at most `MOST_ROWS` items, or nothing without items.

    Too long cells are folded, never cut. `format_row` returns the cells of an item as plain text: nothing in them is
    markup. `rest` is added to the number of items that are left out.
    """
    if not items:
        return
    yield Text()
    yield Text(title, style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for header in headers:
        table.add_column(
            header, justify="left" if header in TEXT_COLUMNS or header == headers[-1] else "right", overflow="fold"
        )
    for item in items[:MOST_ROWS]:
        table.add_row(*map(Text, format_row(item)))
    yield Padding(table, (0, 0, 0, 2))
    if len(items) > MOST_ROWS:
        more = display.format_count(len(items) - MOST_ROWS, f"more {headers[-1]}")
        yield Text(f"  and {more}{rest}: --format json lists every one")
