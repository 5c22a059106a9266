"""Launchpad as a tracker: a project's bugs that covbot's account filed, read and written by the port's actions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from attrs import evolve

from covbot import errors, ports
from covbot.core.bugs import actions, footers, limits
from covbot.trackers.launchpad import descriptions, entries, search_queries, stale
from covbot.trackers.launchpad.access import Access, make_address
from covbot.trackers.launchpad.client import Client, LoadedEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.trackers.launchpad.entries import LaunchpadEntry, StatusChange

OVERLAP = timedelta(minutes=2)
"""How far before `since` is searched: a change has the time at which its request began, and none lasts over 65 s."""

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

    def listing(self, since: datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS) -> ports.Listing:
        """Return all bugs of the account, or those that may differ from `known`; raise CannotUseTracker if in doubt.

        Of the known bugs those are not read again that have kept their place in Launchpad's order of changes. Since a
        bug that is no longer visible to covbot changes unseen, the bugs are counted. But a connection's first listing,
        which costs more, leaves that to the next one if nothing changed and one of the bugs was read.
        """
        first = not getattr(self._local, "listed", False)
        self._local.listed = True
        if since is None:
            return self._list_all(known)
        after = since - OVERLAP
        tasks, is_complete = self._search_tasks(modified_since=after, order_by=["date_last_updated"])
        at = self._get_server_time(since)
        if is_complete:
            found, probed = self._read_changed(tasks, {number: bug.updated_at for number, bug in known.items()}, after)
        else:
            tasks, _ = self._search_tasks(modified_since=after, order_by=["id"])
            found, probed = self._read_bugs(tasks), False
        here = {bug.number for bug in known.values() if bug.on_project} | {
            entries.read_task_number(task) for task in tasks
        }
        if not (first and probed) and self._client.count(
            search_queries.make_count_query(self._project, self._make_criteria())
        ) != len(here):
            return self._list_all(known)
        return ports.Listing(bugs=found, at=at, whole=False)

    def look(self, number: int) -> Bug:
        """Return one bug with its comments, fresh; raise BugUnreadable if it is gone, private or locked."""
        loaded = self._load_writable(number)
        bug = self._add_filed_text(loaded, self._make_bug(loaded, self._load_tasks(loaded)))
        if entries.read_number(loaded.entry, "message_count") < 2:  # noqa: PLR2004 - the first message is the description
            return bug
        messages = [message.entry for message in self._client.follow(loaded, "messages")]
        return evolve(bug, comments=entries.read_comments(messages, self._me))

    def act(self, action: actions.Action) -> Bug:
        """Do one action, once, and read the bug back.

        Raise WriteRefused, WriteStale, WriteDoubtful or CannotUseTracker as the port defines; BugUnreadable, with
        nothing sent, if the bug is gone, private or locked.
        """
        match action:
            case actions.FileBug():
                return self._read_back(self._file_bug(action))
            case actions.EditBug():
                self._edit_bug(action)
            case actions.CommentOnBug():
                self._client.comment(
                    self._load_writable(action.bug),
                    limits.fit_description(action.text),
                    f"commenting on bug {action.bug}",
                )
            case actions.SetStatus():
                self._set_status(action)
            case actions.MarkDuplicate():
                self._mark_duplicate(action)
            case _:  # pragma: no cover -- the type checker holds that there is no other action
                assert_never(action)
        return self._read_back(action.bug)

    @property
    def _client(self) -> Client:
        """This thread's own connection, made at its first use."""
        client = getattr(self._local, "client", None)
        if not isinstance(client, Client):
            client = self._local.client = Client(self._access)
        return client

    @property
    def _me(self) -> str:
        """The link of the account's person, requested once per thread."""
        me = getattr(self._local, "me", None)
        if not isinstance(me, str):
            me, _ = self._client.me()
            self._local.me = me
        return me

    def _make_criteria(self) -> dict[str, object]:
        """Return the search criteria for all bugs of the account, whatever their state."""
        return search_queries.make_criteria(self._me, self._tags)

    def _search_tasks(self, *, everywhere: bool = False, **criteria: object) -> tuple[list[LaunchpadEntry], bool]:
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
        return ports.Listing(bugs=sorted(found, key=lambda bug: bug.number), at=at)

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
            return entries.read_time(self._load_bug(number).entry, "date_last_updated") == at
        except errors.BugUnreadable:
            return False

    def _read_bug(self, number: int, task: LaunchpadEntry) -> list[Bug]:
        """Return the bug of a task that a search found; nothing if it is no longer visible."""
        try:
            loaded = self._load_bug(number)
            return [self._add_filed_text(loaded, entries.make_bug(loaded.entry, task, self._find_change(loaded, task)))]
        except errors.BugUnreadable:
            return []

    def _read_moved(self, number: int, task: LaunchpadEntry, *, is_known: bool) -> list[Bug]:
        """Return the bug of a task elsewhere, if it is known, or has this project's footer and was on the tracker's."""
        try:
            loaded = self._load_bug(number)
            bug = self._add_filed_text(loaded, entries.make_off_project_bug(loaded.entry, task))
            footer = footers.identify(bug)
            is_named = footer is not None and footer.project == self._name
            return [bug] if is_known or (is_named and self._was_here(loaded)) else []
        except errors.BugUnreadable:
            return []

    def _was_here(self, loaded: LoadedEntry) -> bool:
        """Whether a bug was on the project once, by its activity: one read."""
        return entries.was_on_project([each.entry for each in self._client.follow(loaded, "activity")], self._project)

    def _add_filed_text(self, loaded: LoadedEntry, bug: Bug) -> Bug:
        """Return the bug; if a person removed its footer, with the text that it was filed with (its first message)."""
        if footers.parse(bug.description) is not None:
            return bug
        messages = self._client.follow(loaded, "messages")[:1]
        return evolve(bug, filed_text="".join(entries.read_text(each.entry, "content") for each in messages))

    def _load_bug(self, number: int) -> LoadedEntry:
        """Load a bug, fresh; raise BugUnreadable if it is gone or not visible."""
        return self._client.load(f"bugs/{number}", f"reading bug {number}")

    def _load_writable(self, number: int) -> LoadedEntry:
        """Load a bug that may be written to; raise BugUnreadable if it may not."""
        loaded = self._load_bug(number)
        reason = entries.explain_sealed(loaded.entry)
        if reason is not None:
            raise errors.BugUnreadable(f"bug {number} is {reason}: it is left alone until a person opens it again")
        return loaded

    def _load_tasks(self, loaded: LoadedEntry) -> list[LoadedEntry]:
        return self._client.follow(loaded, "bug_tasks")

    def _make_bug(self, loaded: LoadedEntry, tasks: Sequence[LoadedEntry]) -> Bug:
        task = entries.find_task([each.entry for each in tasks], self._project)
        if task is None:
            return entries.make_off_project_bug(loaded.entry, tasks[0].entry)
        return entries.make_bug(loaded.entry, task, self._find_change(loaded, task))

    def _find_change(self, loaded: LoadedEntry, task: LaunchpadEntry) -> StatusChange:
        """Return who set the status and when: one more read, unless the bug still has the status it was filed with."""
        if entries.is_never_changed(task):
            return entries.StatusChange(at=entries.read_time(loaded.entry, "date_created"), mine=True)
        activity = [change.entry for change in self._client.follow(loaded, "activity")]
        unexplained = entries.StatusChange(at=entries.read_time(loaded.entry, "date_last_updated"), mine=False)
        return entries.find_last_change(activity, task, self._me) or unexplained

    def _file_bug(self, action: actions.FileBug) -> int:
        description = descriptions.check_footer(action.description, action.footer)
        fields = {"title": limits.fit_title(action.title), "description": description, "tags": list(action.tags)}
        return self._client.create(self._project, fields)

    def _edit_bug(self, action: actions.EditBug) -> None:
        loaded = self._load_writable(action.bug)
        stored = limits.fit_description(entries.read_text(loaded.entry, "description"))
        if stored != limits.fit_description(action.replaces):
            raise errors.WriteStale(f"editing bug {action.bug}: its description is not the one that covbot wrote")
        if limits.fit_title(entries.read_text(loaded.entry, "title")) != limits.fit_title(action.replaces_title):
            raise errors.WriteStale(f"editing bug {action.bug}: its title is not the one that the plan saw")
        fields = {
            "title": limits.fit_title(action.title),
            "description": descriptions.check_footer(action.description, action.footer),
        }
        self._client.patch(loaded, fields, f"editing bug {action.bug}")

    def _set_status(self, action: actions.SetStatus) -> None:
        request = f"setting bug {action.bug} to {action.status}"
        tasks = self._load_tasks(self._load_writable(action.bug))
        task = next((each for each in tasks if entries.find_task([each.entry], self._project)), None)
        if task is None:
            raise errors.WriteStale(f"{request}: it is no longer on {self._project}")
        now = entries.read_status(task.entry)
        if now is not action.replaces:
            raise errors.WriteStale(f"{request}: it is {now}, not {action.replaces}")
        try:
            self._client.patch(task, {"status": action.status.value}, request)
        except errors.WriteRefused:
            # A refused change may have been applied all the same.
            if self._read_back(action.bug).status is not action.status:
                raise

    def _mark_duplicate(self, action: actions.MarkDuplicate) -> None:
        request = f"marking bug {action.bug} as a duplicate of bug {action.of}"
        loaded, canonical = self._load_writable(action.bug), self._load_writable(action.of)
        if canonical.entry.get("duplicate_of_link") is not None or loaded.entry.get("duplicate_of_link") is not None:
            raise errors.WriteStale(f"{request}: one of them is a duplicate by now")
        self._client.patch(loaded, {"duplicate_of": canonical.handle}, request)

    def _read_back(self, number: int) -> Bug:
        """Return the bug after a write that was certainly done."""
        try:
            return self.look(number)
        except errors.CovbotError as error:
            text = f"bug {number} was written but cannot be read back: {error}"
            raise errors.WriteDoubtful(text, bug=number) from None
