"""Whatever happens to the response to any one write, the outbox brings Launchpad to the same state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from covbot import errors
from covbot.core.bugs import actions
from covbot.outbox import Outbox
from covbot.store.store import Store
from doubles.launchpad import pictures
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, is_write

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = pictures.make_text(1), pictures.make_text(2)
BURSTS: tuple[actions.Action, ...] = (
    pictures.make_file_action(7),
    pictures.make_edit_action(1),
    pictures.make_comment_action(1),
    pictures.make_status_action(1),
    evolve(
        pictures.make_edit_action(2, replaces=SECOND),
        footer=pictures.make_footer(2),
        description=pictures.make_text(2, "One."),
    ),
    evolve(pictures.make_status_action(2), footer=pictures.make_footer(2)),
)

FAULTS = [
    pytest.param(fault, nth, marks=() if (nth - index) % len(BURSTS) == 1 else pytest.mark.heavy)
    for index, fault in enumerate(Fault)
    for nth in range(1, len(BURSTS) + 1)
]
"""Each fault at each write: one write for each fault, and the rest in CI alone."""


def drain_outbox(double: Double, folder: Path) -> list[object]:
    """Do all actions, in as many passes as needed but at most three; return what Launchpad then holds."""
    double.people.settle()
    for description in (FIRST, SECOND):
        double.people.file(pictures.ACCOUNT, pictures.TITLE, description, tags=("covbot",))
    store = Store.open(f"sqlite:///{folder / 'covbot.db'}", create=True)
    store.outbox.accept("nova", actions.Plan(actions=BURSTS), at=datetime.now(UTC))
    for _ in range(3):
        tracker = pictures.connect_tracker(double, folder, timeout=0.5)
        outbox = Outbox(store=store, project="nova", tracker=tracker, clock=lambda: datetime.now(UTC))
        try:
            list(outbox.drain())
        except errors.CannotUseTracker:
            continue
    assert store.outbox.pending("nova") == []
    store.close()
    return [
        (bug.title, bug.description, bug.tags, bug.tasks[0].status, [message.text for message in bug.messages])
        for bug in double.world.bugs.values()
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """What Launchpad holds if nothing fails."""
    with Double() as double:
        return drain_outbox(double, tmp_path_factory.mktemp("undisturbed"))


def test_all_of_it_is_done(undisturbed: list[object]) -> None:
    assert len(undisturbed) == 3
    assert "Fix Released" in str(undisturbed[0])
    assert "All of it is covered now." in str(undisturbed[0])


@pytest.mark.parametrize(("fault", "nth"), FAULTS)
def test_a_fault_at_any_write_leaves_what_an_undisturbed_run_leaves(
    double: Double, tmp_path: Path, undisturbed: list[object], fault: Fault, nth: int
) -> None:
    double.fail(fault, nth=nth, of=is_write)
    assert drain_outbox(double, tmp_path) == undisturbed
