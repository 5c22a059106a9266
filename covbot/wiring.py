"""The composition root: settings become a store and projects ready for a pass. Only this file names every adapter."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, assert_never

from covbot import errors
from covbot.core.bugs import bug_tags
from covbot.core.project import ProjectInfo
from covbot.pipeline import fetching
from covbot.pipeline.project import Project
from covbot.repository import git
from covbot.settings.sources import DirectorySource, JenkinsSource, UrlSource, ZuulSource
from covbot.settings.values import LaunchpadTracker, LocalTracker, Mode
from covbot.sources.directory import Directory
from covbot.sources.http.client import Limits, Site
from covbot.sources.jenkins.source import Jenkins
from covbot.sources.url import UrlFile
from covbot.sources.zuul import Zuul
from covbot.store import database
from covbot.store.store import Store
from covbot.texts import selfcheck
from covbot.texts.writer import TEMPLATES, Writer
from covbot.trackers.launchpad.access import Access
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker as LocalBugs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from covbot.ports import Source, Tracker
    from covbot.settings.values import ProjectSettings, Settings


TOKEN = "COVBOT_JENKINS_TOKEN"  # noqa: S105 -- the name of the variable that holds it
"""The variable of the environment with the token for Jenkins, where the settings name no file."""


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
    wanted = choose(loaded, names)
    writer = Writer(loaded.templates)
    return tuple(_assemble(chosen, store, writer, loaded.cache, writing=writing) for chosen in wanted)


def choose(loaded: Settings, names: Iterable[str] = ()) -> tuple[ProjectSettings, ...]:
    """The settings of the projects of these names, of all without any; UnknownName."""
    wanted = tuple(names) or tuple(loaded.projects)
    unknown = [name for name in wanted if name not in loaded.projects]
    if unknown:
        message = f"no project {', '.join(unknown)} in the settings (there are {', '.join(loaded.projects)})"
        raise errors.UnknownName(message)
    return tuple(loaded.projects[name] for name in wanted)


def person(loaded: Settings, store: Store, project: str, name: str) -> Person:
    """Somebody who plays with the bugs of a project in the local tracker; CannotUseTracker if they live elsewhere."""
    if not isinstance(loaded.projects[project].tracker, LocalTracker):
        raise errors.CannotUseTracker(f"{project}: its bugs live on Launchpad, where people change them")
    return Person(bugs=store.local_bugs, project=loaded.projects[project].tracker.project, name=name, now=clock)


def check_templates(loaded: Settings) -> list[str]:
    """Try every template on made-up tasks, and say which there are; CannotRender."""
    selfcheck.check_templates(Writer(loaded.templates))
    own = [name for name in TEMPLATES if (loaded.templates / name).is_file()]
    return [f"all can be filled in; from {loaded.templates}: {', '.join(own) or 'none'}"]


def check_source(chosen: ProjectSettings) -> list[str]:
    """What is to be known of a project's source and of the newest build there; CannotFetch if it does not work."""
    source, _job = _open_source(chosen)
    said = source.check()
    newest = fetching.inspect_newest_build(
        source, accept=_accept(chosen), limit=_count_bytes(chosen.source.unpacked_mb)
    )
    return [*said, *(sentence for sentence in newest if sentence not in said)]


def check_tracker(chosen: ProjectSettings, store: Store) -> list[str]:
    """What is to be known of a project's tracker; CannotUseTracker, with all that has to be mended, if it is bad."""
    match chosen.tracker:
        case LocalTracker():
            return [f"answers; bugs filed by covbot: {len(_open_tracker(chosen, store, writing=False).listing().bugs)}"]
        case LaunchpadTracker() as tracker:
            from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

            tags = (bug_tags.COVBOT, *tracker.tags, *tracker.areas)
            found = account.examine(_reach(tracker, writing=False), tracker.project, tags, clock())
            bad = [f"{finding.said}: {finding.mend}" for finding in found if not finding.good]
            if bad:
                raise errors.CannotUseTracker("; ".join(bad))
            return [finding.said for finding in found]
        case _:
            assert_never(chosen.tracker)


def login(chosen: ProjectSettings, show: Callable[[str], object], wait: Callable[[], object]) -> tuple[Path, bool]:
    """Let a person authorise covbot with the project's Launchpad; the credentials file, and whether one was replaced.

    `show` is given the address where the person decides, `wait` is called between two looks. CannotUseTracker.
    """
    tracker = chosen.tracker
    if not isinstance(tracker, LaunchpadTracker):
        raise errors.CannotUseTracker(f"{chosen.name}: its tracker is {tracker.kind}, which needs no login")
    from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

    replaced = tracker.credentials_file.exists()
    account.login(tracker.service_root, tracker.credentials_file, show, wait)
    return tracker.credentials_file, replaced


def _open_tracker(chosen: ProjectSettings, store: Store, *, writing: bool) -> Tracker:
    """The tracker of a project; one on the network is not reached before it is asked something."""
    match chosen.tracker:
        case LocalTracker() as tracker:
            return LocalBugs(bugs=store.local_bugs, project=tracker.project, now=clock)
        case LaunchpadTracker() as tracker:
            from covbot.trackers.launchpad.tracker import Launchpad  # noqa: PLC0415 -- launchpadlib is slow to import

            access = _reach(tracker, writing=writing and chosen.mode is Mode.LIVE)
            return Launchpad(access, tracker.project, name=chosen.name)
        case _:
            assert_never(chosen.tracker)


def _reach(tracker: LaunchpadTracker, *, writing: bool) -> Access:
    return Access(service_root=tracker.service_root, credentials=tracker.credentials_file, read_only=not writing)


def _assemble(chosen: ProjectSettings, store: Store, writer: Writer, cache: Path, *, writing: bool) -> Project:
    repository = chosen.repository
    source, job = _open_source(chosen)
    return Project(
        name=chosen.name,
        context=ProjectInfo(
            title=chosen.title,
            job=job,
            repository=repository.url,
            browse=repository.browse,
            prefix=repository.prefix,
            tests=repository.tests,
            run=repository.run,
            see=repository.see,
            contact=chosen.contact,
        ),
        live=chosen.mode is Mode.LIVE,
        job=job,
        accept=_accept(chosen),
        limit=_count_bytes(chosen.source.unpacked_mb),
        source=source,
        repository=git.open_mirror(repository.url, cache=cache) if repository.url else None,
        tracker=_open_tracker(chosen, store, writing=writing),
        tags=chosen.tracker.tags,
        areas=chosen.tracker.areas,
        policy=chosen.policy,
        writer=writer,
        store=store,
        clock=clock,
    )


def _open_source(chosen: ProjectSettings) -> tuple[Source, str]:
    """The source of a project's builds, and what it calls their job."""
    match chosen.source:
        case DirectorySource() as source:
            return Directory(path=source.path, job=source.job, names=source.reports), source.job
        case JenkinsSource() as source:
            jenkins = Jenkins(
                site=_visit(source),
                job=source.job,
                files=source.reports,
                branch=source.branch or None,
                repository=chosen.repository.url or None,
                accept=source.accept,
            )
            return jenkins, jenkins.label
        case ZuulSource() as source:
            zuul = Zuul(
                site=_visit(source),
                tenant=source.tenant or None,
                project=source.project,
                job=source.job,
                pipeline=source.pipeline,
                files=source.reports,
                branch=source.branch or None,
            )
            return zuul, zuul.job
        case UrlSource() as source:
            return UrlFile(site=_visit(source), job=source.job), source.job
        case _:
            assert_never(chosen.source)


def _visit(source: JenkinsSource | ZuulSource | UrlSource) -> Site:
    """A server, with the account of the settings; the secret itself is read when it is needed."""
    ca_file = str(source.ca_file) if source.ca_file else None
    limits = Limits(report=_count_bytes(source.unpacked_mb))
    if isinstance(source, ZuulSource) or not source.user:
        return Site(url=source.url, ca_file=ca_file, limits=limits)
    token_file = str(source.token_file) if source.token_file else None
    token = os.environ.get(TOKEN, "").strip() if isinstance(source, JenkinsSource) and not token_file else ""
    return Site(
        url=source.url, user=source.user, token=token or None, token_file=token_file, ca_file=ca_file, limits=limits
    )


def _accept(chosen: ProjectSettings) -> tuple[str, ...]:
    """The results that may be trusted; that a file lies at an address is called a success."""
    return ("SUCCESS",) if isinstance(chosen.source, UrlSource) else chosen.source.accept


def _count_bytes(megabytes: int) -> int:
    return megabytes * 10**6
