"""Lives: random stories of builds, people, time, faults, kills and restarts on either tracker, and what must hold."""

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
from doubles.launchpad.server import any_request, writes
from support import invariants, trackers
from support.crashes.failing_tracker import Watched
from support.strategies import TIGHT
from support.world import START, World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.bugs.bug import Bug
    from covbot.pipeline.passes import Result
    from covbot.ports import Tracker

NAMES = ("a.py", "{{ 6 * 7 }}/bug 1.py", "covbot: pictured/00000000/1 #2.py")
"""Files that a template, a tracker and covbot itself could mistake for something else."""

marks = st.text(alphabet=".x ", max_size=5).map(lambda text: "." + text)
pictured = st.dictionaries(st.sampled_from(NAMES), marks, min_size=1, max_size=len(NAMES))
deeds = st.sampled_from(
    ["text", "title", "assign", "untag", "ignore", "duplicate", "foreign", "private", "task", "lock", "comment"]
)
statuses = st.sampled_from([status for status in Status if status is not Status.UNKNOWN])
which = st.integers(0, 4)
steps = st.one_of(
    st.tuples(st.just("agree"), pictured),
    st.tuples(st.just("agree"), pictured),
    st.tuples(st.just("build"), pictured),
    st.tuples(st.just("deed"), deeds, which),
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
stories = st.tuples(pictured, st.lists(steps, min_size=1, max_size=6)).map(lambda told: [("agree", told[0]), *told[1]])
"""Every story begins with a picture that two builds agree on."""


@define
class Life:
    """A world in which a story is told; `by_person` are the parts of bugs' texts that people wrote."""

    world: World = Factory(lambda: World(policy=TIGHT))
    by_person: set[tuple[int, str]] = field(factory=set)
    passes: int = 0

    def take(self, step: tuple[object, ...]) -> None:
        """One step of a story."""
        match step:
            case ("agree", dict() as picture):
                self.build(picture)
                self.go()
                self.build(picture)
            case ("build", dict() as picture):
                self.build(picture)
            case ("wait", int() as days):
                self.world.after(days=days)
            case ("size", int() as most):
                self.world.policy = attrs.evolve(self.world.policy, max_statements=most)
            case ("status", Status() as status, int() as nth):
                for bug in self.pick(nth):
                    self.world.person().set_status(bug.number, status)
            case ("deed", str() as deed, int() as nth):
                for bug in self.pick(nth):
                    self.do(deed, bug)
            case _:
                self.restart()

    def build(self, picture: Mapping[str, str]) -> None:
        """One more build, an hour later; a file that is always there keeps it from being empty."""
        self.world.after(hours=1)
        number = (self.world.now - START) // dt.timedelta(hours=1)
        self.world.build(number, {**picture, "here.py": ".."})

    def pick(self, nth: int) -> list[Bug]:
        """One of covbot's bugs that people can see, in an order that filing does not change; none if there is none."""
        found = [bug for bug in self.world.bugs() if bug.on_project and footers.parse(bug.description)]
        found.sort(key=lambda bug: str(footers.parse(bug.description)))
        return [found[nth % len(found)]] if found else []

    def do(self, deed: str, bug: Bug) -> None:
        """What a person does to a bug."""
        person, number = self.world.person(), bug.number
        match deed:
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
                self._take_away(deed, number)

    def _take_away(self, deed: str, number: int) -> None:
        """What a person does that takes a bug out of covbot's sight or hands."""
        person, site = self.world.person(), self.world.site
        match deed:
            case "task":
                person.remove_task(number)
            case "private":
                person.make_private(number)
            case "foreign":
                person.mark_duplicate(number, site.file("ada", "It is broken"))
            case "lock" if isinstance(site, trackers.OnLaunchpad):
                site.double.people.lock("vera", number)
            case "duplicate":
                self._mark_duplicate(number)
            case _:
                person.comment(number, "the embedded tracker has no locks")

    def _mark_duplicate(self, number: int) -> None:
        found = self.world.bugs()
        others = [bug.number for bug in found if bug.duplicate_of is None and bug.number < number]
        if others and number not in {bug.duplicate_of for bug in found}:
            self.world.person().mark_duplicate(number, others[0])

    def restart(self) -> None:
        """covbot is started anew."""
        if isinstance(self.world.site, trackers.OnLaunchpad):
            self.world.site.reconnect()

    def lose(self) -> None:
        """All that covbot knows is lost; what lies in the tracker is not, even where that is in the store."""
        with self.world.store.database.independent_transaction() as connection:
            for table in reversed(schema.metadata.sorted_tables):
                if not table.name.startswith("local_"):
                    connection.execute(table.delete())

    def go(self, tracker: Tracker | None = None) -> Result | None:
        """A pass, after which the laws are looked at; None if it was cut off."""
        self.passes += 1
        self.world.after(minutes=10)
        before, project = self.world.bugs(), self.world.project()
        if tracker is not None:
            project = attrs.evolve(project, tracker=tracker)
        try:
            result = passes.run(project)
        except (errors.CannotUseTracker, errors.LeaseTaken, KeyboardInterrupt):
            result = None
        self.check(before, result)
        return result

    def check(self, before: Sequence[Bug], result: Result | None) -> None:
        """What must hold after every pass."""
        after = self.world.bugs()
        invariants.check_law_2(self.world.ledger(), after)
        invariants.check_law_5(before, after, self.by_person)
        invariants.check_law_6(before, after, self.world.policy, len(result.receipts) if result else 0)
        invariants.check_law_11(before, after)
        invariants.check_law_16(after)

    def settle(self) -> None:
        """Passes until nothing is due; the clock of days stands still."""
        for _ in range(12):
            result = self.go()
            if result is not None and not result.receipts:
                return
        raise AssertionError("12 passes, and there is always more to do")

    def sent(self) -> int:
        """How many requests that may write were sent so far; 0 on the embedded tracker."""
        site = self.world.site
        return sum(map(writes, site.double.requests)) if isinstance(site, trackers.OnLaunchpad) else 0

    def disturb(self, disturbance: tuple[object, ...]) -> None:
        """A pass that is cut off by a kill or a fault, and passes after it that are not."""
        site = self.world.site
        match disturbance:
            case ("kill", str() as moment, int() as nth):
                self.go(dying(self.world, moment, nth))
            case (str() as what, Fault() as fault, int() as nth) if isinstance(site, trackers.OnLaunchpad):
                site.double.fail(fault, nth=nth, of=any_request if what == "fault" else writes)
                self.go()
                site.double.mend()
            case (_, Fault(), int() as nth):
                self.go(dying(self.world, "after", nth, errors.WriteDoubtful("the answer was lost")))
            case _:
                raise AssertionError(disturbance)


def dying(world: World, moment: str, nth: int, death: BaseException | None = None) -> Watched:
    """The tracker, of which the nth write is the last, right before or right after it."""
    seen = 0

    def tick() -> None:
        nonlocal seen
        seen += 1
        if seen == nth:
            raise death or KeyboardInterrupt

    return Watched(world.tracker(), **{moment: tick})
