"""`covbot serve`: the daemon."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from covbot import daemon
    from covbot.pipeline.project import Project


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The port; 0 takes any.")
@session.project_option
@click.pass_context
def command(context: click.Context, *, host: str, port: int, names: tuple[str, ...]) -> int:
    """Run the passes on their schedule until SIGTERM; /healthz shows how it goes.

    \b
    Example:
      covbot serve --host 0.0.0.0 --port 8080
    """
    from covbot import daemon, logs

    logs.configure(verbose=context.obj["verbose"] > 0, quiet=context.obj["quiet"])
    stop = threading.Event()
    with session.open_session(context, names) as opened:
        jobs = [
            _make_job(project, opened.settings.projects[project.name].schedule.when, stop)
            for project in opened.projects
        ]
        return daemon.serve(jobs, host=host, port=port, stop=stop)


def _make_job(project: Project, when: daemon.When, stop: threading.Event) -> daemon.Job:
    """Return the job of a project, whose passes log their results.

    A pass raises CannotReachRepository if the source of the newest build has not been known since an earlier one.
    """
    from covbot import daemon, errors
    from covbot.pipeline import condition, passes

    def run() -> str | None:
        result = passes.run(project, stop=stop.is_set)
        if result.unread:
            raise errors.CannotReachRepository(result.unread)
        return result.outage

    return daemon.Job(name=project.name, when=when, run=run, inspect=lambda: condition.inspect_project(project))
