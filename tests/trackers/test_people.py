"""People may change the bugs of the embedded tracker in any way, and covbot sees their changes."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from covbot.core.bugs.bug import Comment
from covbot.core.bugs.statuses import Status
from covbot.errors import BugUnreadable, UnknownName, WriteRefused
from support.filed_bug import FILE_BUG, NOW, FiledBug, make_comment, make_edit, make_status


def test_a_bug_shows_who_made_the_last_change_of_its_status(world: FiledBug) -> None:
    world.tracker.act(make_status(Status.INVALID))
    world.ann.set_status(1, Status.NEW)
    world.ann.comment(1, "no")
    (bug,) = world.tracker.listing().bugs
    assert (bug.status, bug.status_mine, bug.status_at) == (Status.NEW, False, NOW + timedelta(minutes=3))
    assert world.tracker.look(1).status_at == bug.status_at


def test_comments_are_distinguished_by_their_authors(world: FiledBug) -> None:
    world.ann.comment(1, "I take it")
    bug = world.tracker.act(make_comment(""))
    assert bug.comments == (
        Comment(text="I take it", at=NOW + timedelta(minutes=2), mine=False),
        Comment(text="", at=NOW + timedelta(minutes=3), mine=True),
    )
    assert bug.updated_at == NOW + timedelta(minutes=3)
    assert world.tracker.listing().bugs[0].comments == ()


def test_a_listing_is_always_complete(world: FiledBug) -> None:
    bug = world.tracker.look(1)
    listing = world.tracker.listing(bug.updated_at, {1: bug})
    assert (list(listing.bugs), listing.whole) == ([bug], True)


def test_a_write_that_changes_nothing_leaves_no_trace(world: FiledBug) -> None:
    before = world.ann.show(1)
    world.ann.set_status(1, Status.NEW)
    world.ann.edit(1)
    world.ann.untag(1, "absent")
    world.ann.assign(1, None)
    assert world.ann.show(1) == before


def test_a_private_bug_is_gone_for_covbot_alone(world: FiledBug) -> None:
    world.ann.make_private(1)
    assert list(world.tracker.listing().bugs) == []
    with pytest.raises(BugUnreadable):
        world.tracker.look(1)
    for action in (make_edit(), make_comment("hello"), make_status(Status.INVALID)):
        with pytest.raises(WriteRefused):
            world.tracker.act(action)
    assert [bug.number for bug in world.ann.listing()] == [1]
    assert world.ann.show(1).private


def test_a_bug_that_is_not_there_cannot_be_read_or_written(world: FiledBug) -> None:
    for number in (2, 0, -1, 2**70):
        with pytest.raises(BugUnreadable):
            world.tracker.look(number)
        with pytest.raises(WriteRefused):
            world.tracker.act(attrs.evolve(make_comment("hello"), bug=number))
        with pytest.raises(UnknownName, match="covbot bugs"):
            world.ann.show(number)


def test_a_bug_that_the_project_was_taken_off_shows_so_and_has_no_status_to_set(world: FiledBug) -> None:
    world.ann.remove_task(1)
    assert not world.tracker.look(1).on_project
    with pytest.raises(WriteRefused, match="no longer on it"):
        world.tracker.act(make_status(Status.INVALID))


def test_everything_that_a_person_does_is_recorded(world: FiledBug) -> None:
    ann = world.ann
    ann.set_status(1, Status.IN_PROGRESS)
    ann.edit(1, title="better", description="clearer")
    ann.tag(1, "easy")
    ann.untag(1, "covbot")
    ann.assign(1, "bob")
    ann.assign(1, None)
    ann.comment(1, "done")
    story = ann.show(1)
    assert [(change.who, change.what, change.before, change.after) for change in story.changes] == [
        ("ann", "status", "New", "In Progress"),
        ("ann", "title", FILE_BUG.title, "better"),
        ("ann", "description", FILE_BUG.description, "clearer"),
        ("ann", "tags", "covbot testing", "covbot easy testing"),
        ("ann", "tags", "covbot easy testing", "easy testing"),
        ("ann", "assignee", "", "bob"),
        ("ann", "assignee", "bob", ""),
    ]
    assert [(comment.author, comment.text) for comment in story.comments] == [("ann", "done")]
    assert story.bug == world.tracker.look(1)
    assert [bug.number for bug in ann.listing()] == [1]


def test_duplicates_are_moved_along_and_form_no_chain(world: FiledBug) -> None:
    world.tracker.act(FILE_BUG)
    world.tracker.act(FILE_BUG)
    world.ann.mark_duplicate(1, 2)
    with pytest.raises(WriteRefused, match="already a duplicate of bug 2"):
        world.ann.mark_duplicate(3, 1)
    with pytest.raises(WriteRefused, match="of itself"):
        world.ann.mark_duplicate(2, 2)
    with pytest.raises(UnknownName):
        world.ann.mark_duplicate(2, 7)
    with pytest.raises(UnknownName):
        world.ann.mark_duplicate(7, 2)
    world.ann.mark_duplicate(2, 3)
    assert [bug.duplicate_of for bug in world.tracker.listing().bugs] == [3, 3, None]
    world.ann.mark_duplicate(1, None)
    assert world.tracker.look(1).duplicate_of is None


@pytest.mark.parametrize("name", ["covbot", "", "  "])
def test_a_person_has_a_name_other_than_covbots(world: FiledBug, name: str) -> None:
    with pytest.raises(UnknownName):
        attrs.evolve(world.ann, name=name)
