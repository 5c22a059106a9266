"""Draw stories of builds, people, time, faults, kills and restarts; play them, and check the laws after each pass."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
from attrs import Factory, define, field
from hypothesis import strategies as st

from covbot import errors
from covbot.core.bugs import bug_tags, footers
from covbot.core.bugs.statuses import Status
from covbot.pipeline import passes
from covbot.store import schema
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import is_write, matches_any
from support import invariants, trackers
from support.crashes.failing_tracker import HookedTracker
from support.strategies import TIGHT_POLICY
from support.world import START, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.pipeline.passes import Result
    from covbot.ports import Tracker

NAMES = ("a.py", "{{ 6 * 7 }}/bug 1.py", "covbot: pictured/00000000/1 #2.py")
"""Paths that a template, a tracker or covbot itself could mistake for something else."""

marks = st.text(alphabet=".x ", max_size=5).map(lambda text: "." + text)
pictured = st.dictionaries(st.sampled_from(NAMES), marks, min_size=1, max_size=len(NAMES))
user_actions = st.sampled_from(
    ["text", "title", "assign", "untag", "ignore", "duplicate", "foreign", "private", "task", "lock", "comment"]
)
statuses = st.sampled_from([status for status in Status if status is not Status.UNKNOWN])
which = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("agree"), pictured),
    st.tuples(st.just("agree"), pictured),
    st.tuples(st.just("build"), pictured),
    st.tuples(st.just("user action"), user_actions, which),
    st.tuples(st.just("status"), statuses, which),
    st.tuples(st.just("wait"), st.sampled_from([1, 8, 15, 40, 200])),
    st.tuples(st.just("size"), st.integers(1, 4)),
    st.tuples(st.just("restart")),
)
disturbances = st.one_of(
    st.tuples(st.just("kill"), st.sampled_from(["before", "after"]), st.integers(1, 3)),
    st.tuples(st.just("fault"), st.sampled_from([f for f in Fault if f is not Fault.SLOW]), st.integers(1, 12)),
    st.tuples(
        st.just("lost answer"),
        st.sampled_from([fault for fault in Fault if fault is not Fault.SLOW]),
        st.integers(1, 3),
    ),
)
stories = st.tuples(pictured, st.lists(steps, min_size=1, max_size=6)).map(
    lambda drawn: [("agree", drawn[0]), *drawn[1]]
)
"""Stories, each of which begins with two builds that agree."""


@define
class Life:
    """Plays a story in a world; `by_person` are the bugs and fields of their texts that people wrote."""

    world: World = Factory(lambda: World(policy=TIGHT_POLICY))
    by_person: set[tuple[int, str]] = field(factory=set)
    pass_count: int = 0

    def play_step(self, step: tuple[object, ...]) -> None:
        """Play one step of a story."""
        match step:
            case ("agree", dict() as picture):
                self.add_build(picture)
                self.run_pass()
                self.add_build(picture)
            case ("build", dict() as picture):
                self.add_build(picture)
            case ("wait", int() as days):
                self.world.advance_clock(days=days)
            case ("size", int() as most):
                self.world.policy = attrs.evolve(self.world.policy, max_statements=most)
            case ("status", Status() as status, int() as nth):
                for bug in self.pick_bugs(nth):
                    self.world.person().set_status(bug.number, status)
            case ("user action", str() as user_action, int() as nth):
                for bug in self.pick_bugs(nth):
                    self.apply_user_action(user_action, bug)
            case _:
                self.restart_covbot()

    def add_build(self, picture: Mapping[str, str]) -> None:
        """Add a build an hour later, with one more file, so that its report is never empty."""
        self.world.advance_clock(hours=1)
        number = (self.world.now - START) // dt.timedelta(hours=1)
        self.world.add_build(number, {**picture, "here.py": ".."})

    def pick_bugs(self, nth: int) -> list[Bug]:
        """Return one of covbot's visible bugs, or none. Their order does not depend on the order of filing."""
        bugs = [bug for bug in self.world.bugs() if bug.on_project and footers.parse(bug.description)]
        bugs.sort(key=lambda bug: str(footers.parse(bug.description)))
        return [bugs[nth % len(bugs)]] if bugs else []

    def apply_user_action(self, user_action: str, bug: Bug) -> None:
        """Do what a person does to a bug."""
        person, number = self.world.person(), bug.number
        match user_action:
            case "text":
                person.edit(number, description=f"by ada\n\n{bug.description}")
                self.by_person.add((number, "description"))
            case "title":
                person.edit(number, title="by ada")
                self.by_person.add((number, "title"))
            case "assign":
                person.assign(number, "ada")
            case "comment":
                person.comment(number, "me too")
            case "untag":
                person.untag(number, bug_tags.COVBOT)
            case "ignore":
                person.tag(number, bug_tags.IGNORE)
            case _:
                self._apply_removal(user_action, number)

    def _apply_removal(self, user_action: str, number: int) -> None:
        """Do what hides a bug from covbot or forbids to write to it."""
        person, site = self.world.person(), self.world.site
        match user_action:
            case "task":
                person.remove_task(number)
            case "private":
                person.make_private(number)
            case "foreign":
                person.mark_duplicate(number, site.file_bug("ada", "It is broken"))
            case "lock" if isinstance(site, trackers.LaunchpadSite):
                site.double.people.lock("vera", number)
            case "duplicate":
                self._mark_duplicate(number)
            case _:
                person.comment(number, "the embedded tracker has no locks")

    def _mark_duplicate(self, number: int) -> None:
        bugs = self.world.bugs()
        others = [bug.number for bug in bugs if bug.duplicate_of is None and bug.number < number]
        if others and number not in {bug.duplicate_of for bug in bugs}:
            self.world.person().mark_duplicate(number, others[0])

    def restart_covbot(self) -> None:
        """Reconnect to Launchpad, as a new process of covbot does."""
        if isinstance(self.world.site, trackers.LaunchpadSite):
            self.world.site.reconnect()

    def lose_store(self) -> None:
        """Delete all that covbot stored, but not the bugs of the embedded tracker, which are in the store as well."""
        with self.world.store.database.independent_transaction() as connection:
            for table in reversed(schema.metadata.sorted_tables):
                if not table.name.startswith("local_"):
                    connection.execute(table.delete())

    def run_pass(self, tracker: Tracker | None = None) -> Result | None:
        """Run a pass and check the laws after it; return its result, or None if it was interrupted."""
        self.pass_count += 1
        self.world.advance_clock(minutes=10)
        before, writes = self.world.bugs(), list[None]()
        counted = HookedTracker(tracker or self.world.tracker(), after=lambda: writes.append(None))
        try:
            result = passes.run(attrs.evolve(self.world.project(), tracker=counted))
        except (errors.CannotUseTracker, errors.LeaseTaken, KeyboardInterrupt):
            result = None
        self.check_invariants(before, len(writes))
        return result

    def check_invariants(self, before: Sequence[Bug], written: int) -> None:
        """Check what holds after every pass that made this number of writes."""
        after = self.world.bugs()
        invariants.check_law_2(self.world.ledger(), after)
        invariants.check_law_5(before, after, self.by_person)
        invariants.check_law_6(before, after, self.world.policy, written)
        invariants.check_law_11(before, after)
        invariants.check_law_16(after)

    def run_until_idle(self) -> None:
        """Run passes, ten minutes apart, until one writes nothing."""
        for _ in range(12):
            result = self.run_pass()
            if result is not None and not result.receipts:
                return
        raise AssertionError("12 passes, and there is always more to do")

    def count_writes(self) -> int:
        """Return the number of requests that may write and were sent so far; 0 on the embedded tracker."""
        site = self.world.site
        return sum(map(is_write, site.double.requests)) if isinstance(site, trackers.LaunchpadSite) else 0

    def run_disturbed(self, disturbance: tuple[object, ...]) -> None:
        """Run a pass that a kill or a fault interrupts."""
        site = self.world.site
        match disturbance:
            case ("kill", str() as side, int() as nth):
                self.run_pass(make_dying_tracker(self.world, side, nth))
            case (str() as kind, Fault() as fault, int() as nth) if isinstance(site, trackers.LaunchpadSite):
                site.double.fail(fault, nth=nth, of=matches_any if kind == "fault" else is_write)
                self.run_pass()
                site.double.mend()
            case (_, Fault(), int() as nth):
                self.run_pass(make_dying_tracker(self.world, "after", nth, errors.WriteDoubtful("the answer was lost")))
            case _:
                raise AssertionError(disturbance)


def make_dying_tracker(world: World, side: str, nth: int, death: BaseException | None = None) -> HookedTracker:
    """Return the tracker of a world that raises an error right `before` or `after` its nth write."""
    writes = 0

    def count_write() -> None:
        nonlocal writes
        writes += 1
        if writes == nth:
            raise death or KeyboardInterrupt

    return HookedTracker(world.tracker(), **{side: count_write})
