"""`covbot builds`: the builds that were seen, how each was judged, and where those are that were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.pipeline.queries import SeenBuild


@click.command(name="builds")
@session.project_option
@session.format_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], chosen: str) -> None:
    """List the builds that were seen, the newest first: how each was judged, or why it is not, and what can be done.

    \b
    Example:
      covbot builds --project nova
    """
    from covbot.cli.output import json_documents
    from covbot.pipeline import queries

    with session.open_session(context, names, use=session.Use.READING) as opened:
        for project in opened.projects:
            seen = queries.list_seen_builds(project)
            if chosen == "json":
                for each in seen:
                    json_documents.print_document(json_documents.make_build_document(project.name, each))
            else:
                _print_builds(project.name, seen)


def _print_builds(project: str, seen: Sequence[SeenBuild]) -> None:
    from covbot.cli.output import tables

    jobs = {each.build.job for each in seen}
    tables.print_table(
        ("build", "started", "verdict", "missing", "revision and reasons"),
        (
            (
                str(each.build.number),
                f"{each.build.started_at:%Y-%m-%d %H:%M}",
                each.word,
                _describe_numbers(each),
                _describe_build(each, named=len(jobs) > 1),
            )
            for each in seen
        ),
        empty_text=f"{project}: no build was seen yet (covbot run takes those on offer)",
    )


def _describe_numbers(seen: SeenBuild) -> str:
    if seen.snapshot is None:
        return ""
    numbers = seen.snapshot.measurement.numbers
    return f"{numbers.missing:,} of {numbers.statements:,}"


def _describe_build(seen: SeenBuild, *, named: bool) -> str:
    from covbot.core import display

    words = [f"job {seen.build.job}"] if named else []
    words += [display.shorten_revision(seen.build.revision), *map(display.shorten, (*seen.reasons, *seen.notes))]
    return "; ".join([*words, *([seen.next_step] if seen.next_step else [])])
