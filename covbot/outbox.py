"""The one place where bugs are written: each accepted action is looked up, done, read back and receipted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from attrs import frozen

from covbot import errors
from covbot.core import bugs, capping, memory, wording
from covbot.core.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, Outcome, Receipt, SetStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from covbot.core.bugs import Bug
    from covbot.ports import Tracker
    from covbot.store import Pending, Store

MARGIN = timedelta(hours=1)
"""How far the tracker's clock may differ from ours when looking for our own write after a doubtful one."""


NOT_DONE = frozenset({Outcome.OVERTAKEN, Outcome.REFUSED, Outcome.UNREADABLE})
"""What ends the burst of a bug."""


def unheld() -> None:
    """Nobody else can write."""


@frozen(kw_only=True)
class Outbox:
    """The accepted and not yet done actions of a project, and the tracker that they are for.

    `hold` is called before every write, and raises if another pass may write by now.
    """

    store: Store
    project: str
    tracker: Tracker
    clock: Callable[[], datetime]
    hold: Callable[[], None] = unheld

    def survey(self) -> dict[int, Bug]:
        """The account's bugs as the tracker shows them now, by number: only what changed is asked for, and then kept.

        CannotUseTracker if any doubt remains.
        """
        since, known = self.store.listings.load(self.project)
        listing = self.tracker.listing(since, known)
        shown = {bug.number: bug for bug in listing.bugs}
        found = shown if listing.whole else known | shown
        self.store.listings.save(self.project, listing.at, found)
        return found

    def drain(self) -> Iterator[Receipt]:
        """Do the accepted actions one after another and yield the receipt of each, once it is kept.

        When one write to a bug fails, the rest of its burst is not done; the other bugs go on. Trouble with the tracker
        as a whole (CannotUseTracker), the stop switch (Paused) and another pass (LeaseTaken) end the drain; what is not
        done stays accepted.
        """
        doubtful: set[str] = set()
        dropped: set[str] = set()
        lost = 0
        for pending in self.store.outbox.pending(self.project):
            self.obey_stop_switch()
            self.hold()
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
            if receipt.outcome in NOT_DONE:
                dropped.add(key)
            yield receipt
            lost += receipt.outcome is Outcome.UNREADABLE
            self._check_lost(lost)

    def _check_lost(self, lost: int) -> None:
        """CannotUseTracker if too many of the bugs turned out to be closed to covbot."""
        shown = len(self.store.listings.load(self.project)[1]) if lost else 0
        why = capping.loss(lost, shown + lost)
        if why is not None:
            raise errors.CannotUseTracker(why)

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
        except errors.WriteDoubtful as doubt:
            done = self._find_after(pending, doubt)
            return None if done is None else self._settle(pending, Outcome.FOUND_DONE, done)
        except errors.WriteStale as error:
            return self._settle(pending, Outcome.OVERTAKEN, None, str(error))
        except errors.BugUnreadable as error:
            return self._settle(pending, Outcome.UNREADABLE, None, str(error))
        except errors.WriteRefused as error:
            return self._settle(pending, Outcome.REFUSED, None, str(error))

    def _find_after(self, pending: Pending, doubt: errors.WriteDoubtful) -> Bug | None:
        """The bug, if a write whose answer was lost shows there."""
        try:
            known = isinstance(pending.action, FileBug) and doubt.bug is not None
            return self.tracker.look(doubt.bug) if known and doubt.bug is not None else self._find_done(pending)
        except errors.BugUnreadable:
            return None

    def _find_done(self, pending: Pending) -> Bug | None:
        """The bug, if the action already shows there: done before a crash, or by a write whose answer was lost."""
        action = pending.action
        if isinstance(action, FileBug):
            found = (bug for bug in self.survey().values() if bugs.footer_of(bug.description) == action.footer)
            return min(found, key=lambda bug: bug.number, default=None)
        bug = self.tracker.look(action.bug)
        return bug if _shows(bug, action, pending.accepted_at - MARGIN) else None

    def _settle(self, pending: Pending, outcome: Outcome, bug: Bug | None, note: str = "") -> Receipt:
        """Keep the receipt and what is to be remembered of the bug, and take the action out of the outbox, at once."""
        at, key = self.clock(), pending.action.footer.key
        number = bug.number if bug else _number(pending.action)
        receipt = Receipt(action=pending.action, outcome=outcome, bug=number, at=at, note=note)
        with self.store.transaction():
            if bug is not None:
                before = self.store.ledgers.filed(self.project, key)
                filed = memory.remember(before, pending.action, bug, at=at)
                if filed is not None:
                    self.store.ledgers.remember(self.project, key, filed)
                self.store.listings.update(self.project, bug)
            if outcome is Outcome.UNREADABLE and number is not None:
                self.store.listings.forget(self.project, number)
            self.store.outbox.settle(pending.id, receipt)
        return receipt


def _shows(bug: Bug, action: EditBug | CommentOnBug | SetStatus | MarkDuplicate, since: datetime) -> bool:
    """Whether an action that was accepted `since` shows at its bug."""
    match action:
        case EditBug():
            stored = wording.title(bug.title), wording.description(bug.description)
            return stored == (wording.title(action.title), wording.description(action.description))
        case CommentOnBug():
            said = (wording.description(item.text) for item in bug.comments if item.mine and item.at >= since)
            return wording.description(action.text) in said
        case SetStatus():
            return bug.status is action.status
        case MarkDuplicate():
            return bug.duplicate_of == action.of
        case _:
            assert_never(action)


def _number(action: Action) -> int | None:
    return None if isinstance(action, FileBug) else action.bug
