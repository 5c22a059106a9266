"""`covbot check`: whether what covbot needs is there and works."""

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

    Look = Callable[[], Sequence[str]]

ROOM = 2000
"""Characters of a line at most."""


@click.command(name="check")
@session.project_option
@click.pass_context
def command(context: click.Context, *, names: tuple[str, ...]) -> None:
    """Look whether the settings, the templates, the store, the sources and the trackers work; write nothing.

    One line each: what is there, or what fails and who can mend it. The exit code is 1 if anything fails.

    \b
    Example:
      covbot check --project nova
    """
    from covbot.settings import loading

    path = Path(context.obj["settings"])
    loaded = loading.load_settings(path)
    failed = [what for what, look in _list_looks(path, loaded, names) if not _tell(what, look)]
    if failed:
        message = f"{', '.join(failed)}: cannot work as it is (the lines that begin with fails say why)"
        raise CannotWork(message)


def _list_looks(path: Path, loaded: Settings, names: Sequence[str]) -> Iterator[tuple[str, Look]]:
    """What there is to look at, each with what looks at it."""
    from covbot import wiring

    projects = wiring.choose(loaded, names)
    yield "settings", lambda: [f"{path} has no fault"]
    yield "templates", lambda: wiring.check_templates(loaded)
    with contextlib.ExitStack() as closing:
        store = None
        try:
            store = wiring.open_store(loaded, create=False)
            closing.callback(store.close)
        except CovbotError as error:
            yield "store", partial(_fail, error)
        else:
            yield "store", lambda: [loaded.store]
        for project in projects:
            yield f"source of {project.name}", partial(wiring.check_source, project)
            if store is not None:
                yield f"tracker of {project.name}", partial(wiring.check_tracker, project, store)


def _fail(error: CovbotError) -> Sequence[str]:
    raise error


def _tell(what: str, look: Look) -> bool:
    """Look at one thing and print what is to be said of it: whether it works."""
    from covbot.reports import cells

    try:
        said = look()
    except CovbotError as error:
        click.echo(f"fails  {what}: {cells.shorten_name(str(error), ROOM)}")
        return False
    click.echo(f"works  {what}: {cells.shorten_name('; '.join(said), ROOM)}")
    return True
