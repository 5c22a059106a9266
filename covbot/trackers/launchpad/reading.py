"""Reads single bugs of one Launchpad project over one connection, with the handles by which they can be changed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from covbot import errors
from covbot.core.bugs import footers
from covbot.trackers.launchpad import entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.trackers.launchpad.client import Client, LoadedEntry
    from covbot.trackers.launchpad.entries import LaunchpadEntry, StatusChange


@frozen(kw_only=True)
class LoadedBug:
    """A bug as it was read, with the handles of the bug and of its tasks."""

    bug: Bug
    handle: LoadedEntry
    tasks: Sequence[LoadedEntry]


class BugReader:
    """Reads the bugs of one project; for one thread, as its client is."""

    def __init__(self, client: Client, project: str) -> None:
        """Keep the parameters; nothing is read before the first call."""
        self._client = client
        self._project = project

    @functools.cached_property
    def me(self) -> str:
        """The link of the account's person, requested once."""
        return self._client.me()[0]

    def look(self, number: int) -> LoadedBug:
        """Return a bug with its comments, fresh; raise BugUnreadable if it is gone or may not be written to."""
        handle = self.load_writable(number)
        tasks = self.load_tasks(handle)
        bug = self.add_filed_text(handle, self.make_bug(handle, tasks))
        if entries.read_number(handle.entry, "message_count") > 1:  # the first message is the description
            messages = [message.entry for message in self._client.follow(handle, "messages")]
            bug = evolve(bug, comments=entries.read_comments(messages, self.me))
        return LoadedBug(bug=bug, handle=handle, tasks=tasks)

    def load_bug(self, number: int) -> LoadedEntry:
        """Load a bug, fresh; raise BugUnreadable if it is gone or not visible."""
        return self._client.load(f"bugs/{number}", f"reading bug {number}")

    def load_writable(self, number: int) -> LoadedEntry:
        """Load a bug that may be written to; raise BugUnreadable if it may not."""
        loaded = self.load_bug(number)
        reason = entries.explain_sealed(loaded.entry)
        if reason is not None:
            raise errors.BugUnreadable(f"bug {number} is {reason}: it is left alone until a person opens it again")
        return loaded

    def load_tasks(self, loaded: LoadedEntry) -> list[LoadedEntry]:
        """Load the tasks of a bug, fresh."""
        return self._client.follow(loaded, "bug_tasks")

    def find_own_task(self, tasks: Sequence[LoadedEntry]) -> LoadedEntry | None:
        """Return the task of the project among the tasks of a bug, None once it was removed."""
        return next((each for each in tasks if entries.find_task([each.entry], self._project)), None)

    def make_bug(self, loaded: LoadedEntry, tasks: Sequence[LoadedEntry]) -> Bug:
        """Return a bug without its comments."""
        task = self.find_own_task(tasks)
        if task is None:
            return entries.make_off_project_bug(loaded.entry, tasks[0].entry)
        return entries.make_bug(loaded.entry, task.entry, self.find_change(loaded, task.entry))

    def find_change(self, loaded: LoadedEntry, task: LaunchpadEntry) -> StatusChange:
        """Return who set the status and when: one more read, unless the bug still has the status it was filed with."""
        if entries.is_never_changed(task):
            return entries.StatusChange(at=entries.read_time(loaded.entry, "date_created"), mine=True)
        activity = [change.entry for change in self._client.follow(loaded, "activity")]
        unexplained = entries.StatusChange(at=entries.read_time(loaded.entry, "date_last_updated"), mine=False)
        return entries.find_last_change(activity, task, self.me) or unexplained

    def add_filed_text(self, loaded: LoadedEntry, bug: Bug) -> Bug:
        """Return the bug; if a person removed its footer, with the text that it was filed with (its first message)."""
        if footers.parse(bug.description) is not None:
            return bug
        messages = self._client.follow(loaded, "messages")[:1]
        return evolve(bug, filed_text="".join(entries.read_text(each.entry, "content") for each in messages))
