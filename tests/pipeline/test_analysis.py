"""Tasks that are about to be written are described with everything that their source shows, the others in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from covbot.core.policy import Policy
from covbot.pipeline import passes

if TYPE_CHECKING:
    from support.world import World

PAGES = {
    path: f".|def {name}(a):\n.|    if a:\nx|        return 1\n.|    return 2"
    for path, name in {"one/m.py": "first", "two/m.py": "first", "n.py": "last"}.items()
}
TESTS = {"tests/test_n.py": "import n\n\n\ndef test_last():\n    assert n.last(0) == 2\n"}
REASON = '"if a" (line 2) is never true'


def add_two_builds(world: World, policy: Policy | None = None) -> World:
    ready = evolve(world, policy=policy or Policy(), tests=("tests/test_{name}.py",))
    for number in (1, 2):
        ready.commit(number, PAGES, beside=TESTS)
    return ready


def test_due_tasks_are_described_in_full_and_waiting_ones_in_short(world: World) -> None:
    result = add_two_builds(world, Policy(new_per_day=1)).run()
    described = [proposal.entry.task.path for proposal in result.proposals if REASON in proposal.description]
    assert (len(result.proposals), len(described)) == (3, 1)


def test_a_requested_task_is_described_in_full_though_it_waits(world: World) -> None:
    ready = add_two_builds(world, Policy(new_per_day=0))
    assert [REASON in proposal.description for proposal in ready.rehearse().proposals] == [False] * 3
    keys = {proposal.footer.key for proposal in ready.rehearse().proposals if proposal.entry.task.path == "n.py"}
    shown = passes.dry_run(ready.project(), shown=keys).proposals
    assert [proposal.entry.task.path for proposal in shown if REASON in proposal.description] == ["n.py"]


def test_the_test_to_start_from_is_found_in_the_tree_of_the_build(world: World) -> None:
    ready = add_two_builds(world)
    ready.run()
    (bug,) = [bug for bug in ready.bugs() if bug.title.startswith("n.py")]
    assert "tests/test_n.py; test_last already calls last and is a good one" in " ".join(bug.description.split())


def test_titles_differ_though_the_functions_have_one_name(world: World) -> None:
    ready = add_two_builds(world)
    ready.run()
    titles = [bug.title for bug in ready.bugs()]
    assert len({*titles}) == len(titles) == 3
