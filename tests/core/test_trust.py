"""A build is suspect with one plain reason for each thing that speaks against it, and trusted otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pictures
from covbot.core.builds import Build
from covbot.core.coverage import Branch, Problem, Report
from covbot.core.policy import Policy
from covbot.core.trust import Candidate, Explained, Past, judge, rebaseline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
TREE = {f"m{number:02}.py": "." * 90 + "x" * 10 for number in range(20)}
"""Twenty files, 2,000 statements, of which 200 are missing: a twentieth is one file, and 100 statements."""

names = st.sampled_from(["a.py", "b.py", "c.py", "d.py"])
pictured = st.dictionaries(names, st.text(".x ", min_size=1, max_size=9).filter(str.strip), min_size=1)


def build(number: int, hour: int | None = None, *, job: str = "job") -> Build:
    """A build that started in this hour; if not told, the hour of its number."""
    hours = number if hour is None else hour
    return Build(job=job, number=number, started_at=START + timedelta(hours=hours), result="SUCCESS")


def candidate(number: int = 6, shown: Mapping[str, str] = TREE) -> Candidate:
    """A build with these files."""
    return Candidate(build=build(number), report=pictures.report(shown))


STEADY = tuple(Past.of(candidate(number)) for number in range(1, 6))
"""Five builds in which nothing happened."""


def reasons(judged: Candidate, history: Sequence[Past] = STEADY, limits: Policy | None = None) -> list[str]:
    """What speaks against a build."""
    return [*judge(judged, history, accept={"SUCCESS"}, limits=limits or Policy()).reasons]


def grown(statements: int, missing: int = 0) -> dict[str, str]:
    """The tree with one more file."""
    return {**TREE, "new.py": "x" * missing + "." * (statements - missing)}


@given(pictured, st.integers(0, 6), st.sampled_from([None, Explained()]))
def test_a_build_equal_to_those_before_it_but_for_its_time_is_trusted(
    shown: dict[str, str], before: int, explained: Explained | None
) -> None:
    history = [Past.of(candidate(number, shown)) for number in range(1, before + 1)]
    judged = attrs.evolve(candidate(7, shown), explained=explained, paths=frozenset(shown), gap_paths=frozenset(shown))
    assert reasons(judged, history) == []


@pytest.mark.parametrize(("result", "said"), [("FAILURE", "FAILURE"), (None, "unknown"), ("", "unknown")])
def test_a_build_of_another_result_is_suspect(result: str | None, said: str) -> None:
    judged = attrs.evolve(candidate(), build=attrs.evolve(build(6), result=result))
    assert reasons(judged) == [f"its result is {said}, not SUCCESS"]
    verdict = judge(judged, STEADY, accept=("UNSTABLE", "SUCCESS"), limits=Policy())
    assert verdict.reasons == (f"its result is {said}, not SUCCESS or UNSTABLE",)


def test_a_build_without_all_of_its_reports_is_suspect_for_that_alone() -> None:
    judged = attrs.evolve(candidate(shown={}), faults=("its report b.xml is missing",), gap_paths=frozenset(TREE))
    assert reasons(judged) == ["its report b.xml is missing"]


def test_a_report_whose_header_and_body_disagree_is_suspect() -> None:
    mismatch = Problem(where="coverage.xml:2", what="lines-valid is 7, its lines are 8")
    judged = candidate()
    judged = attrs.evolve(judged, report=attrs.evolve(judged.report, mismatches=(mismatch,)))
    assert reasons(judged) == ["header and body disagree: lines-valid is 7, its lines are 8"]


@pytest.mark.parametrize("shown", [{}, {"a.py": "   "}])
def test_a_report_that_measures_nothing_is_suspect(shown: dict[str, str]) -> None:
    assert reasons(candidate(shown=shown)) == ["its report measures no statement"]


OLD, AGAIN = (10, 11, 12), (1, 2)


@pytest.mark.parametrize(
    ("coming", "late"),
    [
        pytest.param(build(13), False, id="the next"),
        pytest.param(build(15), False, id="a later one"),
        pytest.param(build(12), True, id="the same"),
        pytest.param(build(11), True, id="one that took longer than the next"),
        pytest.param(build(9), True, id="an old one"),
        pytest.param(build(1, 20), False, id="the first of a job that was made again"),
        pytest.param(build(12, 20), False, id="the same number of a job that was made again"),
        pytest.param(build(13, 5), False, id="the next, after the clock was set back"),
        pytest.param(build(1, 20, job="other"), False, id="a later one of another job"),
        pytest.param(build(99, 5, job="other"), True, id="an old one of another job"),
    ],
)
def test_a_build_that_was_run_before_the_newest_one_taken_is_suspect(coming: Build, late: bool) -> None:
    history = [attrs.evolve(STEADY[0], build=build(number)) for number in OLD]
    judged = attrs.evolve(candidate(), build=coming)
    assert reasons(judged, history) == ["it is older than build 12, which was taken before"] * late


@pytest.mark.parametrize(
    ("coming", "late"),
    [
        pytest.param(build(3, 22), False, id="the next"),
        pytest.param(build(12, 30), False, id="one that has come as far as the old job"),
        pytest.param(build(13, 13), True, id="the next of the old job"),
        pytest.param(build(1, 18), True, id="an early one"),
        pytest.param(build(1, 40), False, id="the first of a job that was made a third time"),
    ],
)
def test_a_job_that_was_made_again_has_an_order_of_its_own(coming: Build, late: bool) -> None:
    taken = [*(build(number) for number in OLD), *(build(number, 19 + number) for number in AGAIN)]
    judged = attrs.evolve(candidate(), build=coming)
    history = [attrs.evolve(STEADY[0], build=known) for known in taken]
    assert reasons(judged, history) == ["it is older than build 2, which was taken before"] * late


@given(st.lists(st.integers(1, 30), min_size=1, unique=True), st.integers(1, 30))
def test_within_one_life_of_a_job_the_number_alone_says_what_is_late(numbers: list[int], number: int) -> None:
    taken = [attrs.evolve(STEADY[0], build=build(known)) for known in sorted(numbers)]
    assert bool(reasons(candidate(number), taken)) == (number <= max(numbers))


@pytest.mark.parametrize(("minutes", "stale"), [(-90, True), (-11, True), (-10, False), (0, False), (25, False)])
def test_a_report_older_than_its_build_is_suspect_where_clocks_do_not_explain_it(minutes: int, stale: bool) -> None:
    judged = candidate()
    written = judged.build.started_at + timedelta(minutes=minutes)
    judged = attrs.evolve(judged, report=attrs.evolve(judged.report, written_at=written))
    said = (
        f"its report was written at {written:%Y-%m-%d %H:%M}+00:00, before the build started at 2026-01-05 18:00+00:00"
    )
    assert reasons(judged) == reasons(judged, []) == [said] * stale


COPIED = "its report is that of build 5 byte for byte, though the revision is another"


def copied(before: tuple[str | None, str | None], after: tuple[str | None, str | None]) -> tuple[Candidate, Past]:
    """A build, and the one before it, of the same bytes: each of a revision, and a commit if that is known."""
    judged, (one, commit), (other, known) = candidate(), before, after
    report = attrs.evolve(judged.report, written_at=START + timedelta(hours=6))
    past = attrs.evolve(STEADY[-1], build=attrs.evolve(build(5), revision=one), commit=commit, digest="d1")
    run = attrs.evolve(build(6), revision=other)
    return attrs.evolve(judged, build=run, report=report, digest="d1", commit=known), past


@pytest.mark.parametrize(
    ("before", "after", "suspect"),
    [
        pytest.param(("v1", None), ("v2", None), True, id="another revision"),
        pytest.param(("main", "a1b2"), ("main", "c3d4"), True, id="another commit of a branch"),
        pytest.param(("v1", None), ("v1", None), False, id="the same revision, run again"),
        pytest.param(("main", "a1b2"), ("v1", "a1b2"), False, id="the same commit by two names"),
        pytest.param(("a1b2c3", None), ("a1b2", None), False, id="the same commit, shortened"),
        pytest.param(("a1b2", None), ("v1", "a1b2c3"), False, id="the same commit, shortened before"),
        pytest.param((None, None), ("v2", None), False, id="nobody knows"),
        pytest.param((None, None), (None, None), False, id="nobody knows anything"),
    ],
)
def test_the_very_report_of_another_revision_is_suspect(
    before: tuple[str | None, str | None],
    after: tuple[str | None, str | None],
    suspect: bool,
) -> None:
    judged, past = copied(before, after)
    assert reasons(judged, [past]) == [COPIED] * suspect


def test_the_very_report_of_a_build_before_the_last_is_suspect() -> None:
    judged, past = copied(("v1", None), ("v2", None))
    newest = attrs.evolve(STEADY[-1], build=build(5, 5), digest="d2")
    assert reasons(judged, [past, newest]) == [COPIED]


def test_a_report_that_does_not_say_when_it_was_written_may_be_the_same_again() -> None:
    judged, past = copied(("v1", None), ("v2", None))
    assert reasons(attrs.evolve(judged, report=attrs.evolve(judged.report, written_at=None)), [past]) == []


def test_a_report_that_is_not_the_same_or_whose_bytes_are_unknown_is_no_copy() -> None:
    judged, past = copied(("v1", None), ("v2", None))
    assert reasons(attrs.evolve(judged, digest="d2"), [past]) == []
    assert reasons(attrs.evolve(judged, digest=None), [attrs.evolve(past, digest=None)]) == []


def test_a_build_of_an_ancestor_is_suspect() -> None:
    judged = attrs.evolve(candidate(), is_ancestor=True)
    assert reasons(judged) == ["its revision is an ancestor of that of build 5, which was taken before"]


MANY = {f"n{number}.py": "." for number in range(6)}
FEW = dict.fromkeys(sorted(TREE)[6:], "." * 128 + "x" * 15)
TOLD = "it measures {} after {} in build 5: {} in the source explains"


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({**TREE, **MANY}, [TOLD.format("26 files", 20, "6 more than what was added")]),
        ({**TREE, **dict([*MANY.items()][1:])}, []),
        (FEW, [TOLD.format("14 files", 20, "6 fewer than what was deleted")]),
        ({**FEW, "m00.py": "x"}, []),
        (grown(101), [TOLD.format("2101 statements", 2000, "101 more than what was added")]),
        (grown(100), []),
        (dict(sorted(TREE.items())[2:]), [TOLD.format("1800 statements", 2000, "200 fewer than what was deleted")]),
        (dict(sorted(TREE.items())[1:]), []),
    ],
)
def test_a_jump_that_the_source_does_not_explain_is_suspect(shown: dict[str, str], said: list[str]) -> None:
    assert reasons(attrs.evolve(candidate(shown=shown), explained=Explained())) == said


def test_a_jump_is_nothing_to_speak_of_where_no_source_tells_what_it_should_be() -> None:
    assert reasons(candidate(shown={**grown(900, 300), **MANY})) == []
    assert reasons(candidate(shown=FEW)) == []


@given(st.integers(0, 3000), st.data())
def test_code_that_the_difference_in_source_explains_is_trusted(size: int, data: st.DataObject) -> None:
    missing = data.draw(st.integers(0, size))
    explained = Explained(files_added=1, lines_added=size + data.draw(st.integers(0, 9)))
    assert reasons(attrs.evolve(candidate(shown=grown(size, missing)), explained=explained)) == []
    back = attrs.evolve(candidate(), explained=Explained(files_deleted=1, lines_deleted=size))
    assert reasons(back, [Past.of(candidate(5, grown(size, missing)))]) == []


@given(st.integers(0, 400), st.integers(0, 400))
def test_only_what_the_source_leaves_unexplained_counts(size: int, added: int) -> None:
    judged = attrs.evolve(candidate(shown=grown(size)), explained=Explained(files_added=1, lines_added=added))
    assert bool(reasons(judged)) == (size - added > 100)


def test_what_is_usual_is_the_median_of_the_last_builds() -> None:
    judged = attrs.evolve(candidate(shown=grown(150)), explained=Explained())
    small = Past.of(candidate(5))
    large = attrs.evolve(small, numbers=attrs.evolve(small.numbers, statements=3000))
    history = [large, large, large, large, small, small]
    assert reasons(judged, history) == []
    assert len(reasons(judged, [*history, small])) == 1
    assert reasons(judged, [*history, small], Policy(jump_builds=7)) == []


def test_a_jump_once_explained_is_no_jump_of_the_builds_after_it() -> None:
    later = Past.of(candidate(5, grown(900)))
    assert reasons(attrs.evolve(candidate(6, grown(900)), explained=Explained()), [*STEADY[:4], later]) == []


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (301, ["it misses 301 statements after 200 in build 5: 101 more than what was added in the source explains"]),
        (300, []),
        (100, []),
        (99, ["it misses 99 statements after 200 in build 5: 101 fewer than what was deleted in the source explains"]),
    ],
)
@pytest.mark.parametrize("explained", [None, Explained()])
def test_a_swing_of_what_is_missing_is_suspect(missing: int, said: list[str], explained: Explained | None) -> None:
    marks = "x" * missing + "." * (2000 - missing)
    shown = {path: marks[at * 100 : at * 100 + 100] for at, path in enumerate(TREE)}
    judged = attrs.evolve(candidate(shown=shown), explained=explained)
    assert reasons(judged) == said
    assert reasons(judged, []) == []


def test_a_swing_is_measured_by_its_own_share() -> None:
    judged = candidate(shown={**TREE, "m00.py": "x" * 100, "m01.py": "x" * 100})
    assert len(reasons(judged)) == 1
    assert reasons(judged, limits=Policy(swing_share=0.09)) == []
    assert reasons(judged, limits=Policy(jump_floor=180)) == []
    assert len(reasons(judged, limits=Policy(jump_floor=0, jump_share=1))) == 1


@given(pictured, pictured)
def test_a_small_project_may_change_as_it_likes(before: dict[str, str], after: dict[str, str]) -> None:
    judged = attrs.evolve(candidate(2, after), explained=Explained())
    assert reasons(judged, [Past.of(candidate(1, before))]) == []


SMALL = dict.fromkeys(("a.py", "b.py", "c.py", "d.py", "e.py"), "..x")


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (("a.py", "b.py", "c.py", "d.py"), "e.py"),
        (("a.py", "b.py"), "c.py, d.py, e.py"),
        (("a.py",), "b.py, c.py, d.py and 1 more"),
    ],
)
def test_files_with_gaps_that_the_source_has_and_the_report_has_not_are_suspect(left: tuple[str], said: str) -> None:
    judged = candidate(shown={path: SMALL[path] for path in left})
    judged = attrs.evolve(judged, paths=frozenset(SMALL), gap_paths=frozenset(SMALL))
    said = f"it does not measure what has gaps and is still in the source: {said}"
    measured = Past.of(candidate(5, SMALL))
    assert reasons(judged, [measured]) == reasons(judged, [attrs.evolve(measured, measured=None)]) == [said]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"paths": None}, id="nobody knows the source"),
        pytest.param({"paths": frozenset({"a.py", "other.py"})}, id="the source has them no more"),
        pytest.param({"gap_paths": frozenset({"a.py"})}, id="they have no gaps"),
        pytest.param({"gap_paths": frozenset({"a.py", "f.py"}), "paths": frozenset("f.py")}, id="not measured before"),
    ],
)
def test_other_files_may_leave_the_report(known: dict[str, Any]) -> None:
    judged = candidate(shown={"a.py": "..x"})
    judged = attrs.evolve(judged, paths=frozenset(SMALL), gap_paths=frozenset(SMALL))
    assert reasons(attrs.evolve(judged, **known), [Past.of(candidate(5, SMALL))]) == []


def test_all_reasons_are_told() -> None:
    judged = attrs.evolve(candidate(2, {"a.py": "."}), is_ancestor=True, explained=Explained())
    judged = attrs.evolve(judged, build=attrs.evolve(judged.build, result="ABORTED"))
    assert len(reasons(judged)) == 6


def past(**known: Any) -> Past:  # noqa: ANN401 -- each field has its own type
    """A build of the small project, and of its tree; but for what is told."""
    return attrs.evolve(Past.of(attrs.evolve(candidate(5, SMALL), paths=frozenset(SMALL))), **known)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (
            past(writer="coverage.py 7.16.0"),
            past(writer="coverage.py 7.17.3"),
            "the report is written by coverage.py 7.17.3 instead of coverage.py 7.16.0",
        ),
        (past(sources=("/s",)), past(sources=("/s/nova",)), "the source root is /s/nova instead of /s"),
        (past(sources=("/s",)), past(), "the source root is unknown instead of /s"),
        (past(), past(sources=("/s/a", "/s/b")), "the source root is /s/a, /s/b instead of unknown"),
        (past(), past(measured=frozenset(SMALL) - {"c.py"}), "not measured any more: c.py"),
        (past(measured=frozenset()), past(), "measured now: a.py, b.py, c.py and 2 more"),
        (
            past(writer="lcov", measured=frozenset({"a.py", "b.py"})),
            past(writer="gcovr", measured=frozenset({"b.py", "c.py"})),
            "the report is written by gcovr instead of lcov, and not measured any more: a.py, and measured now: c.py",
        ),
    ],
)
def test_another_way_of_measuring_is_a_new_baseline(before: Past, after: Past, why: str) -> None:
    assert rebaseline(before, after) == f"since build 5 {why}"


def test_measuring_branches_or_not_is_a_new_baseline() -> None:
    plain = candidate(5, SMALL)
    file = attrs.evolve(plain.report.files["a.py"], branches={1: Branch(total=2)})
    branching = attrs.evolve(plain, report=Report(files={**plain.report.files, "a.py": file}))
    assert rebaseline(Past.of(plain), Past.of(branching)) == "since build 5 branches are measured"
    assert rebaseline(Past.of(branching), Past.of(plain)) == "since build 5 branches are not measured any more"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(past(), past(), id="nothing changed"),
        pytest.param(past(sources=("/ci/job",)), past(sources=("/ci/job@2",)), id="a second workspace"),
        pytest.param(past(sources=("C:\\ci\\nova\\",)), past(sources=("/home/ci/nova",)), id="another machine"),
        pytest.param(past(measured=frozenset({"a.py"})), past(paths=frozenset({"a.py"})), id="the tree had it not"),
        pytest.param(past(paths=frozenset({"a.py"})), past(measured=frozenset({"a.py"})), id="the tree has it not"),
        pytest.param(past(paths=None), past(measured=frozenset({"a.py"})), id="the tree is unknown"),
        pytest.param(past(), past(measured=frozenset({"a.py"}), paths=None), id="the tree is not known any more"),
        pytest.param(past(measured=None), past(), id="the files are unknown"),
    ],
)
def test_other_changes_are_no_new_baseline(before: Past, after: Past) -> None:
    assert rebaseline(before, after) is None


@given(st.frozensets(names), st.frozensets(names), st.frozensets(names), st.frozensets(names))
def test_files_that_came_and_went_with_the_source_are_no_new_baseline(
    one: frozenset[str], other: frozenset[str], had: frozenset[str], has: frozenset[str]
) -> None:
    before, after = past(measured=one & had, paths=had), past(measured=other & has, paths=has)
    assert (rebaseline(before, after) is not None) == bool(((one & had) ^ (other & has)) & had & has)
