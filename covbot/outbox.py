"""The one place where bugs are written: each accepted action is looked up, done, read back and receipted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import attrs
from attrs import frozen

from covbot import errors, logs
from covbot.core.bugs import bug_tags, footers, limits
from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, Outcome, Receipt, SetStatus
from covbot.core.bugs.record import update_record
from covbot.core.planning import caps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.ports import Tracker
    from covbot.store import Pending, Store

MARGIN = timedelta(hours=1)
"""How far the tracker's clock may differ from ours when looking for our own write after a doubtful one."""


def unheld() -> None:
    """Nobody else can write."""


@frozen(kw_only=True)
class Outbox:
    """The accepted and not yet done actions of a project, and the tracker that they are for.

    `hold` is called before every write, and raises LeaseTaken if another pass may write by now.
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
        since, known = self.store.bug_cache.load(self.project)
        listing = self.tracker.listing(since, known)
        shown = {bug.number: bug for bug in listing.bugs}
        found = shown if listing.whole else known | shown
        self.store.bug_cache.save(self.project, listing.at, found)
        return found

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
        as a whole (CannotUseTracker), the stop switch (Paused) and another pass (LeaseTaken) end the drain; what is not
        done stays accepted.
        """
        lost = 0
        left = self.store.outbox.pending(self.project)
        while left:
            self.obey_stop_switch()
            self.hold()
            pending = left[0]
            key = pending.action.footer.key
            receipts = self._perform([other for other in left if other.action.footer.key == key])
            settled = {id(receipt.action) for receipt in receipts}
            left = [other for other in left[1:] if id(other.action) not in settled]
            if not receipts:
                left = [other for other in left if other.action.footer.key != key]
            yield from receipts
            lost += sum(receipt.outcome is Outcome.UNREADABLE for receipt in receipts)
            self._check_lost(lost)

    def _check_lost(self, lost: int) -> None:
        """CannotUseTracker if too many of the bugs turned out to be closed to covbot."""
        shown = len(self.store.bug_cache.load(self.project)[1]) if lost else 0
        why = caps.find_unreadable_fault(lost, shown + lost)
        if why is not None:
            raise errors.CannotUseTracker(why)

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
        except errors.WriteDoubtful as doubt:
            done = self._find_after(pending, doubt)
            return [] if done is None else [self._settle(pending, Outcome.FOUND_DONE, done)]
        except errors.WriteStale as error:
            return self._give_up(burst, Outcome.OVERTAKEN, str(error))
        except errors.BugUnreadable as error:
            return self._give_up(burst, Outcome.UNREADABLE, str(error))
        except errors.WriteRefused as error:
            return self._give_up(burst, Outcome.REFUSED, str(error))

    def _find_after(self, pending: Pending, doubt: errors.WriteDoubtful) -> Bug | None:
        """The bug, if a write whose answer was lost shows there."""
        try:
            if isinstance(pending.action, FileBug) and doubt.bug is not None:
                return self.tracker.look(doubt.bug)
            return self._find_done(pending, since=pending.accepted_at - MARGIN)
        except errors.BugUnreadable:
            return None

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
        try:
            bug = self.tracker.look(number)
        except errors.BugUnreadable:
            return False
        tagged = bug_tags.COVBOT in bug.tags and bug_tags.IGNORE not in bug.tags
        return bug.status_mine and tagged and bug.on_project and bug.duplicate_of is None

    def _find_done(self, pending: Pending, *, since: datetime | None) -> Bug | None:
        """The bug, if the action already shows there: done before a crash, or by a write whose answer was lost."""
        action = pending.action
        if isinstance(action, FileBug):
            found = (bug for bug in self.survey().values() if footers.identify(bug) == action.footer)
            return min(found, key=lambda bug: bug.number, default=None)
        bug = self.tracker.look(action.bug)
        return bug if _shows(bug, action, since) else None

    def _settle(self, pending: Pending, outcome: Outcome, bug: Bug | None, note: str = "") -> Receipt:
        """Keep the receipt and what is to be remembered of the bug, and take the action out of the outbox, at once."""
        at, key = self.clock(), pending.action.footer.key
        number = bug.number if bug else _number(pending.action)
        receipt = Receipt(action=pending.action, outcome=outcome, bug=number, at=at, note=note)
        with self.store.transaction():
            if bug is not None:
                before = self.store.ledgers.record(self.project, key)
                filed = update_record(before, pending.action, _as_sent(bug, pending.action, outcome), at=at)
                if filed is not None:
                    self.store.ledgers.remember(self.project, key, filed)
                self.store.bug_cache.update(self.project, bug)
            if outcome is Outcome.UNREADABLE and number is not None:
                self.store.bug_cache.forget(self.project, number)
            self.store.outbox.settle(pending.id, receipt)
        logs.info(
            "action.receipted",
            project=self.project,
            action=type(receipt.action).__name__,
            bug=receipt.bug,
            outcome=receipt.outcome.value,
            why=receipt.action.why,
        )
        return receipt


def _as_sent(bug: Bug, action: Action, outcome: Outcome) -> Bug:
    """A bug that was found filed, with the words that covbot sent: whoever changed them since is a person."""
    if isinstance(action, FileBug) and outcome is Outcome.FOUND_DONE:
        return attrs.evolve(
            bug, title=limits.fit_title(action.title), description=limits.fit_description(action.description)
        )
    return bug


def _shows(bug: Bug, action: EditBug | CommentOnBug | SetStatus | MarkDuplicate, since: datetime | None) -> bool:
    """Whether an action shows at its bug, a comment only if it was made `since`."""
    match action:
        case EditBug():
            stored = limits.fit_title(bug.title), limits.fit_description(bug.description)
            return stored == (limits.fit_title(action.title), limits.fit_description(action.description))
        case CommentOnBug():
            said = (item for item in bug.comments if item.mine and (since is None or item.at >= since))
            return limits.fit_description(action.text) in {limits.fit_description(item.text) for item in said}
        case SetStatus():
            return bug.status is action.status and bug.status_mine
        case MarkDuplicate():
            return bug.duplicate_of == action.of
        case _:
            assert_never(action)


def _number(action: Action) -> int | None:
    return None if isinstance(action, FileBug) else action.bug
