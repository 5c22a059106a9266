"""Everybody else's access to the embedded tracker: `Person`, for a volunteer or a maintainer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

from covbot.errors import UnknownName, WriteRefused
from covbot.store.local_bugs import LocalComment
from covbot.trackers.local import conversion, rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.statuses import Status
    from covbot.store.local_bugs import LocalBug, LocalBugs, LocalChange


@frozen(kw_only=True)
class BugStory:
    """Everything about one bug: its values, whether it is private, its comments with their authors, its activity."""

    bug: Bug
    private: bool
    comments: tuple[LocalComment, ...]
    changes: tuple[LocalChange, ...]


def _check_name(_: object, __: object, name: str) -> None:
    rules.check_text(name, "name")
    if not name.strip() or name == rules.ACCOUNT:
        raise UnknownName(f"{name!r} is not the name of a person: choose another than {rules.ACCOUNT}")


@frozen(kw_only=True)
class Person:
    """A person who may change the bugs of a project in any way; `now` is the server's clock.

    Raise UnknownName for a bug that does not exist; WriteRefused for what Launchpad does not accept.
    """

    bugs: LocalBugs
    project: str
    name: str = field(validator=_check_name)
    now: Callable[[], datetime]

    def listing(self) -> list[Bug]:
        """Return every bug of the project by number, private ones too."""
        return [bug for _, bug in conversion.make_all_bugs(self.bugs, self.project)]

    def show(self, number: int) -> BugStory:
        """Return everything about one bug."""
        bug = self._find_bug(number)
        return BugStory(
            bug=conversion.make_whole_bug(self.bugs, bug),
            private=bug.private,
            comments=tuple(self.bugs.comments(number)),
            changes=tuple(self.bugs.changes(number)),
        )

    def set_status(self, number: int, status: Status) -> None:
        """Change the status."""
        self._change_bug(number, lambda bug: attrs.evolve(bug, status=status))

    def comment(self, number: int, text: str) -> None:
        """Add a comment."""
        comment = LocalComment(author=self.name, at=self.now(), text=rules.check_text(text, "comment"))
        self.bugs.comment(self._find_bug(number).number, comment)

    def edit(self, number: int, *, title: str | None = None, description: str | None = None) -> None:
        """Replace the title, the description, or both."""
        self._change_bug(number, lambda bug: _edit_texts(bug, title, description))

    def tag(self, number: int, tag: str) -> None:
        """Add a tag."""
        self._change_bug(number, lambda bug: attrs.evolve(bug, tags=rules.make_tags((*bug.tags, tag))))

    def untag(self, number: int, tag: str) -> None:
        """Remove a tag."""
        self._change_bug(number, lambda bug: attrs.evolve(bug, tags=tuple(other for other in bug.tags if other != tag)))

    def assign(self, number: int, assignee: str | None) -> None:
        """Set who works on it; None: nobody."""
        name = None if assignee is None else rules.check_text(assignee, "assignee")
        self._change_bug(number, lambda bug: attrs.evolve(bug, assignee=name))

    def mark_duplicate(self, number: int, of: int | None) -> None:
        """Set which bug it is a duplicate of (None: of none); its own duplicates are moved along."""
        if of is not None:
            self._check_canonical(number, self._find_bug(of))
            for other in self.bugs.bugs(self.project):
                if other.duplicate_of == number:
                    self._change_bug(other.number, lambda bug: attrs.evolve(bug, duplicate_of=of))
        self._change_bug(number, lambda bug: attrs.evolve(bug, duplicate_of=of))

    def remove_task(self, number: int) -> None:
        """Remove the project from the bug."""
        self._change_bug(number, lambda bug: attrs.evolve(bug, on_project=False))

    def make_private(self, number: int) -> None:
        """Hide it from everybody but people: covbot can no longer read it."""
        self._change_bug(number, lambda bug: attrs.evolve(bug, private=True))

    def _check_canonical(self, number: int, canonical: LocalBug) -> None:
        self._find_bug(number)
        if canonical.number == number:
            raise WriteRefused(f"bug {number} cannot be a duplicate of itself")
        if canonical.duplicate_of is not None:
            raise WriteRefused(f"bug {canonical.number} is already a duplicate of bug {canonical.duplicate_of}")

    def _change_bug(self, number: int, edit: Callable[[LocalBug], LocalBug]) -> None:
        self.bugs.change(self._find_bug(number).number, edit, who=self.name, at=self.now())

    def _find_bug(self, number: int) -> LocalBug:
        bug = self.bugs.bug(self.project, number)
        if bug is None:
            raise UnknownName(f"no bug {number} of {self.project} in the local tracker: `covbot bugs` lists them")
        return bug


def _edit_texts(bug: LocalBug, title: str | None, description: str | None) -> LocalBug:
    return attrs.evolve(
        bug,
        title=bug.title if title is None else rules.edit_title(title),
        description=bug.description if description is None else rules.edit_description(description),
    )
