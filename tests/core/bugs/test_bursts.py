"""What of a burst is visible in its bug, and what a person does that forbids the rest of it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from covbot.core.bugs import bursts
from covbot.core.bugs.actions import About, CommentOnBug, SetStatus
from covbot.core.bugs.bug import Bug
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.statuses import Status
from support.filed_bug import NOW

FOOTER = Footer(project="nova", key="00000001", generation=1)
BUG = Bug(
    number=1,
    url="https://bugs.example.org/1",
    status=Status.NEW,
    title="m1",
    description="Lines 2-4.",
    tags=frozenset({"covbot", "testing"}),
    created_at=NOW,
    updated_at=NOW,
    status_at=NOW,
    status_mine=True,
)
ANNOUNCEMENT = CommentOnBug(
    footer=FOOTER, bug=1, about=About.CLOSING, text="All run.", why="all statements run", otherwise="Not after all."
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"title": "Ada's own", "description": "Ada's text"}, None),
        ({"tags": frozenset({"covbot", "mine"})}, None),
        ({"sealed": "locked"}, "it is locked"),
        ({"tags": frozenset({"covbot", "covbot-ignore"})}, "it is tagged covbot-ignore"),
        ({"tags": frozenset({"testing"})}, "the tag covbot was removed"),
        ({"on_project": False}, "the project was removed from it"),
        ({"duplicate_of": 7}, "it is a duplicate now"),
        ({"status": Status.CONFIRMED}, "its status is Confirmed, not New"),
        ({"assignee": "ada"}, "it is assigned to somebody"),
    ],
)
def test_what_a_person_did_meanwhile_forbids_the_rest_of_a_burst(changes: dict[str, Any], words: str | None) -> None:
    assert bursts.find_intervention(BUG, attrs.evolve(BUG, **changes)) == words


def test_a_bug_that_is_not_remembered_is_only_looked_at_as_it_is_now() -> None:
    assert bursts.find_intervention(None, attrs.evolve(BUG, status=Status.CONFIRMED, assignee="ada")) is None
    assert bursts.find_intervention(None, attrs.evolve(BUG, duplicate_of=7)) == "it is a duplicate now"


def test_only_an_announcement_is_taken_back() -> None:
    explanation = bursts.make_explanation(ANNOUNCEMENT)
    assert explanation is not None
    assert (explanation.about, explanation.text, explanation.bug) == (About.WITHDRAWN, "Not after all.", 1)
    assert bursts.is_explanation(explanation)
    assert bursts.make_explanation(explanation) is None
    status = SetStatus(footer=FOOTER, bug=1, status=Status.NEW, replaces=Status.INVALID, why="missing again")
    assert bursts.make_explanation(status) is None
