"""The one place where bugs are written: each accepted action is looked up, done, read back and receipted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from attrs import frozen

from covbot import errors
from covbot.core import bugs, memory
from covbot.core.actions import Action, CommentOnBug, EditBug, FileBug, Outcome, Receipt, SetStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from covbot.core.bugs import Bug
    from covbot.ports import Tracker
    from covbot.store import Pending, Store

MARGIN = timedelta(hours=1)
"""How far the tracker's clock may differ from ours when looking for our own write after a doubtful one."""


@frozen(kw_only=True)
class Outbox:
    """The accepted and not yet done actions of a project, and the tracker that they are for."""

    store: Store
    project: str
    tracker: Tracker
    clock: Callable[[], datetime]

    def drain(self) -> Iterator[Receipt]:
        """Do the accepted actions one after another and yield the receipt of each, once it is kept.

        When one write to a bug fails, the rest of its burst is not done; the other bugs go on. Trouble with the tracker
        as a whole (CannotUseTracker) and the stop switch (Paused) end the drain; what is not done stays accepted.
        """
        doubtful: set[str] = set()
        dropped: set[str] = set()
        for pending in self.store.outbox.pending(self.project):
            self.obey_stop_switch()
            key = pending.action.footer.key
            if key in doubtful:
                continue
            if key in dropped:
                yield self._settle(pending, Outcome.OVERTAKEN, None, "an earlier write to this bug was not done")
                continue
            receipt = self._perform(pending)
            if receipt is None:
                doubtful.add(key)
                continue
            if receipt.outcome in {Outcome.OVERTAKEN, Outcome.REFUSED}:
                dropped.add(key)
            yield receipt

    def obey_stop_switch(self) -> None:
        """Paused if a person paused covbot, or if that cannot be known."""
        why = self.store.switches.paused()
        if why is not None:
            message = f"paused: {why} (to go on: covbot resume)"
            raise errors.Paused(message)

    def _perform(self, pending: Pending) -> Receipt | None:
        """Look, act, read back; None while it is doubtful whether the action was done."""
        try:
            done = self._find_done(pending)
            if done is not None:
                return self._settle(pending, Outcome.FOUND_DONE, done)
            return self._settle(pending, Outcome.DONE, self.tracker.act(pending.action))
        except errors.WriteDoubtful:
            done = self._find_done(pending)
            return None if done is None else self._settle(pending, Outcome.FOUND_DONE, done)
        except (errors.WriteStale, errors.BugUnreadable) as error:
            return self._settle(pending, Outcome.OVERTAKEN, None, str(error))
        except errors.WriteRefused as error:
            return self._settle(pending, Outcome.REFUSED, None, str(error))

    def _find_done(self, pending: Pending) -> Bug | None:
        """The bug, if the action already shows there: done before a crash, or by a write whose answer was lost."""
        action, since = pending.action, pending.accepted_at - MARGIN
        match action:
            case FileBug():
                found = (bug for bug in self.tracker.listing(since) if bugs.footer_of(bug.description) == action.footer)
                return min(found, key=lambda bug: bug.number, default=None)
            case EditBug():
                bug = self.tracker.look(action.bug)
                return bug if (bug.title, bug.description) == (action.title, action.description) else None
            case CommentOnBug():
                bug = self.tracker.look(action.bug)
                said = any(item.mine and item.text == action.text and item.at >= since for item in bug.comments)
                return bug if said else None
            case SetStatus():
                bug = self.tracker.look(action.bug)
                return bug if bug.status is action.status else None
            case _:
                assert_never(action)

    def _settle(self, pending: Pending, outcome: Outcome, bug: Bug | None, note: str = "") -> Receipt:
        """Keep the receipt and what is to be remembered of the bug, and take the action out of the outbox, at once."""
        at = self.clock()
        number = bug.number if bug else _number(pending.action)
        receipt = Receipt(action=pending.action, outcome=outcome, bug=number, at=at, note=note)
        with self.store.transaction():
            if bug is not None:
                key = pending.action.footer.key
                before = self.store.ledgers.filed(self.project, key)
                self.store.ledgers.remember(self.project, key, memory.remember(before, pending.action, bug, at=at))
            self.store.outbox.settle(pending.id, receipt)
        return receipt


def _number(action: Action) -> int | None:
    return None if isinstance(action, FileBug) else action.bug
