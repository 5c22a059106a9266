"""Bugs that Launchpad counts and does not show: those that the token may not see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from doubles.launchpad import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.launchpad.server import Double


def test_nothing_new_costs_six_requests_at_most_if_one_of_many_bugs_is_hidden(double: Double, tmp_path: Path) -> None:
    filed = [double.people.file(pictures.ACCOUNT, f"bug {key}", pictures.make_text(key)) for key in range(300)]
    double.people.make_private("vera", filed[7], from_reporter=False)
    before = pictures.connect_tracker(double, tmp_path, level="WRITE_PUBLIC").listing()
    known = before.update({})
    assert (len(known), before.hidden) == (299, 1)
    double.requests.clear()
    since = double.people.bug(filed[-1]).updated_at + timedelta(hours=1)
    for _ in range(2):
        listing = pictures.connect_tracker(double, tmp_path, level="WRITE_PUBLIC").listing(since, known, before.hidden)
        assert (listing.bugs, listing.whole, listing.hidden) == ([], False, 1)
    assert len(double.requests) <= 2 * 6


def test_a_bug_that_is_hidden_while_another_one_is_shown_again_is_noticed(double: Double, tmp_path: Path) -> None:
    first, second, third = (double.people.file(pictures.ACCOUNT, "bug", pictures.make_text(key)) for key in range(3))
    double.people.make_private("vera", first, from_reporter=False)
    tracker = pictures.connect_tracker(double, tmp_path, level="WRITE_PUBLIC")
    before = tracker.listing()
    double.people.make_private("vera", second, from_reporter=False)
    double.people.make_public("vera", first)
    known = before.update({})
    listing = tracker.listing(double.world.now() - timedelta(seconds=1), known, before.hidden)
    assert (sorted(listing.update(known)), listing.hidden) == ([first, third], 1)


def test_a_bug_that_turned_private_is_noticed_by_the_next_listing(double: Double, tmp_path: Path) -> None:
    first, second = (double.people.file(pictures.ACCOUNT, "bug", pictures.make_text(key)) for key in range(2))
    before = pictures.connect_tracker(double, tmp_path, level="WRITE_PUBLIC").listing()
    double.people.make_private("vera", second, from_reporter=False)
    fresh = pictures.connect_tracker(double, tmp_path, level="WRITE_PUBLIC")
    listing = fresh.listing(before.at, before.update({}), before.hidden)
    assert ([bug.number for bug in listing.bugs], listing.whole, listing.hidden) == ([first], True, 1)
