"""The session of a command: the settings, the open store, and the projects that it is called for."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from attrs import frozen

    from covbot.pipeline.project import Project
    from covbot.settings.values import Settings
    from covbot.store.store import Store
else:
    from attrs import frozen


project_option = click.option("--project", "-p", "names", multiple=True, metavar="NAME", help="Only this project.")
format_option = click.option(
    "--format",
    "chosen",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="For people, or for programs.",
)


@frozen(kw_only=True)
class Session:
    """The settings, the store, and the projects that a command is called for."""

    settings: Settings
    store: Store
    projects: tuple[Project, ...]
    quiet: bool

    def require_one_project(self) -> Project:
        """Return the only project of the session; UsageError if there are several."""
        if len(self.projects) > 1:
            raise make_project_error(project.name for project in self.projects)
        return self.projects[0]


def make_project_error(names: Iterable[str]) -> click.UsageError:
    """Return the error of a command for one project that is called without one of these names."""
    return click.UsageError(f"which project? --project NAME says it (there are {', '.join(names)})")


@contextlib.contextmanager
def open_session(context: click.Context, names: Sequence[str] = (), *, create: bool = True) -> Iterator[Session]:
    """Open a session for the projects of these names (all projects if there are none), and close it at the end.

    Without `create` a missing store is not created, and no tracker on the network can be written to. Raise
    CannotReadSettings, CannotUseStore or UnknownName.
    """
    from covbot import wiring
    from covbot.settings import loading

    loaded = loading.load_settings(Path(context.obj["settings"]))
    store = wiring.open_store(loaded, create=create)
    with contextlib.ExitStack() as closing:
        closing.callback(store.close)
        projects = wiring.assemble_projects(loaded, store, names, writing=create)
        for project in projects:
            if project.repository is not None:
                closing.callback(project.repository.close)
        yield Session(settings=loaded, store=store, projects=projects, quiet=context.obj["quiet"])
