"""Does single actions on one Launchpad project: each is written once, and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from attrs import evolve, frozen

from covbot import errors
from covbot.core.bugs import actions, limits, statuses
from covbot.core.bugs.bug import Comment
from covbot.trackers.launchpad import descriptions, entries

if TYPE_CHECKING:
    from covbot.trackers.launchpad.client import Client
    from covbot.trackers.launchpad.reading import BugReader, LoadedBug


@frozen(kw_only=True)
class BugWriter:
    """Writes to the bugs of one project; `reader` uses the same connection."""

    client: Client
    reader: BugReader
    project: str

    def file_bug(self, action: actions.FileBug) -> LoadedBug:
        """File a bug and read it back."""
        description = descriptions.check_footer(action.description, action.footer)
        fields = {"title": limits.fit_title(action.title), "description": description, "tags": list(action.tags)}
        return self._read_back(self.client.create(self.project, fields))

    def change_bug(
        self,
        action: actions.EditBug | actions.CommentOnBug | actions.SetStatus | actions.MarkDuplicate,
        seen: LoadedBug,
    ) -> LoadedBug:
        """Do an action on a bug that was just read, provided that it still is as it was `seen`, and read it back.

        After a comment the status and the assignee are those that were seen, and after a change of the status
        everything else is: both are reported to be as old as what was seen, so that the next listing reads them.
        """
        match action:
            case actions.EditBug():
                return self._edit_bug(action, seen)
            case actions.CommentOnBug():
                return self._comment_on_bug(action, seen)
            case actions.SetStatus():
                return self._set_status(action, seen)
            case actions.MarkDuplicate():
                return self._mark_duplicate(action, seen)
            case _:  # pragma: no cover -- the type checker holds that there is no other action
                assert_never(action)

    def _edit_bug(self, action: actions.EditBug, seen: LoadedBug) -> LoadedBug:
        stored = limits.fit_description(seen.bug.description)
        if stored != limits.fit_description(action.replaces):
            raise errors.WriteStale(f"editing bug {action.bug}: its description is not the one that covbot wrote")
        if limits.fit_title(seen.bug.title) != limits.fit_title(action.replaces_title):
            raise errors.WriteStale(f"editing bug {action.bug}: its title is not the one that the plan saw")
        fields = {
            "title": limits.fit_title(action.title),
            "description": descriptions.check_footer(action.description, action.footer),
        }
        handle = self.client.patch(seen.handle, fields, f"editing bug {action.bug}")
        return self._read_back_tasks(evolve(seen, handle=handle))

    def _comment_on_bug(self, action: actions.CommentOnBug, seen: LoadedBug) -> LoadedBug:
        text = limits.fit_description(action.text)
        at = self.client.comment(seen.handle, text, f"commenting on bug {action.bug}") or seen.bug.updated_at
        try:
            handle = self.reader.load_bug(action.bug)
        except errors.CovbotError as error:
            raise _make_doubt(action.bug, error) from None
        task = self.reader.find_own_task(seen.tasks) or seen.tasks[0]
        change = entries.StatusChange(at=seen.bug.status_at, mine=seen.bug.status_mine, closed_at=seen.bug.closed_at)
        bug = entries.make_bug(handle.entry, task.entry, change, on_project=seen.bug.on_project)
        comments = (*seen.bug.comments, Comment(text=text, at=at, mine=True))
        bug = evolve(bug, updated_at=seen.bug.updated_at, filed_text=seen.bug.filed_text, comments=comments)
        return evolve(seen, bug=bug, handle=handle)

    def _set_status(self, action: actions.SetStatus, seen: LoadedBug) -> LoadedBug:
        request = f"setting bug {action.bug} to {action.status}"
        task = self.reader.find_own_task(seen.tasks)
        if task is None:
            raise errors.WriteStale(f"{request}: it is no longer on {self.project}")
        now = entries.read_status(task.entry)
        if now is not action.replaces:
            raise errors.WriteStale(f"{request}: it is {now}, not {action.replaces}")
        try:
            changed = self.client.patch(task, {"status": action.status.value}, request)
        except errors.WriteRefused:
            # A refused change may have been applied all the same.
            after = self._read_back(action.bug)
            if after.bug.status is not action.status:
                raise
            return after
        status, at = entries.read_status(changed.entry), entries.find_last_date(changed.entry) or seen.bug.status_at
        bug = evolve(
            seen.bug,
            status=status,
            assignee=entries.read_assignee(changed.entry),
            status_mine=True,
            status_at=at,
            closed_at=at if status in statuses.CLOSED else None,
        )
        tasks = [changed if each is task else each for each in seen.tasks]
        return evolve(seen, bug=bug, tasks=tasks)

    def _mark_duplicate(self, action: actions.MarkDuplicate, seen: LoadedBug) -> LoadedBug:
        request = f"marking bug {action.bug} as a duplicate of bug {action.of}"
        canonical = self.reader.load_writable(action.of)
        if canonical.entry.get("duplicate_of_link") is not None or seen.bug.duplicate_of is not None:
            raise errors.WriteStale(f"{request}: one of them is a duplicate by now")
        handle = self.client.patch(seen.handle, {"duplicate_of": canonical.handle}, request)
        return self._read_back_tasks(evolve(seen, handle=handle))

    def _read_back(self, number: int) -> LoadedBug:
        """Return the bug after a write that was certainly done."""
        try:
            return self.reader.look(number)
        except errors.CovbotError as error:
            raise _make_doubt(number, error) from None

    def _read_back_tasks(self, after: LoadedBug) -> LoadedBug:
        """Return a bug, whose new state the response to a write showed, with its tasks as they are since."""
        try:
            tasks = self.reader.load_tasks(after.handle)
            bug = self.reader.add_filed_text(after.handle, self.reader.make_bug(after.handle, tasks))
        except errors.CovbotError as error:
            raise _make_doubt(after.bug.number, error) from None
        return evolve(after, bug=evolve(bug, comments=after.bug.comments), tasks=tasks)


def _make_doubt(number: int, error: errors.CovbotError) -> errors.WriteDoubtful:
    return errors.WriteDoubtful(f"bug {number} was written but cannot be read back: {error}", bug=number)
