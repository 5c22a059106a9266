"""The composition root: settings become a store and projects ready for a pass. Only this file names every adapter."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, assert_never

import attrs

from covbot import errors
from covbot.core import standing
from covbot.core.context import Project as Context
from covbot.pipeline.project import Project
from covbot.repository import git
from covbot.settings.values import LaunchpadTracker, LocalTracker, Mode
from covbot.sources.directory import Directory
from covbot.store import database
from covbot.store.store import Store
from covbot.texts.writer import Writer
from covbot.trackers.launchpad.access import Access
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker as LocalBugs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from covbot.ports import Tracker
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


def assemble(loaded: Settings, store: Store, names: Iterable[str] = (), *, writing: bool = True) -> tuple[Project, ...]:
    """The projects of these names, all without any, ready for a pass; UnknownName, CannotRender.

    Unless `writing`, and in observe mode, a tracker on the network is reached by a connection that only reads.
    """
    wanted = tuple(names) or tuple(loaded.projects)
    unknown = [name for name in wanted if name not in loaded.projects]
    if unknown:
        message = f"no project {', '.join(unknown)} in the settings (there are {', '.join(loaded.projects)})"
        raise errors.UnknownName(message)
    writer = Writer(loaded.templates)
    assembled = (_assemble(loaded.projects[name], store, writer, loaded.cache) for name in wanted)
    return tuple(
        attrs.evolve(project, tracker=_open_tracker(loaded.projects[project.name], store, writing=writing))
        for project in assembled
    )


def person(loaded: Settings, store: Store, project: str, name: str) -> Person:
    """Somebody who plays with the bugs of a project in the local tracker."""
    return Person(bugs=store.local, project=loaded.projects[project].tracker.project, name=name, now=clock)


def check_tracker(chosen: Chosen, store: Store) -> list[str]:
    """What is to be known of a project's tracker; CannotUseTracker, with all that has to be mended, if it is bad."""
    match chosen.tracker:
        case LocalTracker():
            return [f"answers; bugs filed by covbot: {len(_open_tracker(chosen, store, writing=False).listing().bugs)}"]
        case LaunchpadTracker() as tracker:
            from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

            tags = (standing.TAG, *tracker.tags)
            found = account.examine(_reach(tracker, writing=False), tracker.project, tags, clock())
            bad = [f"{finding.said}: {finding.mend}" for finding in found if not finding.good]
            if bad:
                raise errors.CannotUseTracker("; ".join(bad))
            return [finding.said for finding in found]
        case _:
            assert_never(chosen.tracker)


def login(chosen: Chosen, show: Callable[[str], object], wait: Callable[[], object]) -> Path:
    """Let a person authorise covbot with the project's Launchpad; the credentials file that was written.

    `show` is given the address where the person decides, `wait` is called before each look. CannotUseTracker.
    """
    tracker = chosen.tracker
    if not isinstance(tracker, LaunchpadTracker):
        raise errors.CannotUseTracker(f"{chosen.name}: its tracker is {tracker.kind}, which needs no login")
    from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

    account.login(tracker.service_root, tracker.credentials_file, show, wait)
    return tracker.credentials_file


def _open_tracker(chosen: Chosen, store: Store, *, writing: bool) -> Tracker:
    """The tracker of a project; one on the network is not reached before it is asked something."""
    match chosen.tracker:
        case LocalTracker() as tracker:
            return LocalBugs(bugs=store.local, project=tracker.project, now=clock)
        case LaunchpadTracker() as tracker:
            from covbot.trackers.launchpad.tracker import Launchpad  # noqa: PLC0415 -- launchpadlib is slow to import

            return Launchpad(_reach(tracker, writing=writing and chosen.mode is Mode.LIVE), tracker.project)
        case _:
            assert_never(chosen.tracker)


def _reach(tracker: LaunchpadTracker, *, writing: bool) -> Access:
    return Access(service_root=tracker.service_root, credentials=tracker.credentials_file, read_only=not writing)


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
        tracker=_open_tracker(chosen, store, writing=False),
        tags=chosen.tracker.tags,
        policy=chosen.policy,
        writer=writer,
        store=store,
        clock=clock,
    )
