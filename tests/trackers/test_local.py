"""The embedded tracker takes, changes and refuses what Launchpad does, and people may do everything."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.actions import About, CommentOnBug, EditBug, FileBug, SetStatus
from covbot.core.bugs import Comment, Footer, Status
from covbot.core.lines import Lines
from covbot.errors import BugUnreadable, UnknownName, WriteRefused, WriteStale
from covbot.store.store import Store
from covbot.trackers.local import rules
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 8, 21, 21, 1, 48, tzinfo=UTC)
FOOTER = Footer(project="nova", key="0000000a", generation=1)
FILE = FileBug(
    footer=FOOTER,
    title="3 statements of nova.utils never run",
    description=f"Lines 2-4.\n\n{FOOTER}\n",
    tags=("testing", "covbot", "testing"),
    lines=Lines.of([2, 3, 4]),
    why="two builds agree",
)


@define
class Clock:
    """A clock that goes on by a minute each time that it is read."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


@define
class World:
    """covbot's tracker of a project with bug 1 in it, and a person."""

    store: Store
    tracker: LocalTracker
    ann: Person


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path}/covbot.db")) as store:
        tracker = LocalTracker(bugs=store.local, project="nova", now=clock)
        tracker.act(FILE)
        yield World(store, tracker, Person(bugs=store.local, project="nova", name="ann", now=clock))


def make_edit(title: str = "t", description: str = "d", replaces: str = FILE.description) -> EditBug:
    """An edit of bug 1."""
    return EditBug(
        footer=FOOTER, bug=1, title=title, description=description, replaces=replaces, lines=Lines(), why="w"
    )


def make_status(status: Status, replaces: Status = Status.NEW) -> SetStatus:
    """A change of the status of bug 1."""
    return SetStatus(footer=FOOTER, bug=1, status=status, replaces=replaces, why="w")


def make_comment(text: str) -> CommentOnBug:
    """A comment on bug 1."""
    return CommentOnBug(footer=FOOTER, bug=1, about=About.DONE, text=text, why="w")


def test_a_filed_bug_is_read_back_as_filed(world: World) -> None:
    bug = world.tracker.look(1)
    filed = NOW + timedelta(minutes=1)
    assert (bug.title, bug.description, bug.status) == (FILE.title, FILE.description, Status.NEW)
    assert bug.tags == {"covbot", "testing"}
    assert bug.url == "local:nova/1"
    assert (bug.created_at, bug.updated_at, bug.status_at, bug.status_mine) == (filed, filed, filed, True)
    assert list(world.tracker.listing().bugs) == [bug]


def test_filing_the_same_again_makes_another_bug(world: World) -> None:
    assert world.tracker.act(FILE).number == 2


def test_numbers_go_on_across_projects_that_do_not_see_each_other(world: World) -> None:
    other = attrs.evolve(world.tracker, project="neutron")
    assert other.act(FILE).number == 2
    assert [bug.number for bug in other.listing().bugs] == [2]
    with pytest.raises(BugUnreadable):
        other.look(1)


def test_an_edit_is_stripped_as_launchpad_strips_it(world: World) -> None:
    bug = world.tracker.act(make_edit("  a title ", "  a text \r\n \n"))
    assert (bug.title, bug.description) == ("a title", "  a text")
    assert bug.status_mine


def test_a_new_bug_keeps_its_spaces_and_gets_lf(world: World) -> None:
    bug = world.tracker.act(attrs.evolve(FILE, title=" a title ", description=" a\r\nb\rc \n"))
    assert (bug.title, bug.description) == (" a title ", " a\nb\nc \n")


def test_an_edit_of_what_a_person_changed_meanwhile_is_stale(world: World) -> None:
    world.ann.edit(1, description="mine")
    with pytest.raises(WriteStale):
        world.tracker.act(make_edit())
    assert world.tracker.look(1).description == "mine"
    assert world.tracker.act(make_edit(replaces="mine")).description == "d"


def test_a_status_that_a_person_changed_meanwhile_is_stale(world: World) -> None:
    world.ann.set_status(1, Status.CONFIRMED)
    with pytest.raises(WriteStale):
        world.tracker.act(make_status(Status.FIX_RELEASED))
    bug = world.tracker.act(make_status(Status.FIX_RELEASED, Status.CONFIRMED))
    assert (bug.status, bug.status_mine) == (Status.FIX_RELEASED, True)


def test_whose_the_last_change_of_status_was_is_told(world: World) -> None:
    world.tracker.act(make_status(Status.INVALID))
    world.ann.set_status(1, Status.NEW)
    world.ann.comment(1, "no")
    (bug,) = world.tracker.listing().bugs
    assert (bug.status, bug.status_mine, bug.status_at) == (Status.NEW, False, NOW + timedelta(minutes=3))
    assert world.tracker.look(1).status_at == bug.status_at


@pytest.mark.parametrize("status", sorted(rules.SET_BY_SUPERVISORS))
def test_covbot_may_not_set_what_is_for_supervisors(world: World, status: Status) -> None:
    with pytest.raises(WriteRefused, match="only bug supervisors"):
        world.tracker.act(make_status(status))
    assert world.tracker.look(1).status is Status.NEW


@pytest.mark.parametrize("status", sorted(rules.KEPT_BY_SUPERVISORS))
def test_covbot_may_not_take_back_what_supervisors_decided(world: World, status: Status) -> None:
    world.ann.set_status(1, status)
    with pytest.raises(WriteRefused, match="only bug supervisors"):
        world.tracker.act(make_status(Status.NEW, status))


def test_comments_are_told_apart_by_their_authors(world: World) -> None:
    world.ann.comment(1, "I take it")
    bug = world.tracker.act(make_comment(""))
    assert bug.comments == (
        Comment(text="I take it", at=NOW + timedelta(minutes=2), mine=False),
        Comment(text="", at=NOW + timedelta(minutes=3), mine=True),
    )
    assert bug.updated_at == NOW + timedelta(minutes=3)
    assert world.tracker.listing().bugs[0].comments == ()


def test_a_listing_is_always_whole(world: World) -> None:
    bug = world.tracker.act(FILE)
    listing = world.tracker.listing(bug.updated_at, {bug.number: bug})
    assert listing.whole
    assert bug in listing.bugs


def test_a_write_that_changes_nothing_leaves_no_trace(world: World) -> None:
    before = world.ann.show(1)
    world.ann.set_status(1, Status.NEW)
    world.ann.edit(1)
    world.ann.untag(1, "absent")
    world.ann.assign(1, None)
    assert world.ann.show(1) == before


def test_a_private_bug_is_gone_for_covbot_alone(world: World) -> None:
    world.ann.make_private(1)
    assert list(world.tracker.listing().bugs) == []
    with pytest.raises(BugUnreadable):
        world.tracker.look(1)
    for action in (make_edit(), make_comment("hello"), make_status(Status.INVALID)):
        with pytest.raises(WriteRefused):
            world.tracker.act(action)
    assert [bug.number for bug in world.ann.listing()] == [1]
    assert world.ann.show(1).private


def test_a_bug_that_is_not_there_cannot_be_read_or_written(world: World) -> None:
    for number in (2, 0, -1, 2**70):
        with pytest.raises(BugUnreadable):
            world.tracker.look(number)
        with pytest.raises(WriteRefused):
            world.tracker.act(attrs.evolve(make_comment("hello"), bug=number))
        with pytest.raises(UnknownName, match="covbot bugs"):
            world.ann.show(number)


def test_a_bug_that_the_project_was_taken_off_shows_so_and_has_no_status_to_set(world: World) -> None:
    world.ann.remove_task(1)
    assert not world.tracker.look(1).on_project
    with pytest.raises(WriteRefused, match="no longer on it"):
        world.tracker.act(make_status(Status.INVALID))


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("", "d"),
        ("t" * 201, "d"),
        ("one\ntwo", "d"),
        ("one\rtwo", "d"),
        ("nul \0", "d"),
        ("t", ""),
        ("t", " \n"),
        ("t", "d" * 50_001),
        ("t", "surrogate \ud800"),
    ],
)
def test_what_launchpad_refuses_is_refused_whole(world: World, title: str, description: str) -> None:
    before = world.ann.show(1)
    with pytest.raises(WriteRefused) as caught:
        world.tracker.act(make_edit(title, description))
    assert "\n" not in str(caught.value)
    with pytest.raises(WriteRefused):
        world.tracker.act(attrs.evolve(FILE, title=title, description=description))
    with pytest.raises(WriteRefused):
        world.ann.edit(1, title=title, description=description)
    assert world.ann.show(1) == before
    assert len(world.tracker.listing().bugs) == 1


def test_the_longest_title_and_description_are_taken(world: World) -> None:
    title, description = "\N{GRINNING FACE}" * 200, "d" * 50_000
    bug = world.tracker.act(attrs.evolve(FILE, title=title, description=description))
    assert (bug.title, bug.description) == (title, description)
    assert world.tracker.act(make_edit(title, description + "\n")).description == description
    with pytest.raises(WriteRefused):
        world.tracker.act(attrs.evolve(FILE, description=description + "\n"))


@pytest.mark.parametrize("tag", ["a", "", "Testing", "two words", "under_score", "tag\n", "\ud800x", "é+"])
def test_a_tag_of_another_form_is_refused(world: World, tag: str) -> None:
    with pytest.raises(WriteRefused) as caught:
        world.tracker.act(attrs.evolve(FILE, tags=("covbot", tag)))
    assert str(caught.value).isascii()
    assert "\n" not in str(caught.value)
    with pytest.raises(WriteRefused):
        world.ann.tag(1, tag)


@given(st.lists(st.from_regex(r"[a-z0-9][a-z0-9+.-]+", fullmatch=True)))
def test_tags_are_folded_and_sorted(tags: list[str]) -> None:
    assert rules.make_tags(tags) == tuple(sorted(set(tags)))


def test_a_comment_that_launchpad_fails_on_is_refused(world: World) -> None:
    with pytest.raises(WriteRefused):
        world.tracker.act(make_comment("nul \0"))
    with pytest.raises(WriteRefused):
        world.ann.comment(1, "surrogate \ud800")
    assert world.tracker.look(1).comments == ()


def test_a_write_inside_a_transaction_is_a_fault_and_reading_there_is_none(world: World) -> None:
    with world.store.rehearsal():
        assert world.tracker.look(1).number == 1
        for action in (FILE, make_edit(), make_comment("hello"), make_status(Status.INVALID)):
            with pytest.raises(RuntimeError):
                world.tracker.act(action)
    assert len(world.tracker.listing().bugs) == 1


def test_everything_that_a_person_does_is_put_down(world: World) -> None:
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
        ("ann", "title", FILE.title, "better"),
        ("ann", "description", FILE.description, "clearer"),
        ("ann", "tags", "covbot testing", "covbot easy testing"),
        ("ann", "tags", "covbot easy testing", "easy testing"),
        ("ann", "assignee", "", "bob"),
        ("ann", "assignee", "bob", ""),
    ]
    assert [(comment.author, comment.text) for comment in story.comments] == [("ann", "done")]
    assert story.bug == world.tracker.look(1)
    assert [bug.number for bug in ann.listing()] == [1]


def test_duplicates_go_along_and_form_no_chain(world: World) -> None:
    world.tracker.act(FILE)
    world.tracker.act(FILE)
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
def test_nobody_plays_covbot_or_nobody(world: World, name: str) -> None:
    with pytest.raises(UnknownName):
        attrs.evolve(world.ann, name=name)
