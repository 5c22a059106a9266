"""Launchpad as a tracker: a project's bugs that covbot's account filed, read and written by the port's actions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from covbot import errors, ports
from covbot.core.bugs import actions, footers, statuses
from covbot.trackers.launchpad import entries, search_queries, stale
from covbot.trackers.launchpad.client import Client
from covbot.trackers.launchpad.reading import BugReader
from covbot.trackers.launchpad.writing import BugWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.trackers.launchpad.access import Access
    from covbot.trackers.launchpad.entries import LaunchpadEntry
    from covbot.trackers.launchpad.reading import LoadedBug

OVERLAP = timedelta(minutes=2)
"""How far before `since` is searched.

`since` is the time of a response, while a change bears the time at which its own request began, and shows only once
that request has ended: no request lasts longer than 65 s (docs/facts/launchpad.md §7).
"""

LONG_AGO = datetime(2004, 1, 1, tzinfo=UTC)
"""A time before Launchpad had bugs."""

STATUSES = tuple(status.value for status in statuses.Status if status is not statuses.Status.UNKNOWN)
"""Every status by name, since a search leaves out seven of them by default; a search for Unknown is refused."""


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

    def listing(self, since: datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS) -> ports.Listing:
        """Return all bugs of the account, or those that may differ from `known`; raise CannotUseTracker if in doubt.

        Of the known bugs those are not read again that have kept their place in Launchpad's order of changes. Since a
        bug that is no longer visible to covbot changes unseen, the bugs are counted. But a connection's first listing,
        which costs more, leaves that to the next one if nothing changed and one of the bugs was read.
        """
        first = self._client.is_cold and not getattr(self._local, "listed", False)
        self._local.listed = True
        if since is None:
            return self._list_all()
        after = since - OVERLAP
        tasks, is_complete = self._search_tasks(modified_since=after, order_by=["date_last_updated"])
        at = self._get_server_time(since)
        if is_complete:
            found, probed = self._read_changed(tasks, {number: bug.updated_at for number, bug in known.items()}, after)
        else:
            tasks, _ = self._search_tasks(modified_since=after, order_by=["id"])
            found, probed = self._read_bugs(tasks), False
        here = {bug.number for bug in known.values() if bug.on_project} | {_read_bug_number(task) for task in tasks}
        if not (first and probed) and self._client.count(
            search_queries.make_count_query(self._project, self._make_criteria())
        ) != len(here):
            return self._list_all()
        return ports.Listing(bugs=found, at=at, whole=False)

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
            return self._keep_looked(writer.file_bug(action))
        looked: LoadedBug | None = getattr(self._local, "looked", None)
        if looked is None or looked.bug is not seen:
            looked = self._reader.look(action.bug)
        self._local.looked = None
        return self._keep_looked(writer.change_bug(action, looked))

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
        tags = {"tags": list(self._tags)} if self._tags else {}
        fixed = {"bug_reporter": self._reader.me, "status": list(STATUSES), "omit_duplicates": False}
        return fixed | {"tags_combinator": "All"} | tags

    def _search_tasks(self, *, everywhere: bool = False, **criteria: object) -> tuple[list[LaunchpadEntry], bool]:
        return self._client.search(None if everywhere else self._project, self._make_criteria() | criteria)

    def _get_server_time(self, otherwise: datetime) -> datetime:
        """Return the time of Launchpad's clock in its last response, if it sent one."""
        return self._client.state.read.date or otherwise

    def _list_all(self) -> ports.Listing:
        """Return the account's bugs on the project, and those elsewhere that were filed for it and lost their task."""
        tasks, _ = self._search_tasks(order_by=["id"])
        at = self._get_server_time(LONG_AGO)
        here = {_read_bug_number(task) for task in tasks}
        elsewhere, _ = self._search_tasks(everywhere=True, order_by=["id"])
        moved = {number: task for task in elsewhere if (number := _read_bug_number(task)) not in here}
        found = [
            *self._read_bugs(tasks),
            *(bug for number in moved for bug in self._read_moved(number, moved[number])),
        ]
        return ports.Listing(bugs=sorted(found, key=lambda bug: bug.number), at=at)

    def _read_bugs(self, tasks: Sequence[LaunchpadEntry]) -> Sequence[Bug]:
        found = {_read_bug_number(task): task for task in tasks}
        return [bug for number in sorted(found) for bug in self._read_bug(number, found[number])]

    def _read_changed(
        self, tasks: Sequence[LaunchpadEntry], known: Mapping[int, datetime], after: datetime
    ) -> tuple[Sequence[Bug], bool]:
        """Return the bugs of a search in order of change, without those that are as they are known.

        Also return whether nothing changed, which one read of the last of them shows.
        """
        found = {_read_bug_number(task): task for task in tasks}
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

    def _read_moved(self, number: int, task: LaunchpadEntry) -> list[Bug]:
        """Return the bug of a task elsewhere, if its footer names this project."""
        try:
            loaded = self._reader.load_bug(number)
            bug = self._reader.add_filed_text(loaded, entries.make_off_project_bug(loaded.entry, task))
        except errors.BugUnreadable:
            return []
        footer = footers.identify(bug)
        return [bug] if footer is not None and footer.project == self._name else []


def _read_bug_number(task: LaunchpadEntry) -> int:
    return entries.read_bug_number(entries.read_text(task, "bug_link"))
