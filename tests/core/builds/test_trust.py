"""A build is suspect with one reason for each fault, and trusted without any."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.builds.evidence import Candidate, ExplainedChange, PastBuild
from covbot.core.builds.trust import judge_build
from covbot.core.coverage import Problem
from covbot.core.policy import Policy
from support.judged_builds import (
    START,
    STEADY,
    TREE,
    find_reasons,
    make_build,
    make_candidate,
    pictured,
    with_measurement,
    with_report,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.builds.build import Build


def make_compared(shown: Mapping[str, str]) -> Candidate:
    """Return a build with these files, of the same source as those before."""
    judged = make_candidate(shown=shown)
    return attrs.evolve(judged, explained=ExplainedChange(), paths=frozenset(TREE), gap_paths=frozenset(TREE))


@given(pictured, st.integers(0, 6), st.sampled_from([None, ExplainedChange()]))
def test_a_build_equal_to_those_before_it_but_for_its_time_is_trusted(
    shown: dict[str, str], before: int, explained: ExplainedChange | None
) -> None:
    history = [PastBuild.of(make_candidate(number, shown)) for number in range(1, before + 1)]
    judged = attrs.evolve(
        make_candidate(7, shown), explained=explained, paths=frozenset(shown), gap_paths=frozenset(shown)
    )
    assert find_reasons(judged, history) == []


@pytest.mark.parametrize(("result", "expected"), [("FAILURE", "FAILURE"), (None, "unknown"), ("", "unknown")])
def test_a_build_of_another_result_is_suspect(result: str | None, expected: str) -> None:
    judged = attrs.evolve(make_candidate(), build=attrs.evolve(make_build(6), result=result))
    assert find_reasons(judged) == [f"its result is {expected}, not SUCCESS"]
    verdict = judge_build(judged, STEADY, accept=("UNSTABLE", "SUCCESS"), limits=Policy())
    assert verdict.reasons == (f"its result is {expected}, not SUCCESS or UNSTABLE",)


def test_a_build_with_a_missing_report_is_suspect_for_that_reason_alone() -> None:
    for shown in {}, {"m00.py": "."}:
        judged = attrs.evolve(make_compared(shown), faults=("its report b.xml is missing",))
        assert find_reasons(judged) == ["its report b.xml is missing"]


def test_a_report_whose_header_and_body_disagree_is_suspect() -> None:
    mismatch = Problem(where="coverage.xml:2", what="lines-valid is 7, its lines are 8")
    judged = make_candidate()
    judged = with_report(judged, attrs.evolve(judged.report, mismatches=(mismatch,)))
    assert find_reasons(judged) == ["header and body disagree: lines-valid is 7, its lines are 8"]


@pytest.mark.parametrize(("shown", "what"), [({}, "holds no file"), ({"a.py": "   "}, "measures no statement")])
def test_a_report_that_measures_nothing_is_suspect(shown: dict[str, str], what: str) -> None:
    assert find_reasons(make_compared(shown)) == [f"its report {what} (its writer is unknown)"]


OLD, AGAIN = (10, 11, 12), (1, 2)


@pytest.mark.parametrize(
    ("newest", "is_late"),
    [
        pytest.param(make_build(13), False, id="the next"),
        pytest.param(make_build(15), False, id="a later one"),
        pytest.param(make_build(12), True, id="the same"),
        pytest.param(make_build(11), True, id="one that took longer than the next"),
        pytest.param(make_build(9), True, id="an old one"),
        pytest.param(make_build(1, 20), False, id="the first of a job that was made again"),
        pytest.param(make_build(12, 20), False, id="the same number of a job that was made again"),
        pytest.param(make_build(13, 5), False, id="the next, after the clock was set back"),
        pytest.param(make_build(1, 20, job="other"), False, id="a later one of another job"),
        pytest.param(make_build(1, 12, job="other"), False, id="one of another job at the same time"),
        pytest.param(make_build(99, 5, job="other"), True, id="an old one of another job"),
    ],
)
def test_a_build_that_was_run_before_the_newest_one_ingested_is_suspect(newest: Build, is_late: bool) -> None:
    history = [
        attrs.evolve(STEADY[0], build=known) for known in (make_build(77, 1, job="former"), *map(make_build, OLD))
    ]
    judged = attrs.evolve(make_candidate(), build=newest)
    assert find_reasons(judged, history) == ["it is older than build 12, which was taken before"] * is_late


@pytest.mark.parametrize(
    ("newest", "is_late"),
    [
        pytest.param(make_build(3, 22), False, id="the next"),
        pytest.param(make_build(12, 30), False, id="one that has come as far as the old job"),
        pytest.param(make_build(13, 13), True, id="the next of the old job"),
        pytest.param(make_build(1, 18), True, id="an early one"),
        pytest.param(make_build(1, 40), False, id="the first of a job that was made a third time"),
    ],
)
def test_a_re_created_job_has_an_order_of_its_own(newest: Build, is_late: bool) -> None:
    earlier = [*map(make_build, OLD), *(make_build(number, 19 + number) for number in AGAIN)]
    judged = attrs.evolve(make_candidate(), build=newest)
    history = [attrs.evolve(STEADY[0], build=known) for known in earlier]
    assert find_reasons(judged, history) == ["it is older than build 2, which was taken before"] * is_late


@given(st.lists(st.integers(1, 30), min_size=1, unique=True), st.integers(1, 30))
def test_within_one_life_of_a_job_the_number_alone_decides_what_is_late(numbers: list[int], number: int) -> None:
    earlier = [attrs.evolve(STEADY[0], build=make_build(known)) for known in sorted(numbers)]
    assert bool(find_reasons(make_candidate(number), earlier)) == (number <= max(numbers))


@pytest.mark.parametrize(("minutes", "stale"), [(-90, True), (-11, True), (-10, False), (0, False), (25, False)])
def test_a_report_older_than_its_build_is_suspect_where_clocks_do_not_explain_it(minutes: int, stale: bool) -> None:
    judged = make_candidate()
    written = judged.build.started_at + timedelta(minutes=minutes)
    judged = with_report(judged, attrs.evolve(judged.report, written_at=written))
    expected = (
        f"its report was written at {written:%Y-%m-%d %H:%M}+00:00, before the build started at 2026-01-05 18:00+00:00"
    )
    assert find_reasons(judged) == find_reasons(judged, []) == [expected] * stale


COPIED = "its report is that of build 5 byte for byte, though the revision is another"
SAME_RUN = "its report is that of build 5 byte for byte: one measurement counts once, whatever it is called"


def make_copied(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None]
) -> tuple[Candidate, PastBuild]:
    """Return a build and the one before it with the same digest, each of a revision and of a commit if it is known."""
    judged, (revision, commit), (newer_revision, known) = make_candidate(), before, after
    judged = with_report(judged, attrs.evolve(judged.report, written_at=START + timedelta(hours=6)))
    past = with_measurement(STEADY[-1], commit=commit, digest="d1")
    judged = with_measurement(judged, commit=known, digest="d1")
    runs = attrs.evolve(make_build(5), revision=revision), attrs.evolve(make_build(6), revision=newer_revision)
    return attrs.evolve(judged, build=runs[1]), attrs.evolve(past, build=runs[0])


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        pytest.param(("v1", None), ("v2", None), COPIED, id="another revision"),
        pytest.param(("main", "a1b2"), ("main", "c3d4"), COPIED, id="another commit of a branch"),
        pytest.param(("v1", None), ("v1", None), SAME_RUN, id="the same revision, run again"),
        pytest.param(("main", "a1b2"), ("v1", "a1b2"), SAME_RUN, id="the same commit by two names"),
        pytest.param(("a1b2c3", None), ("a1b2", None), SAME_RUN, id="the same commit, shortened"),
        pytest.param(("a1b2", None), ("v1", "a1b2c3"), SAME_RUN, id="the same commit, shortened before"),
        pytest.param((None, None), ("v2", None), SAME_RUN, id="nobody knows"),
        pytest.param((None, None), (None, None), SAME_RUN, id="nobody knows anything"),
    ],
)
def test_an_identical_report_is_suspect_of_whatever_revision_it_is(
    before: tuple[str | None, str | None],
    after: tuple[str | None, str | None],
    reason: str,
) -> None:
    judged, past = make_copied(before, after)
    assert find_reasons(judged, [past]) == [reason]


def test_an_identical_report_of_a_build_before_the_last_is_suspect() -> None:
    judged, past = make_copied(("v1", None), ("v2", None))
    newest = with_measurement(attrs.evolve(STEADY[-1], build=make_build(5, 5)), digest="d2")
    assert find_reasons(judged, [attrs.evolve(past, build=attrs.evolve(past.build, number=4)), past, newest]) == [
        COPIED
    ]


def test_a_report_without_the_time_of_its_writing_may_be_identical() -> None:
    judged, past = make_copied(("v1", None), ("v2", None))
    assert find_reasons(with_report(judged, attrs.evolve(judged.report, written_at=None)), [past]) == []


def test_a_report_with_another_or_an_unknown_digest_is_no_copy() -> None:
    judged, past = make_copied(("v1", None), ("v2", None))
    assert find_reasons(with_measurement(judged, digest="d2"), [past]) == []
    assert find_reasons(with_measurement(judged, digest=None), [with_measurement(past, digest=None)]) == []


def test_a_build_of_an_ancestor_is_suspect() -> None:
    judged = attrs.evolve(make_candidate(), is_ancestor=True)
    assert find_reasons(judged) == ["its revision is an ancestor of that of build 5, which was taken before"]


SMALL = dict.fromkeys(("a.py", "b.py", "c.py", "d.py", "e.py"), "..x")


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (("a.py", "b.py", "c.py", "d.py"), "e.py"),
        (("a.py", "b.py"), "c.py, d.py, e.py"),
        (("a.py",), "b.py, c.py, d.py and 1 more"),
    ],
)
def test_files_with_gaps_in_the_source_but_not_in_the_report_are_suspect(kept: tuple[str], expected: str) -> None:
    judged = make_candidate(shown={path: SMALL[path] for path in kept})
    judged = attrs.evolve(judged, paths=frozenset(SMALL), gap_paths=frozenset(SMALL))
    expected = f"it does not measure what has gaps and is still in the source: {expected}"
    measured = PastBuild.of(make_candidate(5, SMALL))
    assert (
        find_reasons(judged, [measured]) == find_reasons(judged, [attrs.evolve(measured, measured=None)]) == [expected]
    )


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"paths": None}, id="nobody knows the source"),
        pytest.param({"paths": frozenset({"a.py", "other.py"})}, id="the source has them no more"),
        pytest.param({"gap_paths": frozenset({"a.py"})}, id="they have no gaps"),
        pytest.param(
            {"gap_paths": frozenset({"a.py", "f.py"}), "paths": frozenset({"f.py"})}, id="not measured before"
        ),
    ],
)
def test_other_files_may_disappear_from_the_report(known: dict[str, Any]) -> None:
    judged = make_candidate(shown={"a.py": "..x"})
    judged = attrs.evolve(judged, paths=frozenset(SMALL), gap_paths=frozenset(SMALL))
    assert find_reasons(attrs.evolve(judged, **known), [PastBuild.of(make_candidate(5, SMALL))]) == []


def test_a_file_without_statements_is_not_measured() -> None:
    seen = PastBuild.of(make_candidate(shown={"a.py": "x", "b.py": "  "}))
    assert (seen.measurement.files, seen.measured) == (1, frozenset({"a.py"}))


def test_all_reasons_are_given() -> None:
    judged = attrs.evolve(make_candidate(2, {"a.py": "."}), is_ancestor=True, explained=ExplainedChange())
    judged = attrs.evolve(judged, build=attrs.evolve(judged.build, result="ABORTED"))
    assert len(find_reasons(judged)) == 6
