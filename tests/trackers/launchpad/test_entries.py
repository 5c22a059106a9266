"""Responses that no present Launchpad sends are reported in one line, and never mistaken for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot import errors
from covbot.trackers.launchpad import entries, responses
from covbot.trackers.launchpad.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda: entries.read_text({}, "title"), "has no text 'title'"),
        (lambda: entries.read_text({"title": 1}, "title"), "has no text 'title'"),
        (lambda: entries.read_number({"id": "1"}, "id"), "has no number 'id'"),
        (lambda: entries.read_time({"at": "yesterday"}, "at"), "has 'yesterday' for the date 'at'"),
        (lambda: entries.read_status({"status": "Asleep"}), "knows a status that covbot does not: 'Asleep'"),
    ],
)
def test_a_response_of_another_shape_is_reported(read: Callable[[], object], text: str) -> None:
    with pytest.raises(errors.CannotUseTracker, match=text):
        read()


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://api.launchpad.net/devel/bugs/16", 16),
        ("https://api.launchpad.net/devel/bugs/16/", 16),
        ("tag:launchpad.net:2008:redacted", entries.UNKNOWN_NUMBER),
        ("https://api.launchpad.net/devel/bugs/²", entries.UNKNOWN_NUMBER),
    ],
)
def test_a_bugs_number_is_read_from_its_link(url: str, number: int) -> None:
    assert entries.read_bug_number(url) == number


def test_a_long_response_is_cut_and_reduced_to_one_line() -> None:
    response = Response(
        sent=True, status=400, headers={"content-type": "text/plain"}, body="description: \n" + "x" * 5_000
    )
    assert len(response.summary) < 400
    assert "\n" not in response.summary


def test_a_response_is_shown_with_the_servers_own_error_id() -> None:
    headers = {"content-type": "text/plain", "x-lazr-oopsid": "OOPS-1"}
    assert Response(sent=True, status=500, headers=headers, body="ValueError").summary == "500 ValueError (OOPS-1)"


def test_only_a_success_is_no_error() -> None:
    assert responses.make_write_error(Response(sent=True, status=209), "editing") is None
    assert isinstance(responses.make_write_error(Response(sent=True, status=404), "editing"), errors.WriteRefused)
    assert isinstance(responses.make_write_error(Response(sent=True, status=409), "editing"), errors.WriteStale)
    assert isinstance(responses.make_write_error(Response(), "editing"), errors.CannotUseTracker)
