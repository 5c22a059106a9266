"""The composition root: makes a store and projects from settings. Only this package names every adapter."""

from __future__ import annotations

import contextlib
import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, assert_never

import attrs

from covbot import errors
from covbot.core.bugs import bug_tags
from covbot.core.project import ProjectInfo
from covbot.pipeline import passes
from covbot.pipeline.builds import fetching, repository_check
from covbot.pipeline.project import Project
from covbot.ports import FormerTracker
from covbot.repository import git
from covbot.settings import basis
from covbot.settings.values import LaunchpadTrackerSettings, LocalTrackerSettings, Mode
from covbot.store import database
from covbot.store.locks import Switches
from covbot.store.store import Store
from covbot.texts import selfcheck
from covbot.texts.writer import TEMPLATES, Writer
from covbot.trackers.launchpad.access import Access, make_address
from covbot.trackers.local import rules as local_rules
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker as LocalBugs
from covbot.wiring import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from covbot.ports import Tracker
    from covbot.settings.values import ProjectSettings, Settings


def read_clock() -> dt.datetime:
    """Return the present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def open_store(loaded: Settings, *, create: bool = True) -> Store:
    """Open the store of the settings; without `create` a missing store is not created. CannotUseStore."""
    return Store.open(loaded.store, create=create)


@contextlib.contextmanager
def open_switches(url: str) -> Iterator[Switches]:
    """Open the stop switch in the store at a URL, whatever its schema is; CannotUseStore."""
    with contextlib.closing(database.open_switches(url)) as opened:
        yield Switches(database=opened)


def upgrade_store(loaded: Settings) -> str:
    """Upgrade the schema of the store to this version's, and return a sentence on what was done. CannotUseStore."""
    return "the store is upgraded" if database.upgrade(loaded.store) else "the store is up to date"


def assemble_projects(
    loaded: Settings, store: Store, names: Iterable[str] = (), *, writing: bool = True, planning: bool = True
) -> tuple[Project, ...]:
    """Return the projects of these names (all projects if there are none), ready for a pass.

    Unless `writing`, and in observe mode, the connection to a tracker on the network is read-only; unless `planning`,
    no template is read. Raise UnknownName or CannotRender.
    """
    wanted = choose_projects(loaded, names)
    writer = Writer(loaded.templates)
    if planning:
        writer.compile()
    projects = (_assemble_project(chosen, store, writer, loaded.cache, writing=writing) for chosen in wanted)
    addresses = {name: find_address(chosen) for name, chosen in loaded.projects.items()}
    return tuple(
        attrs.evolve(project, siblings={name: at for name, at in addresses.items() if name != project.name})
        for project in projects
    )


def choose_projects(loaded: Settings, names: Iterable[str] = ()) -> tuple[ProjectSettings, ...]:
    """Return the settings of the projects of these names, of all projects if there are none; UnknownName."""
    wanted = tuple(names) or tuple(loaded.projects)
    unknown = [name for name in wanted if name not in loaded.projects]
    if unknown:
        raise errors.UnknownName(
            f"no project {', '.join(unknown)} in the settings: they have {', '.join(loaded.projects)}"
        )
    return tuple(loaded.projects[name] for name in wanted)


def make_person(loaded: Settings, store: Store, project: str, name: str) -> Person:
    """Return a person who acts on the bugs of a project in the local tracker; CannotUseTracker for another tracker."""
    if not isinstance(loaded.projects[project].tracker, LocalTrackerSettings):
        raise errors.CannotUseTracker(f"{project}: its bugs live on Launchpad, where people change them")
    return Person(bugs=store.local_bugs, project=loaded.projects[project].tracker.project, name=name, now=read_clock)


def check_templates(loaded: Settings) -> list[str]:
    """Render every template with sample tasks, and return a sentence on the templates found; CannotRender."""
    selfcheck.check_templates(Writer(loaded.templates))
    own = [name for name in TEMPLATES if (loaded.templates / name).is_file()]
    return [f"all can be filled in; from {loaded.templates}: {', '.join(own) or 'none'}"]


def check_source(chosen: ProjectSettings) -> list[str]:
    """Return sentences on a project's source and on its newest build; CannotFetch if the source does not work."""
    source, _job = sources.open_source(chosen)
    sentences = source.check()
    newest = fetching.inspect_newest_build(
        source, accept=sources.list_accepted_results(chosen), limit=sources.count_bytes(chosen.source.unpacked_mb)
    )
    return [*sentences, *(sentence for sentence in newest if sentence not in sentences)]


def check_repository(chosen: ProjectSettings, cache: Path) -> list[str]:
    """Return sentences on a project's repository, held against its newest build; CovbotError if it does not work."""
    source, _job = sources.open_source(chosen)
    with git.open_mirror(chosen.repository.url, cache=cache) as repository:
        return repository_check.check_repository(
            repository,
            repository_check.RepositorySettings(prefix=chosen.repository.prefix, tests=chosen.repository.tests),
            source,
            accept=sources.list_accepted_results(chosen),
            limit=sources.count_bytes(chosen.source.unpacked_mb),
        )


def check_tracker(chosen: ProjectSettings, store: Store, cache: Path) -> list[str]:
    """Return sentences on a project's tracker; CannotUseTracker, with everything to be fixed, if it does not work."""
    match chosen.tracker:
        case LocalTrackerSettings():
            bugs = _open_tracker(chosen, store, cache, writing=False).listing().bugs
            return [f"answers; bugs filed by covbot: {len(bugs)}"]
        case LaunchpadTrackerSettings() as tracker:
            from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

            tags = (bug_tags.COVBOT, *tracker.tags, *tracker.areas)
            found = account.check_account(
                _make_access(tracker, cache, writing=False), tracker.project, tags, read_clock()
            )
            faults = [f"{finding.text}: {finding.fix}" for finding in found if not finding.good]
            if faults:
                raise errors.CannotUseTracker("; ".join(faults))
            return [finding.text for finding in found]
        case _:
            assert_never(chosen.tracker)


def check_identity(loaded: Settings, chosen: ProjectSettings, store: Store) -> tuple[str, ...]:
    """Return sentences on what a project's settings changed since its last pass, and on what they share with others."""
    [project] = assemble_projects(loaded, store, [chosen.name], writing=False)
    return passes.check_identity(project)


def log_in(chosen: ProjectSettings, show: Callable[[str], object], wait: Callable[[], object]) -> tuple[Path, bool]:
    """Let a person authorise covbot; return the credentials file and whether one was replaced. CannotUseTracker.

    `show` is called with the address where the person decides, `wait` between two checks of the decision.
    """
    tracker = chosen.tracker
    if not isinstance(tracker, LaunchpadTrackerSettings):
        raise errors.CannotUseTracker(f"{chosen.name}: its tracker is {tracker.kind}, which needs no login")
    from covbot.trackers.launchpad import account  # noqa: PLC0415 -- launchpadlib is slow to import

    replaced = tracker.credentials_file.exists()
    account.login(tracker.service_root, tracker.credentials_file, show, wait, ca_file=tracker.ca_file)
    return tracker.credentials_file, replaced


def _open_tracker(chosen: ProjectSettings, store: Store, cache: Path, *, writing: bool) -> Tracker:
    """Return the tracker of a project; one on the network is connected to on the first request."""
    match chosen.tracker:
        case LocalTrackerSettings() as tracker:
            return LocalBugs(bugs=store.local_bugs, project=tracker.project, now=read_clock)
        case LaunchpadTrackerSettings() as tracker:
            from covbot.trackers.launchpad.tracker import Launchpad  # noqa: PLC0415 -- launchpadlib is slow to import

            access = _make_access(tracker, cache, writing=writing and chosen.mode is Mode.LIVE)
            return Launchpad(access, tracker.project, name=chosen.name)
        case _:
            assert_never(chosen.tracker)


def find_address(chosen: ProjectSettings) -> str:
    """Return the address of a project's tracker."""
    match chosen.tracker:
        case LocalTrackerSettings() as tracker:
            return local_rules.make_address(tracker.project)
        case LaunchpadTrackerSettings() as tracker:
            return make_address(tracker.service_root, tracker.project)
        case _:
            assert_never(chosen.tracker)


def _open_former_tracker(chosen: ProjectSettings, store: Store, cache: Path, address: str) -> FormerTracker | None:
    """Return the tracker at an address that a project had before, None if its present settings do not reach it."""
    present, (root, _, name) = chosen.tracker, address.rpartition("/")
    if address.startswith(local_rules.ADDRESS):
        former = LocalBugs(bugs=store.local_bugs, project=address.removeprefix(local_rules.ADDRESS), now=read_clock)
        if not isinstance(present, LocalTrackerSettings):
            return FormerTracker(tracker=former)
        return FormerTracker(tracker=former, move=partial(store.local_bugs.move, project=present.project))
    if not isinstance(present, LaunchpadTrackerSettings) or find_address(chosen).rpartition("/")[0] != root:
        return None
    from covbot.trackers.launchpad.tracker import Launchpad  # noqa: PLC0415 -- launchpadlib is slow to import

    return FormerTracker(tracker=Launchpad(_make_access(present, cache, writing=False), name, name=chosen.name))


def _make_access(tracker: LaunchpadTrackerSettings, cache: Path, *, writing: bool) -> Access:
    root, keys, ca_file = tracker.service_root, tracker.credentials_file, tracker.ca_file
    return Access(
        service_root=root, credentials=keys, cache=cache / "launchpad", ca_file=ca_file, read_only=not writing
    )


def _assemble_project(chosen: ProjectSettings, store: Store, writer: Writer, cache: Path, *, writing: bool) -> Project:
    repository = chosen.repository
    source, job = sources.open_source(chosen)
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
            test_kinds=repository.test_kinds,
            closes=chosen.tracker.closes,
            partly_closes=chosen.tracker.partly_closes,
            contact=chosen.contact,
        ),
        live=chosen.mode is Mode.LIVE,
        job=job,
        basis=basis.digest_settings(chosen),
        accept=sources.list_accepted_results(chosen),
        limit=sources.count_bytes(chosen.source.unpacked_mb),
        source=source,
        repository=git.open_mirror(repository.url, cache=cache) if repository.url else None,
        tracker=_open_tracker(chosen, store, cache, writing=writing),
        tags=chosen.tracker.tags,
        areas=chosen.tracker.areas,
        policy=chosen.policy,
        writer=writer,
        store=store,
        clock=read_clock,
        open_former_tracker=partial(_open_former_tracker, chosen, store, cache),
    )
