"""One holder at a time for each project, and a stop switch for all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.store.store import Store

HOUR = timedelta(hours=1)


def test_a_lease_is_its_holders_until_it_expires(store: Store) -> None:
    assert store.leases.acquire("nova", "one", until=NOW + HOUR, now=NOW) is None
    assert store.leases.acquire("nova", "other", until=NOW + HOUR, now=NOW + HOUR / 2) == "one"
    assert store.leases.acquire("nova", "other", until=NOW + 2 * HOUR, now=NOW + HOUR) is None
    assert store.leases.acquire("nova", "one", until=NOW + 2 * HOUR, now=NOW + HOUR) == "other"


@pytest.mark.parametrize("apart", [timedelta(microseconds=1), timedelta(seconds=30), HOUR])
def test_a_clock_that_is_behind_loses_no_lease(store: Store, apart: timedelta) -> None:
    assert store.leases.acquire("nova", "one", until=NOW + HOUR, now=NOW) is None
    assert store.leases.acquire("nova", "other", until=NOW - apart + HOUR, now=NOW - apart) == "one"


def test_a_lease_from_a_clock_far_ahead_does_not_last(store: Store) -> None:
    assert store.leases.acquire("nova", "one", until=NOW + 25 * HOUR, now=NOW + 24 * HOUR) is None
    assert store.leases.acquire("nova", "other", until=NOW + HOUR, now=NOW) is None


def test_a_holder_renews_its_lease(store: Store) -> None:
    store.leases.acquire("nova", "one", until=NOW + HOUR, now=NOW)
    assert store.leases.acquire("nova", "one", until=NOW + 3 * HOUR, now=NOW) is None
    assert store.leases.acquire("nova", "other", until=NOW + 3 * HOUR, now=NOW + 2 * HOUR) == "one"


def test_a_lease_is_given_up_by_its_holder_alone(store: Store) -> None:
    store.leases.acquire("nova", "one", until=NOW + HOUR, now=NOW)
    store.leases.release("nova", "other")
    assert store.leases.acquire("nova", "other", until=NOW + HOUR, now=NOW) == "one"
    store.leases.release("nova", "one")
    assert store.leases.acquire("nova", "other", until=NOW + HOUR, now=NOW) is None


def test_each_project_has_a_lease_of_its_own(store: Store) -> None:
    store.leases.acquire("nova", "one", until=NOW + HOUR, now=NOW)
    assert store.leases.acquire("neutron", "other", until=NOW + HOUR, now=NOW) is None


def test_writes_are_stopped_from_pause_to_resume_and_the_last_reason_counts(store: Store) -> None:
    assert store.switches.paused() is None
    store.switches.pause("a freeze", at=NOW)
    store.switches.pause("a longer \ud800 freeze", at=NOW)
    assert store.switches.paused() == "a longer \ud800 freeze"
    store.switches.resume()
    assert store.switches.paused() is None


def test_an_outage_lasts_from_its_first_report_to_its_end_and_is_no_pause(store: Store) -> None:
    assert store.outages.begin("nova", "503", at=NOW) == NOW
    assert store.outages.begin("nova", "502", at=NOW + HOUR) == NOW
    assert store.outages.begin("pause", "503", at=NOW + HOUR) == NOW + HOUR
    assert store.switches.paused() is None
    store.outages.end("nova")
    store.outages.end("nova")
    assert store.outages.begin("nova", "503", at=NOW + HOUR) == NOW + HOUR
