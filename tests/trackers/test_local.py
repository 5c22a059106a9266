"""The embedded tracker accepts, changes and refuses the same as Launchpad."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs.statuses import Status
from covbot.errors import BugUnreadable, WriteRefused, WriteStale
from covbot.trackers.local import rules
from support.filed_bug import FILE_BUG, NOW, FiledBug, make_comment, make_edit, make_status


def test_a_filed_bug_is_read_back_as_filed(world: FiledBug) -> None:
    bug = world.tracker.look(1)
    filed = NOW + timedelta(minutes=1)
    assert (bug.title, bug.description, bug.status) == (FILE_BUG.title, FILE_BUG.description, Status.NEW)
    assert bug.tags == {"covbot", "testing"}
    assert bug.url == "local:nova/1"
    assert (bug.created_at, bug.updated_at, bug.status_at, bug.status_mine) == (filed, filed, filed, True)
    assert list(world.tracker.listing().bugs) == [bug]


def test_filing_the_same_again_makes_another_bug(world: FiledBug) -> None:
    assert world.tracker.act(FILE_BUG).number == 2


def test_numbers_go_on_across_projects_that_do_not_see_each_other(world: FiledBug) -> None:
    other = attrs.evolve(world.tracker, project="neutron")
    assert other.act(FILE_BUG).number == 2
    assert [bug.number for bug in other.listing().bugs] == [2]
    with pytest.raises(BugUnreadable):
        other.look(1)


def test_an_edit_is_stripped_as_launchpad_strips_it(world: FiledBug) -> None:
    bug = world.tracker.act(make_edit("  a title ", "  a text \r\n \n"))
    assert (bug.title, bug.description) == ("a title", "  a text")
    assert bug.status_mine


def test_a_new_bug_keeps_its_spaces_and_gets_lf(world: FiledBug) -> None:
    bug = world.tracker.act(attrs.evolve(FILE_BUG, title=" a title ", description=" a\r\nb\rc \n"))
    assert (bug.title, bug.description) == (" a title ", " a\nb\nc \n")


def test_an_edit_of_what_a_person_changed_meanwhile_is_stale(world: FiledBug) -> None:
    world.ann.edit(1, description="mine")
    with pytest.raises(WriteStale):
        world.tracker.act(make_edit())
    assert world.tracker.look(1).description == "mine"
    assert world.tracker.act(make_edit(replaces="mine")).description == "d"


def test_a_status_that_a_person_changed_meanwhile_is_stale(world: FiledBug) -> None:
    world.ann.set_status(1, Status.CONFIRMED)
    with pytest.raises(WriteStale):
        world.tracker.act(make_status(Status.FIX_RELEASED))
    bug = world.tracker.act(make_status(Status.FIX_RELEASED, Status.CONFIRMED))
    assert (bug.status, bug.status_mine) == (Status.FIX_RELEASED, True)


@pytest.mark.parametrize("status", sorted(rules.SET_BY_SUPERVISORS))
def test_covbot_may_not_set_what_is_for_supervisors(world: FiledBug, status: Status) -> None:
    with pytest.raises(WriteRefused, match="only bug supervisors"):
        world.tracker.act(make_status(status))
    assert world.tracker.look(1).status is Status.NEW


@pytest.mark.parametrize("status", sorted(rules.KEPT_BY_SUPERVISORS))
def test_covbot_may_not_take_back_what_supervisors_decided(world: FiledBug, status: Status) -> None:
    world.ann.set_status(1, status)
    with pytest.raises(WriteRefused, match="only bug supervisors"):
        world.tracker.act(make_status(Status.NEW, status))


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
def test_what_launchpad_refuses_is_refused_whole(world: FiledBug, title: str, description: str) -> None:
    before = world.ann.show(1)
    with pytest.raises(WriteRefused) as caught:
        world.tracker.act(make_edit(title, description))
    assert "\n" not in str(caught.value)
    with pytest.raises(WriteRefused):
        world.tracker.act(attrs.evolve(FILE_BUG, title=title, description=description))
    with pytest.raises(WriteRefused):
        world.ann.edit(1, title=title, description=description)
    assert world.ann.show(1) == before
    assert len(world.tracker.listing().bugs) == 1


def test_the_longest_title_and_description_are_taken(world: FiledBug) -> None:
    title, description = "\N{GRINNING FACE}" * 200, "d" * 50_000
    bug = world.tracker.act(attrs.evolve(FILE_BUG, title=title, description=description))
    assert (bug.title, bug.description) == (title, description)
    assert world.tracker.act(make_edit(title, description + "\n")).description == description
    with pytest.raises(WriteRefused):
        world.tracker.act(attrs.evolve(FILE_BUG, description=description + "\n"))


@pytest.mark.parametrize("tag", ["a", "", "Testing", "two words", "under_score", "tag\n", "\ud800x", "é+"])
def test_a_tag_of_another_form_is_refused(world: FiledBug, tag: str) -> None:
    with pytest.raises(WriteRefused) as caught:
        world.tracker.act(attrs.evolve(FILE_BUG, tags=("covbot", tag)))
    assert str(caught.value).isascii()
    assert "\n" not in str(caught.value)
    with pytest.raises(WriteRefused):
        world.ann.tag(1, tag)


@given(st.lists(st.from_regex(r"[a-z0-9][a-z0-9+.-]+", fullmatch=True)))
def test_tags_are_folded_and_sorted(tags: list[str]) -> None:
    assert rules.make_tags(tags) == tuple(sorted(set(tags)))


def test_a_comment_that_launchpad_fails_on_is_refused(world: FiledBug) -> None:
    with pytest.raises(WriteRefused):
        world.tracker.act(make_comment("nul \0"))
    with pytest.raises(WriteRefused):
        world.ann.comment(1, "surrogate \ud800")
    assert world.tracker.look(1).comments == ()


def test_a_write_inside_a_transaction_is_a_fault_and_reading_there_is_none(world: FiledBug) -> None:
    with world.store.rollback():
        assert world.tracker.look(1).number == 1
        for action in (FILE_BUG, make_edit(), make_comment("hello"), make_status(Status.INVALID)):
            with pytest.raises(RuntimeError):
                world.tracker.act(action)
    assert len(world.tracker.listing().bugs) == 1
