"""`covbot builds`: the builds that were ingested, and their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import StoredSnapshot


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

    with session.open_session(context, names, use=session.Use.READING) as opened:
        for project in opened.projects:
            snapshots = opened.store.snapshots.list_all(project.name)
            snapshots.sort(key=lambda snapshot: (snapshot.build.number, snapshot.build.started_at), reverse=True)
            if chosen == "json":
                for snapshot in snapshots:
                    json_documents.print_document(json_documents.make_build_document(project.name, snapshot))
            else:
                _print_builds(project.name, snapshots)


def _print_builds(project: str, snapshots: Sequence[StoredSnapshot]) -> None:
    from covbot.cli.output import tables

    tables.print_table(
        ("build", "started", "verdict", "missing", "revision and reasons"),
        ((str(each.build.number), f"{each.build.started_at:%Y-%m-%d}", *_describe_verdict(each)) for each in snapshots),
        empty_text=f"{project}: no build was seen yet (covbot run takes those on offer)",
    )


def _describe_verdict(snapshot: StoredSnapshot) -> tuple[str, str, str]:
    numbers = snapshot.measurement.numbers
    words = [snapshot.build.revision or "revision unknown", *snapshot.verdict.reasons]
    words += (note for note in snapshot.measurement.notes if note not in words)
    if snapshot.accepted is not None:
        words.append(f"accepted: {snapshot.accepted}")
    return snapshot.verdict.word, f"{numbers.missing:,} of {numbers.statements:,}", "; ".join(words)
