"""`covbot builds`: what was seen, and how it was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.store.snapshots import Row


@click.command(name="builds")
@session.project_option
@session.format_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], chosen: str) -> None:
    """List the builds that were seen, the newest first, and how each was judged.

    \b
    Example:
      covbot builds --project nova
    """
    from covbot.cli.output import json_documents

    with session.open_session(context, names, create=False) as opened:
        for project in opened.projects:
            rows = opened.store.snapshots.rows(project.name)
            rows.sort(key=lambda row: (row.build.number, row.build.started_at), reverse=True)
            if chosen == "json":
                for row in rows:
                    json_documents.print_document(json_documents.build_document(project.name, row))
            else:
                _show(project.name, rows)


def _show(project: str, rows: Sequence[Row]) -> None:
    from covbot.cli.output import tables

    tables.print_table(
        ("build", "started", "verdict", "missing", "revision and reasons"),
        ((str(row.build.number), f"{row.build.started_at:%Y-%m-%d}", *_judged(row)) for row in rows),
        nothing=f"{project}: no build was seen yet (covbot run takes those on offer)",
    )


def _judged(row: Row) -> tuple[str, str, str]:
    numbers = row.numbers
    words = [row.build.revision or "revision unknown", *row.verdict.reasons]
    if row.accepted is not None:
        words.append(f"accepted: {row.accepted}")
    return row.verdict.word, f"{numbers.missing:,} of {numbers.statements:,}", "; ".join(words)
