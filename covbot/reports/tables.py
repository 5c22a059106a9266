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

MOST = 10
"""Rows that a table shows."""
WORDS = frozenset({"why", "where"})


def lay_out(
    title: str, heads: Sequence[str], items: Sequence[T], spell: Callable[[T], Sequence[str]], *, rest: str = ""
) -> Iterator[RenderableType]:
    """A titled table of at most `MOST` items, too long cells folded and never cut; nothing at all without any.

    `spell` gives the cells of an item, plain text: nothing in them is markup. `rest` is said of the items left out,
    after their number.
    """
    if not items:
        return
    yield Text()
    yield Text(title, style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(head, justify="left" if head in WORDS or head == heads[-1] else "right", overflow="fold")
    for item in items[:MOST]:
        table.add_row(*map(Text, spell(item)))
    yield Padding(table, (0, 0, 0, 2))
    if len(items) > MOST:
        more = display.format_count(len(items) - MOST, f"more {heads[-1]}")
        yield Text(f"  and {more}{rest}: --format json lists every one")
