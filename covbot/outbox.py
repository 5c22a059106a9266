"""The only place where bugs are written: each accepted action is looked up, done, read back and receipted."""

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
    from covbot.core.policy import Policy
    from covbot.ports import Tracker
    from covbot.store import Pending, Store

CLOCK_MARGIN = timedelta(hours=1)
"""The tolerated difference of the tracker's clock when covbot searches for its own write after a lost answer."""


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
    clock: Callable[[], datetime]
    policy: Policy | None = None
    hold: Callable[[], None] = hold_nothing

    def list_bugs(self) -> dict[int, Bug]:
        """Return the account's bugs as the tracker shows them now, by number.

        Only changed bugs are requested, and the result is cached. Raise CannotUseTracker if it may be incomplete.
        """
        since, known = self.store.bug_cache.load(self.project, self.tracker.address)
        listing = self.tracker.listing(since, known)
        shown = {bug.number: bug for bug in listing.bugs}
        found = shown if listing.whole else known | shown
        self.store.bug_cache.save(self.project, self.tracker.address, listing.at, found)
        return found

    def review(self) -> Iterator[Receipt]:
        """Settle the actions that an earlier pass left, by reading alone, and yield the receipts.

        An action that is visible in the tracker is done. A burst that was begun stays, for `drain` to finish it, unless
        a person changed its bug since. All other actions were decided on older data: they are withdrawn, to be planned
        again under the current caps.
        """
        bursts: dict[str, list[Pending]] = {}
        for pending in self.store.outbox.pending(self.project):
            bursts.setdefault(pending.action.footer.key, []).append(pending)
        for burst in bursts.values():
            yield from self._review_burst(burst)

    def _review_burst(self, burst: Sequence[Pending]) -> Iterator[Receipt]:
        has_begun = self._has_begun(burst[0])
        for index, pending in enumerate(burst):
            try:
                done = self._find_done(pending, since=None)
            except errors.BugUnreadable:
                done = None
            if done is not None:
                has_begun = True
                yield self._settle_action(pending, Outcome.FOUND_DONE, done)
            elif not (has_begun and self._is_ours(pending.action)):
                yield from self._give_up(burst[index:], Outcome.OVERTAKEN, "left by an earlier pass: planned anew")
                return

    def withdraw_all(self, why: str) -> None:
        """Settle every action as not done: the bugs that they are for are not those of this tracker."""
        for pending in self.store.outbox.pending(self.project):
            self._settle_action(pending, Outcome.OVERTAKEN, None, why)

    def drain(self) -> Iterator[Receipt]:
        """Do the accepted actions one after another, and yield the receipt of each once it is stored.

        If one write to a bug fails, the rest of its burst is not done; the other bugs are not affected. A failure of
        the tracker as a whole (CannotUseTracker), the stop switch (Paused) and another pass (LeaseTaken) end the drain;
        actions that are not done stay accepted.
        """
        unreadable = 0
        remaining = self.store.outbox.pending(self.project)
        while remaining:
            self.check_stop_switch()
            self.hold()
            pending = remaining[0]
            key = pending.action.footer.key
            receipts = self._perform_first([other for other in remaining if other.action.footer.key == key])
            settled_actions = {id(receipt.action) for receipt in receipts}
            remaining = [other for other in remaining[1:] if id(other.action) not in settled_actions]
            if not receipts:
                remaining = [other for other in remaining if other.action.footer.key != key]
            yield from receipts
            unreadable += sum(receipt.outcome is Outcome.UNREADABLE for receipt in receipts)
            self._check_unreadable(unreadable)

    def _check_unreadable(self, unreadable: int) -> None:
        """Raise CannotUseTracker if too many of the bugs turned out to be unreadable for covbot."""
        shown = len(self.store.bug_cache.load(self.project, self.tracker.address)[1]) if unreadable else 0
        why = caps.find_unreadable_fault(unreadable, shown + unreadable)
        if why is not None:
            raise errors.CannotUseTracker(why)

    def check_stop_switch(self) -> None:
        """Raise Paused if a person paused covbot, or if that is unknown."""
        why = self.store.switches.paused()
        if why is not None:
            message = f"paused: {why} (to go on: covbot resume)"
            raise errors.Paused(message)

    def _perform_first(self, burst: Sequence[Pending]) -> list[Receipt]:
        """Look up, do and read back the first action of a burst, and return the receipts.

        There are none while it is unknown whether the action was done, and those of the whole burst if it failed.
        """
        pending = burst[0]
        since = pending.accepted_at - CLOCK_MARGIN
        try:
            done = self._find_done(pending, since=since)
            if done is not None:
                return [self._settle_action(pending, Outcome.FOUND_DONE, done)]
            if isinstance(pending.action, FileBug) and not self._has_room():
                return self._give_up(burst, Outcome.OVERTAKEN, "another pass filed meanwhile: a cap is reached")
            return [self._settle_action(pending, Outcome.DONE, self.tracker.act(pending.action))]
        except errors.WriteDoubtful as doubt:
            done = self._find_after_doubt(pending, doubt)
            return [] if done is None else [self._settle_action(pending, Outcome.FOUND_DONE, done)]
        except errors.WriteStale as error:
            return self._give_up(burst, Outcome.OVERTAKEN, str(error))
        except errors.BugUnreadable as error:
            return self._give_up(burst, Outcome.UNREADABLE, str(error))
        except errors.WriteRefused as error:
            return self._give_up(burst, Outcome.REFUSED, str(error))

    def _has_room(self) -> bool:
        """Whether the caps leave room for one more bug beside those of the last listing."""
        if self.policy is None:
            return True
        _, listed = self.store.bug_cache.load(self.project, self.tracker.address)
        filed = (bug for bug in listed.values() if bug_tags.COVBOT in bug.tags or footers.identify(bug) is not None)
        return caps.has_room(filed, self.policy, self.clock())

    def _find_after_doubt(self, pending: Pending, doubt: errors.WriteDoubtful) -> Bug | None:
        """Return the bug if a write whose answer was lost is visible in it, else None."""
        try:
            if isinstance(pending.action, FileBug) and doubt.bug is not None:
                return self.tracker.look(doubt.bug)
            return self._find_done(pending, since=pending.accepted_at - CLOCK_MARGIN)
        except errors.BugUnreadable:
            return None

    def _give_up(self, burst: Sequence[Pending], outcome: Outcome, note: str) -> list[Receipt]:
        """Settle a whole burst as not done in one transaction, so that no part of it is left to be done alone."""
        first, *rest = burst
        with self.store.transaction():
            receipts = [self._settle_action(first, outcome, None, note)]
            why = "an earlier write to this bug was not done"
            return receipts + [self._settle_action(other, Outcome.OVERTAKEN, None, why) for other in rest]

    def _has_begun(self, pending: Pending) -> bool:
        """Whether the write before this one in the same burst was done."""
        last = self.store.outbox.receipts(self.project, key=pending.action.footer.key, limit=1)
        done = [receipt for receipt in last if receipt.outcome in {Outcome.DONE, Outcome.FOUND_DONE}]
        return any(receipt.at >= pending.accepted_at for receipt in done)

    def _is_ours(self, action: Action) -> bool:
        """Whether the bug of an action is as covbot left it in the middle of a burst."""
        number = _find_bug_number(action)
        if number is None:
            return False
        try:
            bug = self.tracker.look(number)
        except errors.BugUnreadable:
            return False
        tagged = bug_tags.COVBOT in bug.tags and bug_tags.IGNORE not in bug.tags
        return bug.status_mine and tagged and bug.on_project and bug.duplicate_of is None

    def _find_done(self, pending: Pending, *, since: datetime | None) -> Bug | None:
        """Return the bug if the action is visible in it: done before a crash, or by a write whose answer was lost."""
        action = pending.action
        if isinstance(action, FileBug):
            found = (bug for bug in self.list_bugs().values() if footers.identify(bug) == action.footer)
            return min(found, key=lambda bug: bug.number, default=None)
        bug = self.tracker.look(action.bug)
        return bug if _is_visible(bug, action, since) else None

    def _settle_action(self, pending: Pending, outcome: Outcome, bug: Bug | None, note: str = "") -> Receipt:
        """Store the receipt and the record of the bug, remove the action from the outbox, and return the receipt.

        All of that is done in one transaction.
        """
        at, key = self.clock(), pending.action.footer.key
        number = bug.number if bug else _find_bug_number(pending.action)
        receipt = Receipt(action=pending.action, outcome=outcome, bug=number, at=at, note=note)
        with self.store.transaction():
            if bug is not None:
                before = self.store.ledgers.load_record(self.project, key)
                record = update_record(before, pending.action, _restore_sent_texts(bug, pending.action, outcome), at=at)
                if record is not None:
                    record = attrs.evolve(record, tracker=self.tracker.address)
                    self.store.ledgers.save_record(self.project, key, record)
                self.store.bug_cache.update(self.project, bug)
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


def _restore_sent_texts(bug: Bug, action: Action, outcome: Outcome) -> Bug:
    """Return a bug that was found filed with the texts that covbot sent: only a person can have changed them since."""
    if isinstance(action, FileBug) and outcome is Outcome.FOUND_DONE:
        return attrs.evolve(
            bug, title=limits.fit_title(action.title), description=limits.fit_description(action.description)
        )
    return bug


def _is_visible(bug: Bug, action: EditBug | CommentOnBug | SetStatus | MarkDuplicate, since: datetime | None) -> bool:
    """Whether an action is visible in its bug, a comment only if it was made at `since` or later."""
    match action:
        case EditBug():
            stored = limits.fit_title(bug.title), limits.fit_description(bug.description)
            return stored == (limits.fit_title(action.title), limits.fit_description(action.description))
        case CommentOnBug():
            own_comments = (item for item in bug.comments if item.mine and (since is None or item.at >= since))
            return limits.fit_description(action.text) in {limits.fit_description(item.text) for item in own_comments}
        case SetStatus():
            return bug.status is action.status and bug.status_mine
        case MarkDuplicate():
            return bug.duplicate_of == action.of
        case _:
            assert_never(action)


def _find_bug_number(action: Action) -> int | None:
    return None if isinstance(action, FileBug) else action.bug
