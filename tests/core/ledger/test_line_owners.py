"""Law 2: each missing line has one owner among the tasks; the elder bug keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.planning.sample_proposals import make_entry, make_record
from covbot.core.ledger import line_owners
from covbot.core.ledger.ledger import Ledger
from covbot.core.lines import Lines, union
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.core.tasks.task import Entry


def _make_entry(number: int, picture: str, *, filed: bool = True, **changes: Any) -> Entry:  # noqa: ANN401 -- the fields of an Entry
    """Return the entry of a task in the one file, with the bug of the same number; its lines are the x of a picture."""
    entry = make_entry(number, record=make_record(number) if filed else None, **changes)
    lines = Lines.of(line for line, mark in enumerate(picture, start=1) if mark == "x")
    return attrs.evolve(entry, task=attrs.evolve(entry.task, path="m.py", lines=lines))


def _settle(*entries: Entry) -> dict[int, Entry]:
    """Return the entries by number after lines were given to their owners."""
    ledger = line_owners.settle_owners(Ledger(entries={entry.task.key: entry for entry in entries}))
    assert line_owners.settle_owners(ledger) == ledger
    return {int(key, 16): entry for key, entry in ledger.entries.items()}


def _draw(entry: Entry) -> str:
    return "".join("x" if line in entry.task.lines else "." for line in range(1, 6))


def test_the_elder_bug_keeps_a_line_and_the_other_loses_it() -> None:
    settled = _settle(_make_entry(7, "xxx.."), _make_entry(4, "..xxx"))
    assert {number: _draw(entry) for number, entry in settled.items()} == {7: "xx...", 4: "..xxx"}
    assert [entry.superseded_by for entry in settled.values()] == [None, None]


def test_a_bug_keeps_a_line_before_a_task_without_one() -> None:
    settled = _settle(_make_entry(1, "xx...", filed=False), _make_entry(9, ".xxxx"))
    assert {number: _draw(entry) for number, entry in settled.items()} == {1: "x....", 9: ".xxxx"}


def test_an_open_bug_keeps_a_line_before_an_elder_one_that_covbot_closed() -> None:
    closed = _make_entry(1, "xx...")
    closed = attrs.evolve(closed, record=make_record(1, closed_at=NOW))
    assert {number: _draw(entry) for number, entry in _settle(closed, _make_entry(9, ".xx..")).items()} == {
        1: "x....",
        9: ".xx..",
    }


def test_a_bug_without_a_line_of_its_own_is_superseded_by_the_one_that_has_most_of_them() -> None:
    settled = _settle(_make_entry(3, "x...."), _make_entry(5, ".xx.."), _make_entry(8, "xxx.."))
    assert settled[8].superseded_by == 5
    assert not settled[8].task.lines


@pytest.mark.parametrize(
    ("elder", "by", "gone"),
    [
        (_make_entry(3, ".xx.."), 3, False),
        (_make_entry(3, ".....", unconfirmed=True), 3, False),
        (_make_entry(3, "....."), None, False),
        (_make_entry(3, ".....", gone=True), None, True),
    ],
    ids=["missing", "unconfirmed", "covered", "gone"],
)
def test_a_superseded_bug_waits_for_the_elder_one(elder: Entry, by: int | None, *, gone: bool) -> None:
    settled = _settle(elder, _make_entry(8, ".....", superseded_by=3))
    assert (settled[8].superseded_by, settled[8].gone) == (by, gone)


def test_a_bug_with_lines_again_is_not_superseded() -> None:
    assert _settle(_make_entry(3, "xx..."), _make_entry(8, "..x..", superseded_by=3))[8].superseded_by is None


PICTURES = st.text("x.", min_size=5, max_size=5)


@given(st.lists(st.tuples(PICTURES, st.booleans(), st.booleans()), max_size=6))
def test_law_2_each_line_has_one_owner_and_none_is_lost(drawn: list[tuple[str, bool, bool]]) -> None:
    entries = [
        _make_entry(number, picture, filed=filed, ambiguous=ambiguous)
        for number, (picture, filed, ambiguous) in enumerate(drawn, start=1)
    ]
    settled = _settle(*entries)
    known = [entry for entry in settled.values() if not entry.ambiguous]
    owned = [line for entry in known for line in entry.task.lines]
    assert len(owned) == len(set(owned))
    assert Lines.of(owned) == union(entry.task.lines for entry in entries if not entry.ambiguous)
    assert all(settled[number] == entry for number, entry in enumerate(entries, start=1) if entry.ambiguous)
