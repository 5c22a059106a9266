"""The one place where bugs are written: each accepted action is looked up, done, read back and receipted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import attrs
from attrs import frozen

from covbot import errors
from covbot.core import bugs, memory, standing
from covbot.core.actions import Action, CommentOnBug, EditBug, FileBug, Outcome, Receipt, SetStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
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

    def review(self) -> Iterator[Receipt]:
        """Settle what an earlier pass left, by reading alone, and yield the receipts.

        What shows in the tracker is done. A burst that began stays, for `drain` to finish it, unless a person took its
        bug over since. All else was decided on older news: it is withdrawn, to be planned anew under the caps of now.
        """
        bursts: dict[str, list[Pending]] = {}
        for pending in self.store.outbox.pending(self.project):
            bursts.setdefault(pending.action.footer.key, []).append(pending)
        for burst in bursts.values():
            yield from self._review(burst)

    def _review(self, burst: Sequence[Pending]) -> Iterator[Receipt]:
        began = self._began(burst[0])
        for place, pending in enumerate(burst):
            try:
                done = self._find_done(pending, since=None)
            except errors.BugUnreadable:
                done = None
            if done is not None:
                began = True
                yield self._settle(pending, Outcome.FOUND_DONE, done)
            elif not (began and self._is_ours(pending.action)):
                yield from self._give_up(burst[place:], Outcome.OVERTAKEN, "left by an earlier pass: planned anew")
                return

    def drain(self) -> Iterator[Receipt]:
        """Do the accepted actions one after another and yield the receipt of each, once it is kept.

        When one write to a bug fails, the rest of its burst is not done; the other bugs go on. Trouble with the tracker
        as a whole (CannotUseTracker) and the stop switch (Paused) end the drain; what is not done stays accepted.
        """
        left = self.store.outbox.pending(self.project)
        while left:
            self.obey_stop_switch()
            pending = left[0]
            key = pending.action.footer.key
            receipts = self._perform([other for other in left if other.action.footer.key == key])
            settled = {id(receipt.action) for receipt in receipts}
            left = [other for other in left[1:] if id(other.action) not in settled]
            if not receipts:
                left = [other for other in left if other.action.footer.key != key]
            yield from receipts

    def obey_stop_switch(self) -> None:
        """Paused if a person paused covbot, or if that cannot be known."""
        why = self.store.switches.paused()
        if why is not None:
            message = f"paused: {why} (to go on: covbot resume)"
            raise errors.Paused(message)

    def _perform(self, burst: Sequence[Pending]) -> list[Receipt]:
        """Look, do the first of a burst, read back; none while it is doubtful whether it was done, all if it failed."""
        pending = burst[0]
        since = pending.accepted_at - MARGIN
        try:
            done = self._find_done(pending, since=since)
            if done is not None:
                return [self._settle(pending, Outcome.FOUND_DONE, done)]
            return [self._settle(pending, Outcome.DONE, self.tracker.act(pending.action))]
        except errors.WriteDoubtful:
            done = self._find_done(pending, since=since)
            return [] if done is None else [self._settle(pending, Outcome.FOUND_DONE, done)]
        except (errors.WriteStale, errors.BugUnreadable) as error:
            return self._give_up(burst, Outcome.OVERTAKEN, str(error))
        except errors.WriteRefused as error:
            return self._give_up(burst, Outcome.REFUSED, str(error))

    def _give_up(self, burst: Sequence[Pending], outcome: Outcome, note: str) -> list[Receipt]:
        """Settle a whole burst at once, so that no part of it is left to be done alone."""
        first, *rest = burst
        with self.store.transaction():
            receipts = [self._settle(first, outcome, None, note)]
            why = "an earlier write to this bug was not done"
            return receipts + [self._settle(other, Outcome.OVERTAKEN, None, why) for other in rest]

    def _began(self, pending: Pending) -> bool:
        """Whether the write before this one, of the same burst, was done."""
        last = self.store.outbox.receipts(self.project, key=pending.action.footer.key, limit=1)
        done = [receipt for receipt in last if receipt.outcome in {Outcome.DONE, Outcome.FOUND_DONE}]
        return any(receipt.at >= pending.accepted_at for receipt in done)

    def _is_ours(self, action: Action) -> bool:
        """Whether a bug is as covbot left it in the middle of a burst."""
        number = _number(action)
        if number is None:
            return False
        bug = self.tracker.look(number)
        tagged = standing.TAG in bug.tags and standing.IGNORE not in bug.tags
        return bug.status_mine and tagged and bug.on_project and bug.duplicate_of is None

    def _find_done(self, pending: Pending, *, since: datetime | None) -> Bug | None:
        """The bug, if the action already shows there: done before a crash, or by a write whose answer was lost."""
        action = pending.action
        match action:
            case FileBug():
                found = (bug for bug in self.tracker.listing(since) if bugs.footer_of(bug.description) == action.footer)
                bug = min(found, key=lambda bug: bug.number, default=None)
                # Whoever changed the text since: what is remembered is what covbot sent.
                return bug and attrs.evolve(bug, title=action.title, description=action.description)
            case EditBug():
                bug = self.tracker.look(action.bug)
                return bug if (bug.title, bug.description) == (action.title, action.description) else None
            case CommentOnBug():
                bug = self.tracker.look(action.bug)
                said = [item for item in bug.comments if item.mine and item.text == action.text]
                return bug if any(since is None or item.at >= since for item in said) else None
            case SetStatus():
                bug = self.tracker.look(action.bug)
                return bug if bug.status is action.status and bug.status_mine else None
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
