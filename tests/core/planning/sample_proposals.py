"""Tasks of three missing statements each, in a file of their own, without a bug or with one, to be planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

import attrs

from core.sample_bugs import BUG, RECORD
from covbot.core.bugs.actions import About, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.record import digest_text
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines
from covbot.core.planning.proposal import Proposal
from covbot.core.tasks.task import Entry, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.record import BugRecord

COMMENTS = {about: f"comment: {about.value}" for about in About}
STATUS_WORDS = {Status.FIX_RELEASED: "fixed", Status.INVALID: "invalid", Status.NEW: "reopen"}
COMMENT_WORDS = {About.CLOSING: "say", About.AGAIN: "again", About.DONE: "done", About.STILL_MISSING: "ask"}


def make_footer(number: int, generation: int = 1) -> Footer:
    """Return the footer of the task with this number."""
    return Footer(project="nova", key=f"{number:08x}", generation=generation)


def make_text(number: int) -> str:
    """Return the text that the bug of a task was filed with."""
    return f"Lines 2-4.\n\n{make_footer(number)}\n"


def make_bug(number: int, **changes: Any) -> Bug:  # noqa: ANN401 -- the fields of a Bug
    """Return the bug of the task with the same number, filed long ago."""
    known: dict[str, Any] = {"number": number, "title": f"m{number}", "description": make_text(number)}
    return attrs.evolve(BUG, **known | changes)


def make_record(number: int, **changes: Any) -> BugRecord:  # noqa: ANN401 -- the fields of a BugRecord
    """Return the record of that bug."""
    digests = {"title": digest_text(f"m{number}"), "description": digest_text(make_text(number))}
    return attrs.evolve(RECORD, **{"bug": number} | digests | changes)


def make_entry(number: int, **changes: Any) -> Entry:  # noqa: ANN401 -- the fields of an Entry
    """Return the entry of a task, without a bug unless it is given the record of one."""
    task = Task(key=f"{number:08x}", path=f"m{number}.py", regions=("f",), lines=Lines.of([2, 3, 4]))
    return Entry(**{"task": task} | changes)


def make_covered(number: int, **changes: Any) -> Entry:  # noqa: ANN401 -- the fields of an Entry
    """Return the entry of a task with a bug of which all statements run."""
    entry = make_entry(number, **{"record": make_record(number)} | changes)
    return attrs.evolve(entry, task=attrs.evolve(entry.task, lines=Lines()))


def propose(entry: Entry, **changes: Any) -> Proposal:  # noqa: ANN401 -- the fields of a Proposal
    """Return the proposal of an entry; if it has a bug, that waits for somebody."""
    number = int(entry.task.key, 16)
    proposal = Proposal(
        entry=entry,
        state=BugState.WAITING if entry.record else BugState.UNFILED,
        footer=make_footer(number),
        title=f"m{number}",
        description=f"Lines of now.\n\n{make_footer(number)}\n",
        comments=COMMENTS,
    )
    return attrs.evolve(proposal, **changes)


def spell_actions(actions: Iterable[Action]) -> str:
    """Return actions as words: `file`, `edit`, `fixed`, `invalid`, `reopen`, `say`, `again`, `done`, `ask`, `mark`."""
    return " ".join(_spell_action(action) for action in actions)


def _spell_action(action: Action) -> str:
    match action:
        case FileBug():
            return "file"
        case EditBug():
            return "edit"
        case SetStatus(status=status):
            return STATUS_WORDS[status]
        case CommentOnBug(about=about):
            return COMMENT_WORDS[about]
        case MarkDuplicate():
            return "mark"
        case _:
            assert_never(action)
