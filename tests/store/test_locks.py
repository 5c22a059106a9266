"""One holder at a time for each project, and a stop switch for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from covbot.store.locks import Lease
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.store.store import Store

HOUR = timedelta(hours=1)


def test_a_lease_is_its_holders_alone(store: Store) -> None:
    assert store.leases.acquire("nova", "one")
    assert not store.leases.acquire("nova", "other")
    assert not store.leases.acquire("nova", "one")
    assert store.leases.read("nova") == Lease(holder="one", beat=0)


def test_a_lease_of_the_dead_is_taken_over_once(store: Store) -> None:
    store.leases.acquire("nova", "one")
    dead = store.leases.read("nova")
    assert store.leases.acquire("nova", "other", dead=dead)
    assert not store.leases.acquire("nova", "third", dead=dead)
    assert not store.leases.beat("nova", "one")
    assert store.leases.read("nova") == Lease(holder="other", beat=0)


def test_a_heartbeat_shows_that_the_holder_is_not_dead(store: Store) -> None:
    store.leases.acquire("nova", "one")
    seen = store.leases.read("nova")
    assert store.leases.beat("nova", "one")
    assert not store.leases.acquire("nova", "other", dead=seen)
    assert store.leases.read("nova") == Lease(holder="one", beat=1)


def test_a_lease_is_given_up_by_its_holder_alone(store: Store) -> None:
    store.leases.acquire("nova", "one")
    store.leases.release("nova", "other")
    assert not store.leases.acquire("nova", "other")
    store.leases.release("nova", "one")
    assert store.leases.read("nova") is None
    assert store.leases.acquire("nova", "other", dead=Lease(holder="one", beat=0))


def test_each_project_has_a_lease_of_its_own(store: Store) -> None:
    assert store.leases.acquire("nova", "one")
    assert store.leases.acquire("neutron", "other")
    assert store.leases.beat("nova", "one")
    assert store.leases.read("neutron") == Lease(holder="other", beat=0)


def test_of_many_that_find_a_dead_holder_at_once_one_takes_over(store: Store) -> None:
    store.leases.acquire("nova", "dead")
    dead = store.leases.read("nova")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda name: store.leases.acquire("nova", str(name), dead=dead), range(8)))
    assert taken.count(True) == 1


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
