"""Launchpad as a tracker: a project's bugs that covbot's account filed, read and written by the port's four actions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from attrs import evolve

from covbot import errors, ports
from covbot.core.bugs import actions, footers, limits, statuses
from covbot.trackers.launchpad import entries, search_queries, stale
from covbot.trackers.launchpad.client import Client, Held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.trackers.launchpad.access import Access
    from covbot.trackers.launchpad.entries import Changed, Entry

OVERLAP = timedelta(minutes=2)
"""How far back of `since` is searched: a change bears the time at which its request began, and none lives over 65 s."""

LONG_AGO = datetime(2004, 1, 1, tzinfo=UTC)
"""Before Launchpad had bugs."""

STATUSES = tuple(status.value for status in statuses.Status if status is not statuses.Status.UNKNOWN)
"""Every status by name, since a search leaves out seven of them by default; Unknown is one it refuses to look for."""


class Launchpad:
    """The port `Tracker` on one Launchpad project, for an ordinary account.

    `name` is the project's name in footers, where it is another one than on Launchpad. `tags` narrows listings to bugs
    that still bear all of them: only for an account that files other bugs too.
    Each thread that uses it gets a connection of its own.
    """

    def __init__(self, access: Access, project: str, tags: Sequence[str] = (), *, name: str = "") -> None:
        """Nothing is read or sent before the first call."""
        self._access = access
        self._project = project
        self._name = name or project
        self._tags = tuple(tags)
        self._local = threading.local()

    def listing(self, since: datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS) -> ports.Listing:
        """All bugs of the account, or those that may differ from what is known; CannotUseTracker if any doubt remains.

        Of the known bugs those are not read again that stand where they stood in Launchpad's order of changes. Since
        a bug that nobody shows covbot any more changes unseen, the bugs are counted; but a connection's first listing,
        which costs more, leaves that to the next one if nothing changed and one of them was looked at.
        """
        first = not getattr(self._local, "listed", False)
        self._local.listed = True
        if since is None:
            return self._everything()
        after = since - OVERLAP
        tasks, at_once = self._search(modified_since=after, order_by=["date_last_updated"])
        at = self._time(since)
        if at_once:
            found, probed = self._changed(tasks, {number: bug.updated_at for number, bug in known.items()}, after)
        else:
            tasks, _ = self._search(modified_since=after, order_by=["id"])
            found, probed = self._read_all(tasks), False
        here = {bug.number for bug in known.values() if bug.on_project} | {_number(task) for task in tasks}
        if not (first and probed) and self._wire.count(
            search_queries.count_query(self._project, self._criteria())
        ) != len(here):
            return self._everything()
        return ports.Listing(bugs=found, at=at, whole=False)

    def look(self, number: int) -> Bug:
        """One bug with its comments, fresh; BugUnreadable if it is gone, private or locked."""
        held = self._open(number)
        bug = self._identified(held, self._bug(held, self._tasks(held)))
        if entries.read_number(held.entry, "message_count") < 2:  # noqa: PLR2004 - the first message is the description
            return bug
        messages = [message.entry for message in self._wire.follow(held, "messages")]
        return evolve(bug, comments=entries.read_comments(messages, self._me))

    def act(self, action: actions.Action) -> Bug:
        """Do one action, once, and look at the bug.

        WriteRefused, WriteStale, WriteDoubtful or CannotUseTracker as the port says; BugUnreadable, with nothing sent,
        if the bug is gone, private or locked.
        """
        match action:
            case actions.FileBug():
                return self._look_after(self._file(action))
            case actions.EditBug():
                self._edit(action)
            case actions.CommentOnBug():
                self._wire.comment(
                    self._open(action.bug), limits.fit_description(action.text), f"commenting on bug {action.bug}"
                )
            case actions.SetStatus():
                self._set_status(action)
            case actions.MarkDuplicate():
                self._mark_duplicate(action)
            case _:  # pragma: no cover -- the type checker holds that there is no other action
                assert_never(action)
        return self._look_after(action.bug)

    @property
    def _wire(self) -> Client:
        """This thread's own connection, made at its first use."""
        wire = getattr(self._local, "wire", None)
        if not isinstance(wire, Client):
            wire = self._local.wire = Client(self._access)
        return wire

    @property
    def _me(self) -> str:
        """The link of the account's person, asked once per thread."""
        me = getattr(self._local, "me", None)
        if not isinstance(me, str):
            me, _ = self._wire.me()
            self._local.me = me
        return me

    def _criteria(self) -> dict[str, object]:
        """What to search for to find all bugs of the account, whatever became of them."""
        tags = {"tags": list(self._tags)} if self._tags else {}
        fixed = {"bug_reporter": self._me, "status": list(STATUSES), "omit_duplicates": False}
        return fixed | {"tags_combinator": "All"} | tags

    def _search(self, *, everywhere: bool = False, **criteria: object) -> tuple[list[Entry], bool]:
        return self._wire.search(None if everywhere else self._project, self._criteria() | criteria)

    def _time(self, otherwise: datetime) -> datetime:
        """Launchpad's own time at its last answer, if it told it."""
        return self._wire.desk.read.date or otherwise

    def _everything(self) -> ports.Listing:
        """All of the account's bugs on the project, and those elsewhere that were filed for it and lost its task."""
        tasks, _ = self._search(order_by=["id"])
        at = self._time(LONG_AGO)
        here = {_number(task) for task in tasks}
        elsewhere, _ = self._search(everywhere=True, order_by=["id"])
        strays = {number: task for task in elsewhere if (number := _number(task)) not in here}
        found = [*self._read_all(tasks), *(bug for number in strays for bug in self._stray(number, strays[number]))]
        return ports.Listing(bugs=sorted(found, key=lambda bug: bug.number), at=at)

    def _read_all(self, tasks: Sequence[Entry]) -> Sequence[Bug]:
        found = {_number(task): task for task in tasks}
        return [bug for number in sorted(found) for bug in self._readable(number, found[number])]

    def _changed(
        self, tasks: Sequence[Entry], known: Mapping[int, datetime], after: datetime
    ) -> tuple[Sequence[Bug], bool]:
        """The bugs of a search in order of change, without those that are as they are known.

        And whether nothing changed, as one look at the last of them told.
        """
        found = {_number(task): task for task in tasks}
        order = list(found)
        suspects = stale.find_stale(order, known, after)
        read = [bug for number in order if number in suspects for bug in self._readable(number, found[number])]
        for number in (number for number in reversed(order) if number not in suspects):
            if self._stands(number, known[number]):
                return sorted(read, key=lambda bug: bug.number), not read
            read += self._readable(number, found[number])
        return sorted(read, key=lambda bug: bug.number), False

    def _stands(self, number: int, at: datetime) -> bool:
        """Whether a bug changed last when it is known to have: one read."""
        try:
            return entries.read_moment(self._read(number).entry, "date_last_updated") == at
        except errors.BugUnreadable:
            return False

    def _readable(self, number: int, task: Entry) -> list[Bug]:
        """The bug of a task that a search found; nothing if it was closed to us since."""
        try:
            held = self._read(number)
            return [self._identified(held, entries.make_bug(held.entry, task, self._last_change(held, task)))]
        except errors.BugUnreadable:
            return []

    def _stray(self, number: int, task: Entry) -> list[Bug]:
        """The bug of a task elsewhere, if its footer says that it was filed for this project."""
        try:
            held = self._read(number)
            bug = self._identified(held, _off_project(held.entry, task))
        except errors.BugUnreadable:
            return []
        footer = footers.identify(bug)
        return [bug] if footer is not None and footer.project == self._name else []

    def _identified(self, held: Held, bug: Bug) -> Bug:
        """The bug; if a person cut its footer out, with the text it was filed with, which is its first message."""
        if footers.parse(bug.description) is not None:
            return bug
        messages = self._wire.follow(held, "messages")[:1]
        return evolve(bug, filed_text="".join(entries.read_text(each.entry, "content") for each in messages))

    def _read(self, number: int) -> Held:
        """A bug, fresh; BugUnreadable if it is gone or not ours to see."""
        return self._wire.load(f"bugs/{number}", f"reading bug {number}")

    def _open(self, number: int) -> Held:
        """A bug that may be written to; BugUnreadable if not."""
        held = self._read(number)
        why = entries.explain_sealed(held.entry)
        if why is not None:
            raise errors.BugUnreadable(f"bug {number} is {why}: it is left alone until a person opens it again")
        return held

    def _tasks(self, held: Held) -> list[Held]:
        return self._wire.follow(held, "bug_tasks")

    def _bug(self, held: Held, tasks: Sequence[Held]) -> Bug:
        task = entries.find_task([each.entry for each in tasks], self._project)
        if task is None:
            return _off_project(held.entry, tasks[0].entry)
        return entries.make_bug(held.entry, task, self._last_change(held, task))

    def _last_change(self, held: Held, task: Entry) -> Changed:
        """Who set the status and when: one more read, but for a bug that still has the status it was filed with."""
        if entries.is_never_changed(task):
            return entries.Changed(at=entries.read_moment(held.entry, "date_created"), mine=True)
        activity = [change.entry for change in self._wire.follow(held, "activity")]
        unexplained = entries.Changed(at=entries.read_moment(held.entry, "date_last_updated"), mine=False)
        return entries.find_last_change(activity, task, self._me) or unexplained

    def _file(self, action: actions.FileBug) -> int:
        description = _with_footer(action.description, action.footer)
        fields = {"title": limits.fit_title(action.title), "description": description, "tags": list(action.tags)}
        return self._wire.create(self._project, fields)

    def _edit(self, action: actions.EditBug) -> None:
        held = self._open(action.bug)
        stored = limits.fit_description(entries.read_text(held.entry, "description"))
        if stored != limits.fit_description(action.replaces):
            raise errors.WriteStale(f"editing bug {action.bug}: its description is not the one that covbot wrote")
        if limits.fit_title(entries.read_text(held.entry, "title")) != limits.fit_title(action.replaces_title):
            raise errors.WriteStale(f"editing bug {action.bug}: its title is not the one that the plan saw")
        fields = {
            "title": limits.fit_title(action.title),
            "description": _with_footer(action.description, action.footer),
        }
        self._wire.patch(held, fields, f"editing bug {action.bug}")

    def _set_status(self, action: actions.SetStatus) -> None:
        wish = f"setting bug {action.bug} to {action.status}"
        tasks = self._tasks(self._open(action.bug))
        task = next((each for each in tasks if entries.find_task([each.entry], self._project)), None)
        if task is None:
            raise errors.WriteStale(f"{wish}: it is no longer on {self._project}")
        now = entries.read_status(task.entry)
        if now is not action.replaces:
            raise errors.WriteStale(f"{wish}: it is {now}, not {action.replaces}")
        try:
            self._wire.patch(task, {"status": action.status.value}, wish)
        except errors.WriteRefused:
            # A refusal may have been applied all the same.
            if self._look_after(action.bug).status is not action.status:
                raise

    def _mark_duplicate(self, action: actions.MarkDuplicate) -> None:
        wish = f"marking bug {action.bug} as a duplicate of bug {action.of}"
        held, canonical = self._open(action.bug), self._open(action.of)
        if canonical.entry.get("duplicate_of_link") is not None or held.entry.get("duplicate_of_link") is not None:
            raise errors.WriteStale(f"{wish}: one of them is a duplicate by now")
        self._wire.patch(held, {"duplicate_of": canonical.handle}, wish)

    def _look_after(self, number: int) -> Bug:
        """The bug after a write that was done for certain."""
        try:
            return self.look(number)
        except errors.CovbotError as trouble:
            said = f"bug {number} was written but cannot be read back: {trouble}"
            raise errors.WriteDoubtful(said, bug=number) from None


def _with_footer(text: str, footer: footers.Footer) -> str:
    """The description as it will be stored; WriteRefused, with nothing sent, if its footer would not be found in it."""
    description = limits.fit_description(text)
    if footers.parse(description) != footer:
        raise errors.WriteRefused(f"nothing was sent: the description does not end with its footer {footer}")
    return description


def _off_project(entry: Entry, task: Entry) -> Bug:
    changed = entries.Changed(at=entries.read_moment(entry, "date_last_updated"), mine=False)
    return entries.make_bug(entry, task, changed, on_project=False)


def _number(task: Entry) -> int:
    return entries.read_bug_number(entries.read_text(task, "bug_link"))
