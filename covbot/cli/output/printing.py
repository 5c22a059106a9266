"""Prints texts, with everything escaped in them that is no plain character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterable


def print_text(text: str, *, err: bool = False) -> None:
    """Print a text of one or more lines on standard output, or on standard error."""
    rows = re.split(r"\r\n|\r|\n", text)
    click.echo("\n".join(display.escape(row.expandtabs()) for row in rows), err=err)


def print_lines(texts: Iterable[str]) -> None:
    """Print texts one after the other."""
    for text in texts:
        print_text(text)


def confirm(context: click.Context, text: str) -> None:
    """Print what was done, unless `--quiet` is set."""
    if not context.obj["quiet"]:
        print_text(text)
