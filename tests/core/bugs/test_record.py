"""The record of a bug after each of covbot's own writes: what was read back, which lines it lists, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.sample_bugs import BUG, RECORD, ago
from covbot.core.bugs.actions import About, CommentOnBug, MarkDuplicate
from covbot.core.bugs.record import digest_text, update_record
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines
from support.filed_bug import FILE_BUG, FOOTER, NOW, make_edit, make_status

if TYPE_CHECKING:
    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.record import BugRecord

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def make_comment(about: About) -> CommentOnBug:
    """Return a comment on bug 1 about this."""
    return CommentOnBug(footer=FOOTER, bug=1, about=about, text="t", why="w")


def test_a_filed_bug_is_recorded_as_it_was_read_back() -> None:
    stored = attrs.evolve(BUG, title="as stored", description="as stored, too")
    assert update_record(None, FILE_BUG, stored, at=NOW) == attrs.evolve(
        RECORD, listed_count=3, title=digest_text("as stored"), description=digest_text("as stored, too")
    )


def test_a_bug_of_the_next_generation_starts_a_record_without_the_past() -> None:
    old = attrs.evolve(RECORD, closed_at=ago(days=50), commented_at=ago(days=50), verified=True)
    again = attrs.evolve(FILE_BUG, footer=attrs.evolve(FOOTER, generation=2))
    assert update_record(old, again, attrs.evolve(BUG, number=2), at=NOW) == attrs.evolve(
        RECORD, bug=2, generation=2, listed_count=3
    )


def test_an_edit_is_recorded_with_its_lines_its_moment_and_its_texts_as_read_back() -> None:
    before = attrs.evolve(RECORD, carried=False, renamed=True)
    edit = attrs.evolve(make_edit(title="new", description="new text"), lines=Lines.of([7]))
    after = update_record(before, edit, attrs.evolve(BUG, title="new", description="new text"), at=NOW)
    assert after == attrs.evolve(
        RECORD,
        listed_lines=Lines.of([7]),
        listed_count=1,
        title=digest_text("new"),
        description=digest_text("new text"),
        edited_at=NOW,
    )


def test_a_title_that_an_edit_left_alone_may_be_that_of_a_person_and_is_not_taken_for_covbots() -> None:
    by_ada = attrs.evolve(make_edit(title="by ada"), replaces_title="by ada")
    after = update_record(RECORD, by_ada, attrs.evolve(BUG, title="by ada"), at=NOW)
    assert after is not None
    assert after.title == digest_text(FILE_BUG.title)


@pytest.mark.parametrize(
    ("action", "after"),
    [
        (make_status(Status.FIX_RELEASED), attrs.evolve(RECORD, closed_at=NOW)),
        (make_status(Status.INVALID), attrs.evolve(RECORD, closed_at=NOW)),
        (make_comment(About.CLOSING), attrs.evolve(RECORD, announced_at=NOW)),
        (make_comment(About.AGAIN), attrs.evolve(RECORD, announced_at=NOW, commented_at=NOW)),
        (make_comment(About.WITHDRAWN), attrs.evolve(RECORD, commented_at=NOW)),
        (make_comment(About.DONE), attrs.evolve(RECORD, commented_at=NOW, done_at=NOW)),
        (make_comment(About.STILL_MISSING), attrs.evolve(RECORD, commented_at=NOW, asked_at=NOW)),
        (MarkDuplicate(footer=FOOTER, bug=2, of=1, why="w"), RECORD),
    ],
)
def test_each_action_leaves_its_moment_in_the_record(action: Action, after: BugRecord) -> None:
    assert update_record(RECORD, action, BUG, at=NOW) == after


def test_a_reopened_bug_is_no_longer_closed() -> None:
    closed = attrs.evolve(RECORD, closed_at=ago(days=3))
    assert update_record(closed, make_status(Status.NEW), BUG, at=NOW) == attrs.evolve(RECORD, reopened_at=NOW)


@pytest.mark.parametrize("before", [None, attrs.evolve(RECORD, bug=7, asked_at=ago(days=1))])
def test_a_write_to_a_bug_that_is_not_recorded_starts_a_record_without_lines(before: BugRecord | None) -> None:
    after = update_record(before, make_status(Status.INVALID), BUG, at=NOW)
    assert after == attrs.evolve(RECORD, listed_lines=Lines(), listed_count=0, closed_at=NOW)


@pytest.mark.parametrize("before", [None, RECORD])
def test_a_marked_duplicate_is_not_the_bug_of_its_task(before: BugRecord | None) -> None:
    mark = MarkDuplicate(footer=FOOTER, bug=2, of=1, why="w")
    assert update_record(before, mark, attrs.evolve(BUG, number=2), at=NOW) == before


@given(ANY_TEXT, ANY_TEXT)
@example("a", "a ")
@example("\ud800", "\ud801")
def test_two_texts_have_one_digest_only_if_they_are_the_same(one: str, other: str) -> None:
    assert (digest_text(one) == digest_text(other)) is (one == other)
    assert len(digest_text(one)) == 32


def _follow(record: BugRecord, kept: list[int], now: list[int]) -> BugRecord:
    return record.follow_listed(Lines.of(kept), Lines.of(now))


def test_the_place_of_a_listed_line_that_is_lost_is_how_many_of_the_others_stand_above_it() -> None:
    record = attrs.evolve(RECORD, listed_lines=Lines.of([2, 3, 4, 9]), listed_count=4)
    once = _follow(record, [2, 3, 9], [2, 3, 8])
    assert once.lost_places == (2,)
    twice = _follow(once, [3, 8], [2, 7])
    assert (twice.lost_places, twice.listed_lines, twice.statements) == ((0, 1), Lines.of([2, 7]), 4)


def test_without_a_line_lost_no_place_is() -> None:
    record = attrs.evolve(RECORD, listed_lines=Lines.of([2, 3]), listed_count=2)
    assert _follow(record, [2, 3], [12, 13]).lost_places == ()


def test_places_that_an_earlier_version_did_not_store_stay_unknown() -> None:
    record = attrs.evolve(RECORD, listed_lines=Lines.of([2, 3]), listed_count=4)
    assert _follow(record, [2], [2]).lost_places is None
