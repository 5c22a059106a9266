"""`covbot tasks`: open tasks for volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from covbot.cli import session
from covbot.core import display

if TYPE_CHECKING:
    from covbot.core.bugs.bug import Bug
    from covbot.pipeline.queries import OpenTask

MOST_TASKS = 20
"""The most tasks of a project that are listed for people."""

MOST_FUNCTIONS = 3
"""The most functions of a task that are named."""


@click.command(name="tasks")
@session.project_option
@click.option("--easy", is_flag=True, help="Only those that fit one evening, and whose tests the job runs.")
@click.option("--module", metavar="M", help="Only those of this module, by its dotted name or path.")
@click.option("--all", "everything", is_flag=True, help=f"All of them, not the first {MOST_TASKS} alone.")
@session.format_option
@click.pass_context
def command(  # noqa: PLR0913 -- each option is a parameter
    context: click.Context, *, names: tuple[str, ...], easy: bool, module: str | None, everything: bool, chosen: str
) -> None:
    """List the open tasks: first those with a bug to pick, then those that wait, both in the order of the policy.

    For people the first 20, for programs all.

    \b
    Examples:
      covbot tasks --easy
      covbot tasks --module nova.api.openstack.common
    """
    from covbot.cli.output import json_documents, printing, tables
    from covbot.pipeline import passes, queries

    with session.open_session(context, names, use=session.Use.READING) as opened:
        for project in opened.projects:
            found = queries.list_open_tasks(project, passes.list_bugs(project), easy=easy, module=module)
            if chosen == "json":
                for one in found:
                    title = one.bug.title if one.bug else one.entry.task.path
                    json_documents.print_document(
                        json_documents.make_task_document(project.name, one.entry, one.bug, title=title, why=one.why)
                    )
                continue
            tables.print_table(
                ("key", "bug", "lines", "path, and why"),
                (
                    (one.entry.task.key, _name_bug(one.bug), str(len(one.entry.task.lines)), _describe_task(one))
                    for one in (found if everything else found[:MOST_TASKS])
                ),
                empty_text=f"{project.name}: no open task",
            )
            if len(found) > MOST_TASKS and not everything:
                rest = display.format_count(len(found) - MOST_TASKS, "more task")
                printing.print_text(f"and {rest} (all: --all; those of one module: --module M)")


def _name_bug(bug: Bug | None) -> str:
    return f"{bug.number} {bug.status.value}" if bug else "none"


def _describe_task(one: OpenTask) -> str:
    from covbot.reports import cells

    task = one.entry.task
    named = [cells.shorten_name(region) for region in task.regions if region]
    more = f" and {len(named) - MOST_FUNCTIONS} more" if len(named) > MOST_FUNCTIONS else ""
    return " ".join([task.path, ", ".join(named[:MOST_FUNCTIONS]) + more]).rstrip() + f": {one.why}"
