"""covbot's access to the embedded tracker: `LocalTracker`."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs
from attrs import frozen

from covbot import ports
from covbot.core.bugs.actions import CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from covbot.errors import BugUnreadable, WriteRefused, WriteStale
from covbot.store.local_bugs import LocalBug, LocalComment
from covbot.trackers.local import conversion, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.store.local_bugs import LocalBugs


@frozen(kw_only=True)
class LocalTracker:
    """The tracker of one project, used by covbot's account, which is no bug supervisor; `now` is the server's clock.

    Every write is committed at once, so that it raises RuntimeError inside a transaction of the store.
    """

    bugs: LocalBugs
    project: str
    now: Callable[[], datetime]

    @property
    def address(self) -> str:
        """The name of the project in the local tracker."""
        return rules.make_address(self.project)

    def listing(
        self, since: datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        """Return every bug filed here that is not private: always all of them, since reading the store is cheap."""
        del since, known, hidden
        at, found = self.now(), list(conversion.make_all_bugs(self.bugs, self.project))
        shown = [bug for stored, bug in found if not stored.private]
        return ports.Listing(bugs=shown, at=at, hidden=len(found) - len(shown))

    def look(self, number: int) -> Bug:
        """Return one bug with its comments; raise BugUnreadable if it does not exist or is private."""
        bug = self.bugs.bug(self.project, number)
        if bug is None or bug.private:
            raise BugUnreadable(f"bug {number} of {self.project}: gone, or private")
        return conversion.make_whole_bug(self.bugs, bug)

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        """Do one action and read the bug back; raise WriteRefused or WriteStale if nothing was done."""
        del seen
        match action:
            case FileBug():
                return self.look(self._file_bug(action))
            case EditBug():
                self._change_bug(action.bug, lambda bug: _edit_texts(bug, action))
            case SetStatus():
                self._change_bug(action.bug, lambda bug: _set_status(bug, action))
            case CommentOnBug():
                self._add_comment(action)
            case MarkDuplicate():
                self._mark_duplicate(action)
            case _:
                assert_never(action)
        return self.look(action.bug)

    def _file_bug(self, action: FileBug) -> int:
        now = self.now()
        bug = LocalBug(
            project=self.project,
            reporter=rules.ACCOUNT,
            title=rules.make_title(action.title),
            description=rules.make_description(action.description),
            tags=rules.make_tags(action.tags),
            created_at=now,
            updated_at=now,
        )
        return self.bugs.insert(bug)

    def _change_bug(self, number: int, edit: Callable[[LocalBug], LocalBug]) -> None:
        self.bugs.change(self._find_bug(number).number, edit, who=rules.ACCOUNT, at=self.now())

    def _add_comment(self, action: CommentOnBug) -> None:
        text = rules.check_text(action.text, "comment")
        comment = LocalComment(author=rules.ACCOUNT, at=self.now(), text=text)
        self.bugs.comment(self._find_bug(action.bug).number, comment)

    def _mark_duplicate(self, action: MarkDuplicate) -> None:
        canonical = self._find_bug(action.of)
        if canonical.duplicate_of is not None or action.of == action.bug:
            raise WriteRefused(f"bug {action.of} is a duplicate itself")
        self._change_bug(action.bug, lambda bug: attrs.evolve(bug, duplicate_of=action.of))

    def _find_bug(self, number: int) -> LocalBug:
        bug = self.bugs.bug(self.project, number)
        if bug is None or bug.private:
            raise WriteRefused(f"bug {number} of {self.project}: gone, or private")
        return bug


def _edit_texts(bug: LocalBug, action: EditBug) -> LocalBug:
    if bug.description != action.replaces:
        raise WriteStale(f"bug {bug.number}: its description was changed")
    if bug.title != action.replaces_title:
        raise WriteStale(f"bug {bug.number}: its title was changed")
    return attrs.evolve(
        bug, title=rules.edit_title(action.title), description=rules.edit_description(action.description)
    )


def _set_status(bug: LocalBug, action: SetStatus) -> LocalBug:
    if not bug.on_project:
        raise WriteRefused(f"bug {bug.number}: the project is no longer on it")
    if bug.status is not action.replaces:
        raise WriteStale(f"bug {bug.number}: its status was changed to {bug.status}")
    rules.check_status(bug.status, action.status)
    return attrs.evolve(bug, status=action.status)
