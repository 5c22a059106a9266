"""`covbot serve`: the daemon."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import click

from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.pipeline.project import Project


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The port; 0 takes any.")
@session.project_option
@click.pass_context
def command(context: click.Context, *, host: str, port: int, names: tuple[str, ...]) -> int:
    """Run the passes on their schedule until SIGTERM; /healthz tells how it goes.

    \b
    Example:
      covbot serve --host 0.0.0.0 --port 8080
    """
    from covbot import daemon, logs

    logs.configure()
    stop = threading.Event()
    with session.open_session(context, names) as opened:
        jobs = [
            daemon.Job(
                name=project.name,
                when=opened.settings.projects[project.name].schedule.when,
                run=_runner(project, stop),
            )
            for project in opened.projects
        ]
        return daemon.serve(jobs, host=host, port=port, stop=stop)


def _runner(project: Project, stop: threading.Event) -> Callable[[], None]:
    """What runs one pass and logs what came of it."""
    from covbot import logs
    from covbot.pipeline import passes

    def run() -> None:
        result = passes.run(project, stop=stop.is_set)
        for taken in result.builds:
            logs.info(
                "build.taken",
                project=project.name,
                build=taken.build.number,
                verdict=taken.verdict.word,
                reasons=list(taken.verdict.reasons),
            )
            for note in taken.notes:
                logs.warning("build.noted", project=project.name, build=taken.build.number, what=note)
        for waiting in result.waiting:
            logs.warning("build.waiting", project=project.name, build=waiting.build.number, why=waiting.why)
        if result.away:
            logs.warning("source.away", project=project.name, why=result.away)
        for receipt in result.receipts:
            logs.info(
                "action.receipted",
                project=project.name,
                action=type(receipt.action).__name__,
                bug=receipt.bug,
                outcome=receipt.outcome.value,
                why=receipt.action.why,
            )
        if result.plan.refused:
            logs.warning("plan.refused", project=project.name, why=result.plan.refused)
        logs.info("pass.done", project=project.name, builds=len(result.builds), writes=len(result.receipts))

    return run
