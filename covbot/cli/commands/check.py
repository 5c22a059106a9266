"""`covbot check`: whether everything that covbot needs is there and works."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot.cli import session
from covbot.errors import CannotWork, CovbotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from covbot.settings.values import Settings

    Check = Callable[[], Sequence[str]]

LONGEST_LINE = 2000
"""The most characters of a line."""


@click.command(name="check")
@session.project_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...]) -> None:
    """Look whether settings, templates, store, sources, repositories and trackers work; file and edit nothing.

    One line each: what is there, or what fails and who can fix it. The exit code is 1 if anything fails.

    \b
    Example:
      covbot check --project nova
    """
    from covbot.settings import loading

    path = Path(context.obj["settings"])
    loaded = loading.load_settings(path)
    failed = [what for what, check in _list_checks(path, loaded, names) if not _run_check(what, check)]
    if failed:
        message = f"{', '.join(failed)}: cannot work as it is (the lines that begin with fails say why)"
        raise CannotWork(message)


def _list_checks(path: Path, loaded: Settings, names: Sequence[str]) -> Iterator[tuple[str, Check]]:
    """Yield the name of each thing to check, with the function that checks it."""
    from covbot import wiring

    projects = wiring.choose_projects(loaded, names)
    yield "settings", lambda: [f"{path} has no fault"]
    yield "templates", lambda: wiring.check_templates(loaded)
    with contextlib.ExitStack() as closing:
        store = None
        try:
            store = wiring.open_store(loaded, create=False)
            closing.callback(store.close)
        except CovbotError as error:
            yield "store", partial(_raise_error, error)
        else:
            yield "store", lambda: [loaded.store]
        for project in projects:
            yield f"source of {project.name}", partial(wiring.check_source, project)
            if project.repository.url:
                yield f"repository of {project.name}", partial(wiring.check_repository, project, loaded.cache)
            if store is not None:
                yield f"tracker of {project.name}", partial(wiring.check_tracker, project, store, loaded.cache)
                yield f"names of {project.name}", partial(wiring.check_identity, loaded, project, store)


def _raise_error(error: CovbotError) -> Sequence[str]:
    raise error


def _run_check(what: str, check: Check) -> bool:
    """Run one check and print its result; return whether it passed."""
    from covbot.reports import cells

    try:
        sentences = check()
    except CovbotError as error:
        click.echo(f"fails  {what}: {cells.shorten_name(str(error), LONGEST_LINE)}")
        return False
    click.echo(f"works  {what}: {cells.shorten_name('; '.join(sentences), LONGEST_LINE)}")
    return True
