"""`covbot tasks`: open tasks for volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.bugs.bug import Bug
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project

    Row = tuple[Entry, Bug | None, str]

MOST_NAMED = 3
"""Functions of a task that are named."""


@click.command(name="tasks")
@session.project_option
@click.option("--easy", is_flag=True, help="Only those that fit one evening, and whose tests the job runs.")
@click.option("--module", metavar="M", help="Only those of this module, by its dotted name or path.")
@session.format_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], easy: bool, module: str | None, chosen: str) -> None:
    """List the open tasks: first those with a bug to pick, then those that wait, both in the order of the policy.

    \b
    Examples:
      covbot tasks --easy
      covbot tasks --module nova.api.openstack.common
    """
    from covbot.cli.output import json_documents, tables
    from covbot.pipeline import passes

    with session.open_session(context, names, create=False) as opened:
        for project in opened.projects:
            bugs = passes.list_bugs(project)
            rows = [row for row in _open_tasks(project, bugs) if _is_meant(row, project, easy=easy, module=module)]
            if chosen == "json":
                for entry, bug, why in rows:
                    title = bug.title if bug else entry.task.path
                    json_documents.print_document(
                        json_documents.task_document(project.name, entry, bug, title=title, why=why)
                    )
                continue
            tables.print_table(
                ("key", "bug", "lines", "path, and why"),
                (
                    (entry.task.key, _name(bug), str(len(entry.task.lines)), _tell(entry, why))
                    for entry, bug, why in rows
                ),
                nothing=f"{project.name}: no open task",
            )


def _open_tasks(project: Project, bugs: dict[int, Bug]) -> Iterator[Row]:
    """The entries with missing lines, each with its bug and with why it stands as it does."""
    from covbot.core.bugs.statuses import OPEN
    from covbot.core.planning.proposal import CoverageChange
    from covbot.core.tasks import ranking, ranking_reasons

    left = project.store.outbox.skipped(project.name).items()
    telling = {key: one.why for key, one in left if one.why != CoverageChange.SAME.value}
    entries = [entry for entry in project.store.ledgers.load(project.name).entries.values() if entry.task.lines]
    entries.sort(key=lambda entry: (entry.record is None, *ranking.rank_entry(entry, project.policy)))
    for entry in entries:
        bug = bugs.get(entry.record.bug) if entry.record else None
        if entry.record and (bug is None or bug.status not in OPEN):
            continue
        told, why = ranking_reasons.explain_rank(entry, project.policy.order), telling.get(entry.task.key)
        yield entry, bug, f"{told}; {why}" if why else told


def _is_meant(row: Row, project: Project, *, easy: bool, module: str | None) -> bool:
    from covbot.core.advice import skipped

    task, why = row[0].task, row[2]
    if easy and (len(task.lines) > project.policy.max_statements or skipped.HELD in why):
        return False
    return module is None or module in {task.path, task.module}


def _name(bug: Bug | None) -> str:
    return f"{bug.number} {bug.status.value}" if bug else "none"


def _tell(entry: Entry, why: str) -> str:
    from covbot.reports import cells

    named = [cells.shorten_name(region) for region in entry.task.regions if region]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return " ".join([entry.task.path, ", ".join(named[:MOST_NAMED]) + more]).rstrip() + f": {why}"
