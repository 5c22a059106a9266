"""One order of builds: numbers within a life of a job, else starts; no single wrong clock decides it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.builds import order
from covbot.core.builds.build import Measurement, StoredSnapshot, Verdict
from covbot.core.coverage import Report
from support.judged_builds import START, make_build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core.builds.build import Build

YEARS = timedelta(days=3650)


def record(builds: Iterable[Build]) -> list[StoredSnapshot]:
    """Return these builds as recorded one after the other."""
    measured = Measurement.of(Report())
    return [
        StoredSnapshot(
            id=number, recorded_at=START, accepted=None, build=build, verdict=Verdict(), measurement=measured
        )
        for number, build in enumerate(builds, start=1)
    ]


def sort_builds(builds: Iterable[Build]) -> list[Build]:
    return [snapshot.build for snapshot in order.sort_snapshots(record(builds))]


def turn_clock(build: Build, by: timedelta) -> Build:
    return attrs.evolve(build, started_at=build.started_at + by)


@given(st.permutations(range(1, 9)))
def test_the_builds_of_one_life_are_sorted_however_they_came(numbers: list[int]) -> None:
    assert sort_builds(map(make_build, numbers)) == [make_build(number) for number in range(1, 9)]


@given(st.integers(1, 8), st.sampled_from([YEARS, -YEARS]))
def test_a_build_with_a_wrong_clock_stays_in_its_place(wrong: int, by: timedelta) -> None:
    builds = [turn_clock(make_build(number), by if number == wrong else timedelta(0)) for number in range(1, 9)]
    assert sort_builds(builds) == builds


@given(st.integers(3, 12), st.integers(0, 12), st.sampled_from(["job", "other"]))
def test_one_build_dated_ahead_does_not_stop_a_job_that_was_made_again_or_followed_by_another(
    first_life: int, wrong: int, job: str
) -> None:
    lives = [make_build(number) for number in range(1, first_life + 1)]
    lives += [make_build(number, 20 + number, job=job) for number in range(1, 4)]
    builds = [turn_clock(build, YEARS if place == wrong else timedelta(0)) for place, build in enumerate(lives)]
    assert sort_builds(builds) == builds


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 30), st.sampled_from(["job", "other"])), max_size=9))
def test_a_build_is_late_if_and_only_if_it_is_not_the_newest(drawn: list[tuple[int, int, str]]) -> None:
    *builds, last = [make_build(number, hour, job=job) for number, hour, job in [*drawn, (3, 15, "job")]]
    before = sort_builds(builds)
    is_late = bool(before) and order.is_late(last, before)
    assert (sort_builds([*builds, last])[-1] is not last) == is_late


@pytest.mark.parametrize(("than", "newer"), [(None, [1, 2, 3]), (1, [2, 3]), (2, []), (3, [2])])
def test_what_is_newer_than_a_build_is_what_follows_it_in_order(than: int | None, newer: list[int]) -> None:
    recorded = record([make_build(1), make_build(3), make_build(2)])
    found = [snapshot.id for snapshot in order.list_newer(recorded, than)]
    assert found == {None: [1, 3, 2], 1: [3, 2], 2: [], 3: [2]}[than]
    assert sorted(found) == newer
