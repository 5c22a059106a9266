"""The composition root: settings become a store and projects ready for a pass. Only this file names every adapter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from covbot import errors
from covbot.core.context import Project as Context
from covbot.pipeline.project import Project
from covbot.repository import git
from covbot.settings.values import Mode
from covbot.sources.directory import Directory
from covbot.store import database
from covbot.store.store import Store
from covbot.texts.writer import Writer
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from covbot.settings.values import Project as Chosen
    from covbot.settings.values import Settings


def clock() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def open_store(loaded: Settings, *, create: bool = True) -> Store:
    """Open the store of the settings; without `create` one that does not exist is not made. CannotUseStore."""
    return Store.open(loaded.store, create=create)


def upgrade_store(loaded: Settings) -> str:
    """Bring the schema of the store to this version's, and say in words whether anything was done. CannotUseStore."""
    return "the store is upgraded" if database.upgrade(loaded.store) else "the store is up to date"


def assemble(loaded: Settings, store: Store, names: Iterable[str] = ()) -> tuple[Project, ...]:
    """The projects of these names, all without any, ready for a pass; UnknownName, CannotRender."""
    wanted = tuple(names) or tuple(loaded.projects)
    unknown = [name for name in wanted if name not in loaded.projects]
    if unknown:
        message = f"no project {', '.join(unknown)} in the settings (there are {', '.join(loaded.projects)})"
        raise errors.UnknownName(message)
    writer = Writer(loaded.templates)
    return tuple(_assemble(loaded.projects[name], store, writer, loaded.cache) for name in wanted)


def person(loaded: Settings, store: Store, project: str, name: str) -> Person:
    """Somebody who plays with the bugs of a project in the local tracker."""
    return Person(bugs=store.local, project=loaded.projects[project].tracker.project, name=name, now=clock)


def _assemble(chosen: Chosen, store: Store, writer: Writer, cache: Path) -> Project:
    source, repository = chosen.source, chosen.repository
    return Project(
        name=chosen.name,
        context=Context(
            title=chosen.title,
            job=source.job,
            repository=repository.url,
            browse=repository.browse,
            prefix=repository.prefix,
            tests=repository.tests,
            contact=chosen.contact,
        ),
        live=chosen.mode is Mode.LIVE,
        job=source.job,
        accept=source.accept,
        limit=source.unpacked_bytes,
        source=Directory(path=source.path, job=source.job, names=source.reports),
        repository=git.open_mirror(repository.url, cache=cache) if repository.url else None,
        tracker=LocalTracker(bugs=store.local, project=chosen.tracker.project, now=clock),
        tags=chosen.tracker.tags,
        policy=chosen.policy,
        writer=writer,
        store=store,
        clock=clock,
    )
