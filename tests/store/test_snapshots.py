"""Snapshots are kept once, unchanged, and share unchanged files."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covbot.core.builds.build import Build, Measurement, Snapshot, Verdict
from covbot.core.coverage import Branch, FileCoverage, Problem, Report
from covbot.core.lines import Lines
from covbot.errors import CannotUseStore
from covbot.store import schema
from store.drawn import LINES, TEXT
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.store.store import Store

FILES = st.builds(
    FileCoverage,
    statements=LINES,
    missing=LINES,
    branches=st.dictionaries(st.integers(1, 9), st.builds(Branch, total=st.integers(1, 3)), max_size=2),
)
PROBLEMS = st.lists(st.builds(Problem, where=TEXT, what=TEXT), max_size=2).map(tuple)
REPORTS = st.builds(
    Report,
    files=st.dictionaries(TEXT, FILES, max_size=4),
    writer=TEXT,
    sources=st.lists(TEXT, max_size=2).map(tuple),
    written_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    problems=PROBLEMS,
    mismatches=PROBLEMS,
)


def make_any_snapshot(build: Build, report: Report, verdict: Verdict, **known: Any) -> Snapshot:  # noqa: ANN401 -- each field has its own type
    """A snapshot with everything that may be known of one."""
    return Snapshot(build=build, report=report, verdict=verdict, measurement=Measurement.of(report, **known))


SNAPSHOTS = st.builds(
    make_any_snapshot,
    build=st.builds(
        Build,
        job=st.text("abc/", max_size=3),
        number=st.integers(1, 2**40),
        started_at=st.datetimes(timezones=st.just(UTC)),
        revision=st.none() | TEXT,
        result=st.none() | TEXT,
        url=TEXT,
    ),
    report=REPORTS,
    verdict=st.builds(Verdict, reasons=st.lists(TEXT, max_size=2).map(tuple)),
    digest=st.none() | TEXT,
    commit=st.none() | TEXT,
    notes=st.lists(TEXT, max_size=2).map(tuple),
)


def make_snapshot(number: int = 1, *reasons: str, **files: list[int]) -> Snapshot:
    """Return a build of job `nova` whose files `a=[2]` have ten statements and miss those given."""
    build = Build(job="nova", number=number, started_at=NOW + timedelta(days=number))
    statements = Lines.of(range(1, 11))
    report = Report(
        files={
            f"{name}.py": FileCoverage(statements=statements, missing=Lines.of(missing))
            for name, missing in files.items()
        }
    )
    return Snapshot(build=build, report=report, verdict=Verdict(reasons=reasons), measurement=Measurement.of(report))


def count_files(store: Store) -> int:
    with store.database.reading() as connection:
        return len(connection.execute(schema.file_coverages.select()).all())


# Each example opens its own transaction, and rolls it back, in the one store of the test.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(snapshot=SNAPSHOTS)
def test_a_snapshot_is_read_as_it_was_recorded(store: Store, snapshot: Snapshot) -> None:
    with store.rollback():
        number = store.snapshots.record("nova", snapshot, NOW)
        stored = store.snapshots.get(number)
        assert store.snapshots.report(number) == snapshot.report
        assert (stored.build, stored.verdict) == (snapshot.build, snapshot.verdict)
        assert stored.measurement == snapshot.measurement
        assert stored.recorded_at == NOW
        for path, file in snapshot.report.files.items():
            assert store.snapshots.file(number, path) == file


def test_recording_a_build_again_gives_the_same_id_and_changes_nothing(store: Store) -> None:
    first = store.snapshots.record("nova", make_snapshot(a=[2]), NOW)
    rows = store.snapshots.list_all("nova")
    again = store.snapshots.record("nova", make_snapshot(1, "suspect", a=[3]), NOW + timedelta(days=1))
    assert again == first
    assert store.snapshots.list_all("nova") == rows
    assert store.snapshots.report(first) == make_snapshot(a=[2]).report


def test_a_job_that_was_made_again_counts_from_1_again(store: Store) -> None:
    snapshot = make_snapshot(a=[2])
    later = attrs.evolve(snapshot, build=attrs.evolve(snapshot.build, started_at=NOW))
    assert store.snapshots.record("nova", snapshot, NOW) != store.snapshots.record("nova", later, NOW)
    assert store.snapshots.known("nova", "nova") == {(1, NOW), (1, snapshot.build.started_at)}
    assert store.snapshots.known("nova", "other") == set()


def test_projects_do_not_see_each_others_snapshots(store: Store) -> None:
    one = store.snapshots.record("nova", make_snapshot(a=[2]), NOW)
    other = store.snapshots.record("neutron", make_snapshot(a=[2]), NOW)
    assert one != other
    assert [row.id for row in store.snapshots.list_all("neutron")] == [other]


def test_a_file_that_did_not_change_is_kept_once(store: Store) -> None:
    store.snapshots.record("nova", make_snapshot(1, a=[2], b=[3], c=[2]), NOW)
    assert count_files(store) == 2
    store.snapshots.record("nova", make_snapshot(2, a=[2], b=[4]), NOW)
    assert count_files(store) == 3


def test_a_report_of_more_files_than_one_query_takes_is_read_whole(store: Store) -> None:
    snapshot = make_snapshot(1, **{f"m{number}": [number % 11 + 1, number + 11] for number in range(1100)})
    assert store.snapshots.report(store.snapshots.record("nova", snapshot, NOW)) == snapshot.report


def test_a_person_can_trust_a_suspect_snapshot_and_replace_the_reason(store: Store) -> None:
    number = store.snapshots.record("nova", make_snapshot(1, "its result is FAILURE", a=[2]), NOW)
    assert not store.snapshots.get(number).usable
    store.snapshots.accept(number, "a known flaky test", NOW)
    store.snapshots.accept(number, "a known flaky \ud800 test", NOW)
    (row,) = store.snapshots.list_all("nova")
    assert (row.accepted, row.usable, row.verdict.trusted) == ("a known flaky \ud800 test", True, False)


def test_a_snapshot_that_is_not_there_is_reported(store: Store) -> None:
    with pytest.raises(CannotUseStore, match="is missing"):
        store.snapshots.report(7)
    with pytest.raises(CannotUseStore, match="is missing"):
        store.snapshots.file(7, "a.py")
    with pytest.raises(CannotUseStore, match="is missing"):
        store.snapshots.accept(7, "because", NOW)


def test_a_file_that_a_report_does_not_contain_is_none(store: Store) -> None:
    assert store.snapshots.file(store.snapshots.record("nova", make_snapshot(a=[2]), NOW), "b.py") is None


def test_damage_in_the_store_is_reported(store: Store) -> None:
    number = store.snapshots.record("nova", make_snapshot(a=[2]), NOW)
    with store.transaction() as connection:
        connection.execute(schema.file_coverages.update().values(body=b"x"))
    with pytest.raises(CannotUseStore, match="damaged"):
        store.snapshots.report(number)
