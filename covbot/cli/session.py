"""What a verb works with: the settings, the open store, and the projects that it was called for."""

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
    """Settings, store, and the projects that the verb is about."""

    settings: Settings
    store: Store
    projects: tuple[Project, ...]
    quiet: bool

    def one(self) -> Project:
        """The only project meant; UsageError if there are several."""
        if len(self.projects) > 1:
            raise make_project_error(project.name for project in self.projects)
        return self.projects[0]


def make_project_error(names: Iterable[str]) -> click.UsageError:
    """What a verb that is about one project says where it was not told which of these."""
    return click.UsageError(f"which project? --project NAME says it (there are {', '.join(names)})")


@contextlib.contextmanager
def open_session(context: click.Context, names: Sequence[str] = (), *, create: bool = True) -> Iterator[Session]:
    """A session for the projects of these names (all, without any); closed at the end.

    Without `create` a store that does not exist is not made, and no tracker on the network can be written to.
    CannotReadSettings, CannotUseStore, UnknownName.
    """
    from covbot import wiring
    from covbot.settings import loading

    loaded = loading.load_settings(Path(context.obj["settings"]))
    store = wiring.open_store(loaded, create=create)
    try:
        projects = wiring.assemble(loaded, store, names, writing=create)
        yield Session(settings=loaded, store=store, projects=projects, quiet=context.obj["quiet"])
    finally:
        store.close()
