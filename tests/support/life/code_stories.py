"""Stories of edited code, tests and people, with an oracle that knows each statement by a number of its own.

The oracle uses builds, commits and bugs alone: it follows no line, and knows nothing of ledgers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, define
from hypothesis import strategies as st

from covbot.core.bugs.marker import parse_marker
from covbot.core.bugs.statuses import Status
from support import trackers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from covbot.core.bugs.bug import Bug
    from support.world import World

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("cover", "uncover", "add", "edit", "delete", "rename function", "move", "rename module", "swap"),
                *("comment", "new function", "delete function", "one build", "lose store", "decline", "assign", "wait"),
            ]
        ),
        st.integers(0, 9),
    ),
    min_size=2,
    max_size=7,
)


@define
class Function:
    """A function: its name, and the numbers of its statements."""

    name: str
    statements: list[int]
    edits: int = 0

    def draw(self, missing: set[int]) -> str:
        rows = [f".|def {self.name}(x):"]
        rows += [f"{'x' if number in missing else '.'}|    x = s{number}(x)" for number in self.statements]
        if self.edits and self.statements:
            rows[1] = rows[1].replace("(x)", f"(x, {self.edits})")
        return "\n".join([*rows, ".|    return x"])


@define
class Story:
    """A world whose source is drawn from modules of functions, and what a person refused."""

    world: World
    modules: dict[str, list[Function]] = Factory(dict)
    missing: set[int] = Factory(set)
    refused: set[int] = Factory(set)
    comments: int = 0
    names: int = 0
    numbers: int = 0
    texts: dict[str, dict[str, str]] = Factory(dict)

    def begin(self) -> None:
        """Create two modules of two functions, of which nothing runs, and file their bugs."""
        for _ in range(2):
            self.modules[self.next_name("m") + ".py"] = [self.make_function(), self.make_function()]
        self.agree()

    def next_name(self, letter: str) -> str:
        self.names += 1
        return f"{letter}{self.names}"

    def make_statement(self) -> int:
        self.numbers += 1
        self.missing.add(self.numbers)
        return self.numbers

    def make_function(self) -> Function:
        return Function(self.next_name("f"), [self.make_statement() for _ in range(4)])

    def play(self, step: str, nth: int) -> None:
        """Play one step; two builds agree on what is so after a change of the code or of its tests."""
        if step in self.steps_beside_code:
            self.steps_beside_code[step](nth)
            return
        functions = [(path, function) for path, group in sorted(self.modules.items()) for function in group]
        if step == "one build":
            self.take_build()
        elif functions:
            path, function = functions[nth % len(functions)]
            self.change(step, path, function)
            self.agree()

    @property
    def steps_beside_code(self) -> dict[str, Callable[[int], None]]:
        """The steps that change no code: what a person does, a lost store, and time."""
        return {
            "lose store": lambda _: self.lose_store(),
            "decline": self.decline,
            "assign": self.assign,
            "wait": lambda nth: self.world.advance_clock(days=5 * nth),
        }

    def lose_store(self) -> None:
        if not isinstance(self.world.site, trackers.EmbeddedSite):
            self.world.lose_store()

    def pick_bug(self, nth: int) -> Bug | None:
        found = [bug for bug in self.world.bugs() if bug.status is Status.NEW and bug.assignee is None]
        return found[nth % len(found)] if found else None

    def decline(self, nth: int) -> None:
        if bug := self.pick_bug(nth):
            self.refused |= self.list_statements(bug)
            self.world.person().set_status(bug.number, Status.WONT_FIX)

    def assign(self, nth: int) -> None:
        if bug := self.pick_bug(nth):
            self.world.person().assign(bug.number, "ada")

    def change(self, step: str, path: str, function: Function) -> None:
        """Change the code, or what its tests run."""
        match step:
            case "cover":
                self.missing.difference_update(function.statements)
            case "uncover":
                self.missing.update(function.statements)
            case "add":
                function.statements.insert(len(function.statements) // 2, self.make_statement())
            case "edit":
                function.edits += 1
            case "delete" if len(function.statements) > 1:
                function.statements.pop()
            case "rename function":
                function.name = self.next_name("f")
            case "new function":
                self.modules[path].append(self.make_function())
            case "comment":
                self.comments += 1
            case _:
                self.change_files(step, path, function)
        self.missing &= {number for group in self.modules.values() for one in group for number in one.statements}

    def change_files(self, step: str, path: str, function: Function) -> None:
        first, second = sorted(self.modules)[:2]
        match step:
            case "delete function":
                self.modules[path].remove(function)
            case "move":
                self.modules[path].remove(function)
                self.modules[second if path == first else first].append(function)
            case "rename module":
                self.modules[self.next_name("m") + ".py"] = self.modules.pop(path)
            case "swap":
                self.modules[first], self.modules[second] = self.modules[second], self.modules[first]
            case _:
                pass

    def agree(self) -> None:
        """Add two builds, an hour apart, with a pass after each."""
        for _ in range(2):
            self.take_build()

    def take_build(self) -> None:
        """Add a build, an hour later, and run a pass."""
        self.world.advance_clock(hours=1)
        self.add_build()
        self.world.run()

    def add_build(self) -> None:
        pages = {"here.py": ".|here = True"}
        for path, group in self.modules.items():
            head = [f"-|# {index}" for index in range(self.comments)]
            pages[path] = "\n".join([*head, ".|import os", *(function.draw(self.missing) for function in group)])
        number = len(self.world.source.stored) + 1
        self.world.commit_build(number, pages)
        revision = str(self.world.source.stored[number][0].revision)
        self.texts[revision] = {path: "\n".join(row[2:] for row in page.split("\n")) for path, page in pages.items()}

    def list_statements(self, bug: Bug) -> set[int]:
        """Return the numbers of the statements that the text of a bug lists."""
        marker = parse_marker(bug.description)
        assert marker is not None
        assert marker.revision is not None
        rows = self.texts[marker.revision][marker.path].split("\n")
        return {int(rows[line - 1].partition("= s")[2].partition("(")[0]) for line in marker.lines}

    def end(self) -> None:
        """Let quiet builds and time pass until all that is due is done, and hold the bugs against what is so."""
        for _ in range(3):
            self.world.advance_clock(days=40)
            self.agree()
        assert self.world.run().plan.actions == ()
        listed = [(bug, self.list_statements(bug)) for bug in self.world.bugs() if bug.duplicate_of is None]
        for bug, numbers in listed:
            if bug.status is Status.NEW and bug.assignee is None:
                assert numbers <= self.missing, (
                    f"bug {bug.number} lists {numbers - self.missing}, which run or are gone"
                )
                assert not numbers & self.refused, f"bug {bug.number} lists {numbers & self.refused}, once refused"
        open_lists = [numbers & self.missing for bug, numbers in listed if bug.status is Status.NEW]
        owned = [number for numbers in open_lists for number in numbers]
        assert len(owned) == len(set(owned)), f"two open bugs list {sorted(n for n in owned if owned.count(n) > 1)}"
        waiting = self.missing - set(owned) - self.list_left(listed)
        assert not waiting, f"no bug lists {waiting}"

    def list_left(self, listed: Sequence[tuple[Bug, set[int]]]) -> set[int]:
        """Return the statements of functions that are left to people: refused in part, or listed by a bug in work.

        What was added there before belongs to the task, and what is added to a refused one is refused, too.
        """
        left = self.refused.union(*(numbers for bug, numbers in listed if bug.assignee is not None))
        functions = [set(function.statements) for group in self.modules.values() for function in group]
        return left.union(*(own for own in functions if own & left))
