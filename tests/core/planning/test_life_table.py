"""The decision table of a bug's life, cell by cell, and each of its limits of time: reached, and just not reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from core.planning.sample_proposals import make_bug, make_entry, make_footer, make_record, propose, spell_actions
from core.sample_bugs import ago
from covbot.core.bugs.actions import About, CommentOnBug, EditBug, FileBug, SetStatus
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines
from covbot.core.planning import life_table
from covbot.core.planning.life_table import Cell
from covbot.core.policy import Policy
from support.filed_bug import NOW

if TYPE_CHECKING:
    from datetime import datetime

TABLE = """
state              | same         | fewer             | more | too many | renamed | covered   | gone
waiting            | .            | edit              | edit | .        | edit    | say fixed | say invalid
edited             | .            | <                 | <    | <        | <       | say fixed | say invalid
incomplete         | .            | <                 | <    | <        | <       | say fixed | say invalid
worked on          | .            | <                 | <    | <        | <       | done      | done
worked on, told    | .            | <                 | <    | <        | <       | fixed     | .
closed             | again reopen | again reopen edit | <    | <        | <       | .         | .
closed, edited     | again reopen | <                 | <    | <        | <       | .         | .
closed, long ago   | file         | <                 | <    | <        | <       | .         | .
fixed              | ask          | <                 | <    | <        | <       | .         | .
fixed, asked       | .            | <                 | <    | <        | <       | .         | .
fixed, verified    | file         | <                 | <    | <        | <       | .         | .
expired            | .            | <                 | <    | <        | <       | .         | .
expired long ago   | file         | <                 | <    | <        | <       | .         | .
declined           | .            | <                 | <    | <        | <       | .         | .
reopened           | .            | <                 | <    | <        | <       | .         | .
duplicate of ours  | .            | <                 | <    | <        | <       | .         | .
duplicate of other | .            | <                 | <    | <        | <       | .         | .
opted out          | .            | <                 | <    | <        | <       | .         | .
given up           | .            | <                 | <    | <        | <       | .         | .
private or locked  | .            | <                 | <    | <        | <       | .         | .
unreadable         | .            | <                 | <    | <        | <       | .         | .
"""
"""The burst of each cell, `.` for none, `<` for the same as in the cell to its left."""

RECORDS: dict[str, dict[str, Any]] = {
    "worked on, told": {"done_at": ago(days=14)},
    "closed": {"closed_at": ago(days=1)},
    "closed, edited": {"closed_at": ago(days=1), "description": "the digest of another text"},
    "closed, long ago": {"closed_at": ago(days=14)},
    "fixed, asked": {"asked_at": ago(days=60)},
    "fixed, verified": {"verified": True},
}
MISSING = {"same": range(2, 5), "fewer": [2], "more": range(2, 32), "too many": range(2, 33), "renamed": range(2, 5)}


def _just_within(days: int) -> datetime:
    """Return a moment that is a second less than so many days ago."""
    return ago(days=days, seconds=-1)


def _list_cells() -> list[tuple[str, str, str]]:
    head, *rows = [[cell.strip() for cell in row.split("|")] for row in TABLE.strip().split("\n")]
    cells: list[tuple[str, str, str]] = []
    for row in rows:
        for column, cell in zip(head[1:], row[1:], strict=True):
            cells.append((row[0], column, cells[-1][2] if cell == "<" else cell))
    return cells


def _name_state(row: str) -> str:
    return row.partition(",")[0].upper().replace(" ", "_")


def _make_cell(row: str, column: str = "same", *, builds_since: int = 3, **known: Any) -> Cell:  # noqa: ANN401 -- the fields of a BugRecord
    """Return the cell of a row and a column; its proposal is for the next bug, of generation 2."""
    record = make_record(1, renamed=column == "renamed", **RECORDS.get(row, {}) | known)
    entry = make_entry(1, record=record, gone=column == "gone")
    entry = attrs.evolve(entry, task=attrs.evolve(entry.task, lines=Lines.of(MISSING.get(column, ()))))
    proposal = propose(entry, footer=make_footer(1, 2), builds_since=builds_since)
    state = BugState[_name_state(row)]
    return Cell(proposal=proposal, state=state, bug=make_bug(1), record=record, policy=Policy(), now=NOW)


def _with_bug(cell: Cell, **changes: Any) -> Cell:  # noqa: ANN401 -- the fields of a Bug
    return attrs.evolve(cell, bug=attrs.evolve(cell.bug, **changes))


def _decide(cell: Cell) -> str:
    """Return the words of the burst that is due, or the kind of the reason that none is."""
    decided = life_table.decide_burst(cell)
    return decided.kind if isinstance(decided, Hold) else spell_actions(decided)


@pytest.mark.parametrize(("row", "column", "burst"), _list_cells())
def test_each_cell_of_the_table_has_its_burst(row: str, column: str, burst: str) -> None:
    decided = life_table.decide_burst(_make_cell(row, column))
    assert ("." if isinstance(decided, Hold) else spell_actions(decided)) == burst


def test_the_table_has_a_row_for_every_state_of_a_filed_bug() -> None:
    rows = {_name_state(row) for row, _, _ in _list_cells()}
    assert rows == {state.name for state in BugState} - {"UNFILED", "DECLINED_ELSEWHERE"}


@pytest.mark.parametrize(
    ("column", "edited_at", "decided"),
    [
        ("fewer", ago(days=7), "edit"),
        ("fewer", _just_within(7), HoldKind.WRITTEN_RECENTLY),
        ("more", ago(days=7), "edit"),
        ("more", _just_within(7), HoldKind.WRITTEN_RECENTLY),
        ("renamed", ago(seconds=1), "edit"),
        ("covered", ago(seconds=1), "say fixed"),
        ("too many", ago(days=7), HoldKind.TOO_LARGE),
        ("same", ago(days=7), HoldKind.UNCHANGED),
    ],
)
def test_a_text_is_edited_for_other_lines_once_in_7_days(column: str, edited_at: datetime, decided: str) -> None:
    assert _decide(_make_cell("waiting", column, edited_at=edited_at)) == decided


@pytest.mark.parametrize(
    ("known", "decided"),
    [
        ({"closed_at": _just_within(14)}, "again reopen"),
        ({"closed_at": ago(days=14)}, "file"),
        ({"closed_at": None}, "file"),
        ({"reopened_at": ago(days=99)}, HoldKind.WRITTEN_RECENTLY),
        ({"commented_at": _just_within(30)}, HoldKind.WRITTEN_RECENTLY),
        ({"commented_at": ago(days=30)}, "again reopen"),
        ({"closed_at": ago(days=14), "reopened_at": ago(days=99), "commented_at": ago(days=1)}, "file"),
    ],
)
def test_a_bug_is_reopened_once_and_within_14_days(known: dict[str, Any], decided: str) -> None:
    assert _decide(_make_cell("closed", **known)) == decided


@pytest.mark.parametrize(("closed_at", "reopenable"), [(_just_within(14), True), (ago(days=14), False), (None, False)])
def test_a_bug_is_reopenable_for_14_days(closed_at: datetime | None, *, reopenable: bool) -> None:
    assert life_table.is_reopenable(make_record(1, closed_at=closed_at), Policy(), NOW) is reopenable


@pytest.mark.parametrize(
    ("status_at", "builds_since", "known", "decided"),
    [
        (ago(days=7), 3, {}, "ask"),
        (_just_within(7), 3, {}, HoldKind.BUG_STATE),
        (ago(days=99), 2, {}, HoldKind.BUG_STATE),
        (ago(days=7), 3, {"commented_at": ago(days=30)}, "ask"),
        (ago(days=7), 3, {"commented_at": _just_within(30)}, HoldKind.WRITTEN_RECENTLY),
        (ago(days=99), 99, {"asked_at": ago(days=90)}, HoldKind.BUG_STATE),
        (ago(seconds=1), 0, {"verified": True, "asked_at": ago(days=90)}, "file"),
    ],
)
def test_after_a_persons_fix_covbot_asks_once_after_7_days_and_3_builds(
    status_at: datetime, builds_since: int, known: dict[str, Any], decided: str
) -> None:
    cell = _make_cell("fixed", builds_since=builds_since, **known)
    assert _decide(_with_bug(cell, status_at=status_at)) == decided


@pytest.mark.parametrize(
    ("known", "updated_at", "decided"),
    [
        ({}, ago(seconds=1), "done"),
        ({"commented_at": ago(days=30)}, ago(seconds=1), "done"),
        ({"commented_at": _just_within(30)}, ago(days=99), HoldKind.WRITTEN_RECENTLY),
        ({"done_at": ago(days=14), "commented_at": ago(days=14)}, ago(days=14), "fixed"),
        ({"done_at": _just_within(14)}, ago(days=99), HoldKind.BUG_STATE),
        ({"done_at": ago(days=99)}, _just_within(14), HoldKind.BUG_STATE),
    ],
)
def test_a_bug_that_somebody_works_on_is_closed_after_14_quiet_days(
    known: dict[str, Any], updated_at: datetime, decided: str
) -> None:
    assert _decide(_with_bug(_make_cell("worked on", "covered", **known), updated_at=updated_at)) == decided


def _get_burst(cell: Cell) -> life_table.Burst:
    decided = life_table.decide_burst(cell)
    assert not isinstance(decided, Hold)
    return decided


def _get_edit(cell: Cell) -> EditBug:
    (edit,) = (action for action in _get_burst(cell) if isinstance(action, EditBug))
    return edit


def test_an_edit_replaces_the_texts_that_the_plan_saw_and_keeps_the_footer_of_the_bug() -> None:
    edit = _get_edit(_make_cell("waiting", "fewer"))
    assert (edit.footer, edit.bug, edit.replaces_title, edit.replaces) == (
        make_footer(1),
        1,
        "m1",
        make_bug(1).description,
    )
    assert (edit.title, edit.description, edit.lines) == (
        "m1",
        "Lines of now.\n\n" + f"{make_footer(1)}\n",
        Lines.of([2]),
    )


@pytest.mark.parametrize("row", ["waiting", "closed"])
def test_a_title_that_a_person_wrote_stays(row: str) -> None:
    edit = _get_edit(_with_bug(_make_cell(row, "fewer"), title="by ada"))
    assert (edit.title, edit.replaces_title) == ("by ada", "by ada")


@pytest.mark.parametrize(("column", "status"), [("covered", Status.FIX_RELEASED), ("gone", Status.INVALID)])
def test_a_bug_is_closed_only_if_it_still_has_the_status_that_the_plan_saw(column: str, status: Status) -> None:
    cell = _with_bug(_make_cell("edited", column), status=Status.TRIAGED)
    comment, closing = _get_burst(cell)
    assert closing == SetStatus(
        footer=make_footer(1), bug=1, status=status, replaces=Status.TRIAGED, why=cell.change.value
    )
    assert comment == CommentOnBug(
        footer=make_footer(1),
        bug=1,
        about=About.CLOSING,
        text="comment: closing",
        why=cell.change.value,
        otherwise="comment: withdrawn",
    )


def test_what_was_announced_and_not_done_is_not_announced_again_for_30_days() -> None:
    assert _decide(_make_cell("waiting", "covered", announced_at=_just_within(30))) == "fixed"
    assert _decide(_make_cell("waiting", "covered", announced_at=ago(days=30))) == "say fixed"


@pytest.mark.parametrize(("doubt", "kind"), [("unconfirmed", HoldKind.UNCONFIRMED), ("ambiguous", HoldKind.AMBIGUOUS)])
def test_nothing_is_filed_while_a_second_build_must_agree_or_lines_are_ambiguous(doubt: str, kind: HoldKind) -> None:
    held = life_table.decide_filing(propose(make_entry(1, **{doubt: True})))
    assert isinstance(held, Hold)
    assert held.kind is kind


@pytest.mark.parametrize("row", ["closed, long ago", "expired long ago", "fixed, verified"])
def test_the_next_bug_of_a_task_waits_for_a_second_build_as_the_first_one_did(row: str) -> None:
    cell = _make_cell(row)
    entry = attrs.evolve(cell.proposal.entry, unconfirmed=True)
    assert _decide(attrs.evolve(cell, proposal=attrs.evolve(cell.proposal, entry=entry))) == HoldKind.UNCONFIRMED


@pytest.mark.parametrize("tags", [(), ("testing", "covbot"), ("testing", "testing")])
def test_a_new_bug_has_the_texts_of_its_proposal_and_covbots_tag_once(tags: tuple[str, ...]) -> None:
    proposal = propose(make_entry(1), tags=tags, reasons="3 statements in one place")
    assert life_table.decide_filing(proposal) == (
        FileBug(
            footer=proposal.footer,
            title=proposal.title,
            description=proposal.description,
            tags=("covbot", "testing") if tags else ("covbot",),
            lines=Lines.of([2, 3, 4]),
            why="two trusted builds agree that nothing runs them: 3 statements in one place",
        ),
    )


def test_a_new_bug_without_reasons_for_its_rank_says_why_it_is_filed() -> None:
    decided = life_table.decide_filing(propose(make_entry(1)))
    assert not isinstance(decided, Hold)
    assert [action.why for action in decided] == ["two trusted builds agree that nothing runs them"]
