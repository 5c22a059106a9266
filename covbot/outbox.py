"""The only place where bugs are written: each accepted action is looked up, done, read back and receipted."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

from covbot import errors, logs
from covbot.core.bugs import bug_tags, bursts, footers
from covbot.core.bugs.actions import Action, FileBug, Outcome, Receipt
from covbot.core.bugs.record import start_unseen_record, update_record
from covbot.core.bugs.tracker_clock import TrackerClock
from covbot.core.planning import caps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.footers import Footer
    from covbot.core.policy import Policy
    from covbot.ports import Listing, Tracker
    from covbot.store import Pending, Store

CLOCK_MARGIN = timedelta(hours=1)
"""The tolerated difference of the tracker's clock when covbot searches for its own write after a lost answer."""

FAILED = frozenset({Outcome.UNREADABLE, Outcome.REFUSED})
"""The outcomes that suggest, if there are several, that covbot's account is in trouble."""

_OUTCOMES = {
    errors.WriteStale: Outcome.OVERTAKEN,
    errors.BugUnreadable: Outcome.UNREADABLE,
    errors.WriteRefused: Outcome.REFUSED,
}


def hold_nothing() -> None:
    """Do nothing, since no other pass can write."""


@frozen(kw_only=True)
class Outbox:
    """The actions of a project that are accepted and not done yet, and the tracker that they are for.

    `hold` is called before every write, and raises LeaseTaken if another pass may write by now. By the `policy` the
    caps are looked at before each filing again: a pass over another project may have filed in the same tracker project.
    """

    store: Store
    project: str
    tracker: Tracker
    clock: TrackerClock = field(converter=TrackerClock)
    policy: Policy | None = None
    hold: Callable[[], None] = hold_nothing

    def list_bugs(self) -> dict[int, Bug]:
        """Return the account's bugs as the tracker shows them now, by number; CannotUseTracker."""
        return self.read_listing()[0]

    def read_listing(self) -> tuple[dict[int, Bug], Listing]:
        """Return the account's bugs as the tracker shows them now, by number, and the listing that was read for that.

        Only changed bugs are requested, and the result is cached. Raise CannotUseTracker if it may be incomplete.
        """
        since, known, hidden = self.store.bug_cache.load(self.project, self.tracker.address)
        listing = self.tracker.listing(since, known, hidden)
        if listing.clock is not None:
            self.clock.set_time(listing.clock)
        found = listing.update(known)
        self.store.bug_cache.save(self.project, self.tracker.address, listing, found)
        return found, listing

    def review(self) -> Iterator[Receipt]:
        """Settle the actions that an earlier pass left, by reading alone, and yield the receipts.

        An action that is visible in the tracker is done. A burst that was begun stays, for `drain` to finish it, unless
        a person changed its bug since. All other actions were decided on older data: they are withdrawn, to be planned
        again under the current caps.
        """
        for burst in self.store.outbox.bursts(self.project):
            yield from self._review_burst(burst)

    def _review_burst(self, burst: Sequence[Pending]) -> Iterator[Receipt]:
        has_begun = self._find_last_done(burst[0]) is not None
        for index, pending in enumerate(burst):
            try:
                done = self._find_done(pending, since=None)
            except errors.BugUnreadable:
                done = None
            if done is not None:
                has_begun = True
                yield self._settle_action(pending, Outcome.FOUND_DONE, done)
            elif bursts.is_explanation(pending.action):
                return
            elif not (has_begun and self._is_as_left(pending.action)):
                yield from self._give_up(burst[index:], Outcome.OVERTAKEN, "left by an earlier pass: planned anew")
                return

    def withdraw_all(self, why: str) -> None:
        """Settle every action as not done: the bugs that they are for are not those of this tracker."""
        for pending in self.store.outbox.pending(self.project):
            self._settle_action(pending, Outcome.OVERTAKEN, None, why)

    def drain(self) -> Iterator[Receipt]:
        """Do the accepted actions one after another, and yield the receipt of each once it is stored.

        If one write to a bug fails, the rest of its burst is not done; the other bugs are not affected. The same if a
        person intervened; what was announced is then taken back. A failure of the tracker as a whole
        (CannotUseTracker), the stop switch (Paused) and another pass (LeaseTaken) end the drain; actions that are not
        done stay accepted.
        """
        failed: set[str] = set()
        filed = functools.cache(self._list_filed)
        for burst in self.store.outbox.bursts(self.project):
            for receipt in self._perform_burst(burst, filed):
                yield receipt
                if receipt.outcome in FAILED:
                    failed.add(receipt.action.footer.key)
                if (why := caps.find_refused_fault(len(failed), receipt.note)) is not None:
                    raise errors.CannotUseTracker(why)

    def check_stop_switch(self) -> None:
        """Raise Paused if a person paused covbot, or if that is unknown."""
        why = self.store.switches.paused()
        if why is not None:
            message = f"paused: {why} (to go on: covbot resume)"
            raise errors.Paused(message)

    def _perform_burst(self, burst: Sequence[Pending], filed: Callable[[], Mapping[Footer, Bug]]) -> Iterator[Receipt]:
        """Do the actions of a burst, each on the bug as it was read after the one before, and yield their receipts.

        It ends, without a receipt, where it is unknown whether an action was done.
        """
        seen: Bug | None = None
        for index, pending in enumerate(burst):
            self.check_stop_switch()
            self.hold()
            try:
                outcome, seen = self._perform(pending, seen, filed)
            except errors.WriteDoubtful as doubt:
                found = self._find_after_doubt(pending, doubt)
                if found is None:
                    return
                outcome, seen = Outcome.FOUND_DONE, found
            except (errors.WriteStale, errors.BugUnreadable, errors.WriteRefused) as error:
                yield from self._give_up(burst[index:], _OUTCOMES[type(error)], str(error))
                yield from self._explain(pending.action, filed)
                return
            yield self._settle_action(pending, outcome, seen)

    def _perform(
        self, pending: Pending, seen: Bug | None, filed: Callable[[], Mapping[Footer, Bug]]
    ) -> tuple[Outcome, Bug]:
        """Do one action unless it is done already or a person intervened, and return the bug as it is then."""
        action = pending.action
        if isinstance(action, FileBug):
            if found := filed().get(action.footer):
                return Outcome.FOUND_DONE, found
            if not self._has_room():
                raise errors.WriteStale("another pass filed meanwhile: a cap is reached")
            return Outcome.DONE, self.tracker.act(action)
        bug = seen or self.tracker.look(action.bug)
        if bursts.is_visible(bug, action, pending.accepted_at - CLOCK_MARGIN):
            return Outcome.FOUND_DONE, bug
        why = None if bursts.is_explanation(action) else bursts.find_intervention(self._recall(action.bug), bug)
        if why is not None:
            raise errors.WriteStale(f"bug {action.bug} was changed meanwhile: {why}")
        return Outcome.DONE, self.tracker.act(action, bug)

    def _explain(self, action: Action, filed: Callable[[], Mapping[Footer, Bug]]) -> Iterator[Receipt]:
        """Take back what was announced on the bug of an action that was given up, if that is accepted."""
        number = bursts.find_bug_number(action)
        for pending in self.store.outbox.pending(self.project):
            if bursts.is_explanation(pending.action) and bursts.find_bug_number(pending.action) == number:
                yield from self._perform_burst([pending], filed)

    def _recall(self, number: int) -> Bug | None:
        """Return a bug as it was last listed or written to."""
        return self.store.bug_cache.find(self.project, self.tracker.address, number)

    def _has_room(self) -> bool:
        """Whether the caps leave room for one more bug beside those that the tracker shows now."""
        if self.policy is None:
            return True
        filed = (
            bug for bug in self.list_bugs().values() if bug_tags.COVBOT in bug.tags or footers.identify(bug) is not None
        )
        return caps.has_room(filed, self.policy, self.clock())

    def _find_after_doubt(self, pending: Pending, doubt: errors.WriteDoubtful) -> Bug | None:
        """Return the bug if a write whose answer was lost is visible in it, else None.

        A bug whose number is known was filed: if it cannot be read, raise CannotUseTracker once that is stored.
        """
        action = pending.action
        try:
            if isinstance(action, FileBug) and doubt.bug is not None:
                return self.tracker.look(doubt.bug)
            return self._find_done(pending, since=pending.accepted_at - CLOCK_MARGIN)
        except errors.CovbotError as error:
            if isinstance(action, FileBug) and doubt.bug is not None:
                self._settle_unseen(pending, action, doubt.bug)
                why = f"bug {doubt.bug} was filed but cannot be read back, so no more are filed: {error}"
                raise errors.CannotUseTracker(why) from None
            if isinstance(error, errors.BugUnreadable):
                return None
            raise

    def _settle_unseen(self, pending: Pending, action: FileBug, number: int) -> None:
        """Settle the filing of a bug that is known by its number alone."""
        at, key = self.clock(), action.footer.key
        receipt = Receipt(action=action, outcome=Outcome.UNSEEN, bug=number, at=at)
        with self.store.transaction():
            record = attrs.evolve(start_unseen_record(action, number, at=at), tracker=self.tracker.address)
            self.store.ledgers.save_record(self.project, key, record)
            self.store.outbox.complete(pending.id, receipt)
        logs.warning("bug.unseen", project=self.project, bug=number)

    def _give_up(self, burst: Sequence[Pending], outcome: Outcome, note: str) -> list[Receipt]:
        """Settle a whole burst as not done in one transaction, so that no part of it is left to be done alone.

        If the part that was done announced what a person prevented, the comment that takes it back is accepted.
        """
        first, *rest = burst
        announced = self._find_last_done(first)
        explanation = bursts.make_explanation(announced) if announced and outcome is Outcome.OVERTAKEN else None
        with self.store.transaction():
            receipts = [self._settle_action(first, outcome, None, note)]
            why = "an earlier write to this bug was not done"
            receipts += [self._settle_action(other, Outcome.OVERTAKEN, None, why) for other in rest]
            if explanation is not None:
                self.store.outbox.add(self.project, explanation, at=self.clock())
        return receipts

    def _find_last_done(self, pending: Pending) -> Action | None:
        """Return the write before this one in the same burst, None if there is none that was done."""
        last = self.store.outbox.receipts(self.project, key=pending.action.footer.key, limit=1)
        done = [each for each in last if each.outcome in {Outcome.DONE, Outcome.FOUND_DONE}]
        same = (each.action for each in done if each.bug == bursts.find_bug_number(pending.action))
        return next(same, None) if done and done[0].at >= pending.accepted_at else None

    def _is_as_left(self, action: Action) -> bool:
        """Whether the bug of an action is as covbot left it in the middle of a burst."""
        number = bursts.find_bug_number(action)
        if number is None:
            return False
        try:
            return bursts.find_intervention(self._recall(number), self.tracker.look(number)) is None
        except errors.BugUnreadable:
            return False

    def _list_filed(self) -> dict[Footer, Bug]:
        """Return the bugs that the tracker shows now by their footers, the oldest one of several."""
        found = sorted(self.list_bugs().items(), reverse=True)
        return {footer: bug for _, bug in found if (footer := footers.identify(bug)) is not None}

    def _find_done(self, pending: Pending, *, since: datetime | None) -> Bug | None:
        """Return the bug if the action is visible in it: done before a crash, or by a write whose answer was lost."""
        action = pending.action
        if isinstance(action, FileBug):
            return self._list_filed().get(action.footer)
        bug = self.tracker.look(action.bug)
        return bug if bursts.is_visible(bug, action, since) else None

    def _settle_action(self, pending: Pending, outcome: Outcome, bug: Bug | None, note: str = "") -> Receipt:
        """Store the receipt and the record of the bug, remove the action from the outbox, and return the receipt.

        All of that is done in one transaction.
        """
        at, key = self.clock(), pending.action.footer.key
        number = bug.number if bug else bursts.find_bug_number(pending.action)
        receipt = Receipt(action=pending.action, outcome=outcome, bug=number, at=at, note=note)
        with self.store.transaction():
            if bug is not None:
                before = self.store.ledgers.load_record(self.project, key)
                record = update_record(
                    before, pending.action, bursts.restore_sent_texts(bug, pending.action, outcome), at=at
                )
                if record is not None:
                    record = attrs.evolve(record, tracker=self.tracker.address)
                    self.store.ledgers.save_record(self.project, key, record)
                known = bursts.remember(self._recall(bug.number), bug, pending.action)
                self.store.bug_cache.update(self.project, known)
            if outcome is Outcome.UNREADABLE and number is not None:
                self.store.bug_cache.forget(self.project, number)
            self.store.outbox.complete(pending.id, receipt)
        logs.info(
            "action.receipted",
            project=self.project,
            action=type(receipt.action).__name__,
            bug=receipt.bug,
            outcome=receipt.outcome.value,
            why=receipt.action.why,
        )
        return receipt
