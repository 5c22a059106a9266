"""A progress bar on standard error, on a terminal only."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.pipeline.passes import ReportProgress


@contextlib.contextmanager
def show_bar(name: str, *, quiet: bool) -> Iterator[ReportProgress]:
    """Show the progress of a pass over a project, unless standard error is no terminal or `quiet` is set."""
    from covbot.pipeline import passes

    if quiet or not sys.stderr.isatty():
        yield passes.ignore_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.fields[project]}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[what]}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        shown = progress.add_task("", project=name, what="", total=None)

        def report_progress(done: int, total: int, what: str) -> None:
            progress.update(shown, completed=done, total=total, what=what)

        yield report_progress
