"""`covbot bugs`: the bugs as the tracker shows them, and the actions of a person on those of the local one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from covbot.cli import session
from covbot.cli.output import printing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.cli.session import Session
    from covbot.core.bugs.bug import Bug
    from covbot.trackers.local.people import Person

person_option = click.option("--as", "name", default="you", show_default=True, metavar="NAME", help="Who does it.")
number_argument = click.argument("number", type=int)


@contextlib.contextmanager
def _open_person(
    context: click.Context, names: tuple[str, ...], name: str = "you", *, use: session.Use = session.Use.WRITING
) -> Iterator[Person]:
    from covbot import wiring

    with session.open_session(context, names, use=use) as opened:
        yield wiring.make_person(opened.settings, opened.store, opened.require_one_project().name, name)


@click.group(name="bugs", invoke_without_command=True)
@session.project_option
@session.format_option
@click.option("--log", "logged", is_flag=True, help="Every write, and every task left alone, with the reason.")
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...], chosen: str, logged: bool) -> None:
    """List the bugs as the tracker shows them; play a person with those of the local tracker: change them, comment.

    \b
    Examples:
      covbot bugs
      covbot bugs --log
      covbot bugs show 3
      covbot bugs set-status 3 "Won't Fix"
      covbot bugs comment 3 "I am on it"
    """
    context.obj = {**context.obj, "names": names}
    if logged:
        _print_log(context, names)
    elif context.invoked_subcommand is None:
        context.invoke(list_bugs, names=names, chosen=chosen)


def _print_log(context: click.Context, names: tuple[str, ...]) -> None:
    from covbot.cli.output import receipts

    with session.open_session(context, names, use=session.Use.READING) as opened:
        for project in opened.projects:
            printing.print_lines(receipts.describe_receipts(project))


@command.command(name="list")
@session.project_option
@session.format_option
@click.pass_context
def list_bugs(context: click.Context, *, names: tuple[str, ...], chosen: str) -> None:
    """List the bugs."""
    from covbot.cli.output import json_documents, tables

    with session.open_session(context, names or context.obj.get("names", ()), use=session.Use.READING) as opened:
        name = opened.require_one_project().name
        listed = _list_all_bugs(opened)
    if chosen == "json":
        for bug in listed:
            json_documents.print_document(json_documents.make_bug_document(name, bug))
    else:
        rows = ((str(bug.number), bug.status.value, bug.assignee or "nobody", bug.title) for bug in listed)
        tables.print_table(("bug", "status", "assigned", "title"), rows, empty_text=f"{name}: no bugs yet")


def _list_all_bugs(opened: Session) -> Sequence[Bug]:
    """Return all bugs of the project, of the local tracker also the private ones."""
    from covbot import wiring
    from covbot.pipeline import passes

    project = opened.require_one_project()
    if opened.settings.projects[project.name].tracker.kind == "local":
        return wiring.make_person(opened.settings, opened.store, project.name, "you").listing()
    return [bug for _, bug in sorted(passes.list_bugs(project).items())]


@command.command(name="show")
@number_argument
@click.pass_context
def show(context: click.Context, *, number: int) -> None:
    """Show one bug whole, with its comments and what happened to it."""
    with _open_person(context, context.obj["names"], use=session.Use.READING) as person:
        story = person.show(number)
    bug = story.bug
    printing.print_text(f"Bug {bug.number}: {bug.title}\n{bug.status.value}, assigned to {bug.assignee or 'nobody'}")
    printing.print_text(f"tags: {' '.join(sorted(bug.tags)) or 'none'}\n\n{bug.description}")
    for comment in story.comments:
        printing.print_text(f"\n--- {comment.author}, {comment.at:%Y-%m-%d %H:%M}\n{comment.text}")
    for change in story.changes:
        if change.what not in {"title", "description"}:
            printing.print_text(
                f"\n* {change.at:%Y-%m-%d %H:%M} {change.who}: {change.what} {change.before} -> {change.after}"
            )


@command.command(name="set-status")
@number_argument
@click.argument("status")
@person_option
@click.pass_context
def set_status(context: click.Context, *, number: int, status: str, name: str) -> None:
    """Set the STATUS of a bug, in Launchpad's spelling."""
    from covbot.core.bugs.statuses import Status

    known = {item.value.lower(): item for item in Status}
    if status.lower() not in known:
        message = f"no status {status!r}: there are {', '.join(item.value for item in Status)}"
        raise click.UsageError(message)
    with _open_person(context, context.obj["names"], name) as person:
        person.set_status(number, known[status.lower()])
    printing.confirm(context, f"bug {number} is {known[status.lower()].value} now")


@command.command(name="comment")
@number_argument
@click.argument("text")
@person_option
@click.pass_context
def comment(context: click.Context, *, number: int, text: str, name: str) -> None:
    """Comment on a bug."""
    with _open_person(context, context.obj["names"], name) as person:
        person.comment(number, text)
    printing.confirm(context, f"commented on bug {number}")


@command.command(name="assign")
@number_argument
@click.argument("assignee", default="")
@person_option
@click.pass_context
def assign(context: click.Context, *, number: int, assignee: str, name: str) -> None:
    """Assign a bug to somebody (without a name: to nobody)."""
    with _open_person(context, context.obj["names"], name) as person:
        person.assign(number, assignee or None)
    printing.confirm(context, f"bug {number} is assigned to {assignee or 'nobody'} now")


@command.command(name="tag")
@number_argument
@click.argument("tag")
@person_option
@click.pass_context
def add_tag(context: click.Context, *, number: int, tag: str, name: str) -> None:
    """Add a TAG to a bug: `covbot-ignore` takes it out of covbot's hands."""
    with _open_person(context, context.obj["names"], name) as person:
        person.tag(number, tag)
    printing.confirm(context, f"bug {number} has the tag {tag} now")


@command.command(name="untag")
@number_argument
@click.argument("tag")
@person_option
@click.pass_context
def remove_tag(context: click.Context, *, number: int, tag: str, name: str) -> None:
    """Remove a TAG from a bug: without the tag `covbot` covbot leaves it alone."""
    with _open_person(context, context.obj["names"], name) as person:
        person.untag(number, tag)
    printing.confirm(context, f"bug {number} has no tag {tag} now")


@command.command(name="mark-duplicate")
@number_argument
@click.argument("of", type=int, required=False)
@person_option
@click.pass_context
def mark_duplicate(context: click.Context, *, number: int, of: int | None, name: str) -> None:
    """Mark a bug as a duplicate of the bug OF (without a number: of none any more)."""
    with _open_person(context, context.obj["names"], name) as person:
        person.mark_duplicate(number, of)
    printing.confirm(context, f"bug {number} is a duplicate of {f'bug {of}' if of else 'no bug'} now")


@command.command(name="remove")
@number_argument
@person_option
@click.pass_context
def remove(context: click.Context, *, number: int, name: str) -> None:
    """Remove the project from a bug: it is not about the project, and covbot leaves it alone."""
    with _open_person(context, context.obj["names"], name) as person:
        person.remove_task(number)
    printing.confirm(context, f"bug {number} is not about the project any more")


@command.command(name="make-private")
@number_argument
@person_option
@click.pass_context
def make_private(context: click.Context, *, number: int, name: str) -> None:
    """Hide a bug from everybody but people: covbot cannot read it any more."""
    with _open_person(context, context.obj["names"], name) as person:
        person.make_private(number)
    printing.confirm(context, f"bug {number} is private now")


@command.command(name="edit")
@number_argument
@click.option("--title", metavar="TEXT", help="The new title.")
@click.option("--description", metavar="TEXT", help="The new description.")
@person_option
@click.pass_context
def edit(context: click.Context, *, number: int, title: str | None, description: str | None, name: str) -> None:
    """Replace the title or the description of a bug."""
    if title is None and description is None:
        message = "nothing to edit: --title TEXT or --description TEXT"
        raise click.UsageError(message)
    with _open_person(context, context.obj["names"], name) as person:
        person.edit(number, title=title, description=description)
    printing.confirm(context, f"edited bug {number}")
