"""Launchpad as a tracker: a project's bugs that covbot's account filed, read and written by the port's actions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from covbot import errors, ports
from covbot.core.bugs import actions, footers
from covbot.trackers.launchpad import bug_usage, entries, search_queries, stale
from covbot.trackers.launchpad.access import Access, make_address
from covbot.trackers.launchpad.client import Client
from covbot.trackers.launchpad.reading import BugReader
from covbot.trackers.launchpad.writing import BugWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.trackers.launchpad.client import LoadedEntry
    from covbot.trackers.launchpad.entries import LaunchpadEntry
    from covbot.trackers.launchpad.reading import LoadedBug

OVERLAP = timedelta(minutes=2)
"""How far before `since` is searched.

`since` is the time of a response, while a change bears the time at which its own request began, and shows only once
that request has ended: no request lasts longer than 65 s (docs/facts/launchpad.md §7).
"""

LONG_AGO = datetime(2004, 1, 1, tzinfo=UTC)
"""A time before Launchpad had bugs."""


class Launchpad:
    """The port `Tracker` on one Launchpad project, for an ordinary account.

    `name` is the project's name in footers, if it is another one than on Launchpad. `tags` limits listings to bugs that
    still have all of them: only for an account that files other bugs too. Each thread that uses it gets a connection of
    its own.
    """

    def __init__(self, access: Access, project: str, tags: Sequence[str] = (), *, name: str = "") -> None:
        """Keep the parameters; nothing is read or sent before the first call."""
        self._access = access
        self._project = project
        self._name = name or project
        self._tags = tuple(tags)
        self._local = threading.local()

    @property
    def address(self) -> str:
        """The root of the service and the name of the project there."""
        return make_address(self._access.service_root, self._project)

    def listing(
        self, since: datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        """Return all bugs of the account, or those that may differ from `known`; raise CannotUseTracker if in doubt.

        Of the known bugs those are not read again that have kept their place in Launchpad's order of changes. If one
        that covbot may not see has changed, all are listed. Since a bug that is gone changes unseen, the bugs are
        counted. But a connection's first listing, which costs more, leaves that to the next one if nothing changed and
        one of the bugs was read.
        """
        first = self._client.is_cold and not getattr(self._local, "listed", False)
        self._local.listed = True
        if since is None:
            return self._list_all(known)
        after = since - OVERLAP
        tasks, unseen = self._search_tasks(modified_since=after, order_by=["date_last_updated"])
        at = self._get_server_time(since)
        if unseen:
            return self._list_all(known)
        if unseen is not None:
            found, probed = self._read_changed(tasks, {number: bug.updated_at for number, bug in known.items()}, after)
        else:
            tasks, _ = self._search_tasks(modified_since=after, order_by=["id"])
            found, probed = self._read_bugs(tasks), False
        here = {bug.number for bug in known.values() if bug.on_project} | {
            entries.read_task_number(task) for task in tasks
        }
        if not (first and probed) and self._count_bugs() != len(here) + hidden:
            return self._list_all(known)
        counted, clock = not (first and probed), self._client.state.read.date
        return ports.Listing(bugs=found, at=at, whole=False, counted=counted, hidden=hidden, clock=clock)

    def look(self, number: int) -> Bug:
        """Return one bug with its comments, fresh; raise BugUnreadable if it is gone, private or locked."""
        return self._keep_looked(self._reader.look(number))

    def act(self, action: actions.Action, seen: Bug | None = None) -> Bug:
        """Do one action, once, and read the bug back.

        Raise WriteRefused, WriteStale, WriteDoubtful or CannotUseTracker as the port defines; BugUnreadable, with
        nothing sent, if the bug is gone, private or locked.
        """
        writer = BugWriter(client=self._client, reader=self._reader, project=self._project)
        if isinstance(action, actions.FileBug):
            self._check_project()
            return self._keep_looked(writer.file_bug(action))
        looked: LoadedBug | None = getattr(self._local, "looked", None)
        if looked is None or looked.bug is not seen:
            looked = self._reader.look(action.bug)
        self._local.looked = None
        return self._keep_looked(writer.change_bug(action, looked))

    def _check_project(self) -> None:
        """Raise CannotUseTracker if no bug may be filed on the project; looked at once, before the first filing."""
        if getattr(self._local, "checked", False):
            return
        try:
            project = self._client.load(self._project, f"reading project {self._project}").entry
        except errors.BugUnreadable as error:
            raise errors.CannotUseTracker(str(error)) from None
        finding = bug_usage.check_bug_usage(project, self._project)
        if not finding.good:
            raise errors.CannotUseTracker(f"nothing is filed: {finding.text}: {finding.fix}")
        self._local.checked = True

    def _keep_looked(self, looked: LoadedBug) -> Bug:
        """Return the bug that was read last; its handles are kept for the next action."""
        self._local.looked = looked
        return looked.bug

    @property
    def _client(self) -> Client:
        """This thread's own connection, made at its first use."""
        client = getattr(self._local, "client", None)
        if not isinstance(client, Client):
            client = self._local.client = Client(self._access)
        return client

    @property
    def _reader(self) -> BugReader:
        """The reader over this thread's connection."""
        reader = getattr(self._local, "reader", None)
        if not isinstance(reader, BugReader):
            reader = self._local.reader = BugReader(self._client, self._project)
        return reader

    def _make_criteria(self) -> dict[str, object]:
        """Return the search criteria for all bugs of the account, whatever their state."""
        return search_queries.make_criteria(self._reader.me, self._tags)

    def _search_tasks(self, *, everywhere: bool = False, **criteria: object) -> tuple[list[LaunchpadEntry], int | None]:
        return self._client.search(None if everywhere else self._project, self._make_criteria() | criteria)

    def _get_server_time(self, otherwise: datetime) -> datetime:
        """Return the time of Launchpad's clock in its last response, if it sent one."""
        return self._client.state.read.date or otherwise

    def _list_all(self, known: Mapping[int, Bug]) -> ports.Listing:
        """Return the account's bugs on the project, and those elsewhere that were on it and lost their task."""
        tasks, _ = self._search_tasks(order_by=["id"])
        at = self._get_server_time(LONG_AGO)
        here = {entries.read_task_number(task) for task in tasks}
        moved = {number: task for number, task in self._find_elsewhere(known).items() if number not in here}
        found = [
            *self._read_bugs(tasks),
            *(bug for number in moved for bug in self._read_moved(number, moved[number], is_known=number in known)),
        ]
        hidden = max(0, self._count_bugs() - len(here))
        shown, clock = sorted(found, key=lambda bug: bug.number), self._client.state.read.date
        return ports.Listing(bugs=shown, at=at, hidden=hidden, clock=clock)

    def _count_bugs(self) -> int:
        """Return how many bugs the account has on the project, with those that Launchpad does not show it."""
        return self._client.count(search_queries.make_count_query(self._project, self._make_criteria()))

    def _find_elsewhere(self, known: Mapping[int, Bug]) -> dict[int, LaunchpadEntry]:
        """Return a task of each bug on any project that is known, or whose text names covbot's project."""
        named, _ = self._search_tasks(everywhere=True, order_by=["id"], search_text=self._name)
        found = {entries.read_task_number(task): task for task in named}
        if known.keys() <= found.keys():
            return found
        tasks, _ = self._search_tasks(everywhere=True, order_by=["id"])
        return found | {number: task for task in tasks if (number := entries.read_task_number(task)) in known}

    def _read_bugs(self, tasks: Sequence[LaunchpadEntry]) -> Sequence[Bug]:
        found = {entries.read_task_number(task): task for task in tasks}
        return [bug for number in sorted(found) for bug in self._read_bug(number, found[number])]

    def _read_changed(
        self, tasks: Sequence[LaunchpadEntry], known: Mapping[int, datetime], after: datetime
    ) -> tuple[Sequence[Bug], bool]:
        """Return the bugs of a search in order of change, without those that are as they are known.

        Also return whether nothing changed, which one read of the last of them shows.
        """
        found = {entries.read_task_number(task): task for task in tasks}
        order = list(found)
        stale_numbers = stale.find_stale(order, known, after)
        read = [bug for number in order if number in stale_numbers for bug in self._read_bug(number, found[number])]
        for number in (number for number in reversed(order) if number not in stale_numbers):
            if self._is_unchanged(number, known[number]):
                return sorted(read, key=lambda bug: bug.number), not read
            read += self._read_bug(number, found[number])
        return sorted(read, key=lambda bug: bug.number), False

    def _is_unchanged(self, number: int, at: datetime) -> bool:
        """Whether a bug's last change is the known one: one read."""
        try:
            return entries.read_time(self._reader.load_bug(number).entry, "date_last_updated") == at
        except errors.BugUnreadable:
            return False

    def _read_bug(self, number: int, task: LaunchpadEntry) -> list[Bug]:
        """Return the bug of a task that a search found; nothing if it is no longer visible."""
        try:
            loaded = self._reader.load_bug(number)
            return [
                self._reader.add_filed_text(
                    loaded, entries.make_bug(loaded.entry, task, self._reader.find_change(loaded, task))
                )
            ]
        except errors.BugUnreadable:
            return []

    def _read_moved(self, number: int, task: LaunchpadEntry, *, is_known: bool) -> list[Bug]:
        """Return the bug of a task elsewhere, if it is known, or has this project's footer and was on the tracker's."""
        try:
            loaded = self._reader.load_bug(number)
            bug = self._reader.add_filed_text(loaded, entries.make_off_project_bug(loaded.entry, task))
            footer = footers.identify(bug)
            is_named = footer is not None and footer.project == self._name
            return [bug] if is_known or (is_named and self._was_here(loaded)) else []
        except errors.BugUnreadable:
            return []

    def _was_here(self, loaded: LoadedEntry) -> bool:
        """Whether a bug was on the project once, by its activity: one read."""
        return entries.was_on_project([each.entry for each in self._client.follow(loaded, "activity")], self._project)
