"""A build that is measured in another way than the one before begins a new baseline, and the reason says how."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.builds.baseline import TOLERATED_FILES, explain_new_baseline
from covbot.core.builds.build import Build, Measurement
from covbot.core.builds.evidence import Candidate, PastBuild
from covbot.core.coverage import Branch, Report
from support import pictures
from support.judged_builds import with_measurement, with_report

NAMES = tuple(f"{letter}.py" for letter in "abcdefgh")
names = st.sampled_from(NAMES)

SMALL = dict.fromkeys(NAMES, "..x")
BUILD = Build(job="job", number=5, started_at=datetime(2026, 1, 5, 12, tzinfo=UTC), result="SUCCESS")
REPORT = pictures.report(SMALL)
PLAIN = Candidate(build=BUILD, report=REPORT, measurement=Measurement.of(REPORT), paths=frozenset(SMALL))


def make_past_build(**known: Any) -> PastBuild:  # noqa: ANN401 -- each field has its own type
    """Return a past build of the small project and its tree, with these fields replaced."""
    plain = PastBuild.of(PLAIN)
    of_tree = {name: known.pop(name) for name in ("measured", "paths") if name in known}
    return attrs.evolve(with_measurement(plain, **known), **of_tree)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            make_past_build(writer="coverage.py 7.16.0"),
            make_past_build(writer="coverage.py 7.17.3"),
            "the report is written by coverage.py 7.17.3 instead of coverage.py 7.16.0",
        ),
        (
            make_past_build(sources=("/s",)),
            make_past_build(sources=("/s/nova",)),
            "the source root is /s/nova instead of /s",
        ),
        (make_past_build(sources=("/s",)), make_past_build(), "the source root is unknown instead of /s"),
        (
            make_past_build(),
            make_past_build(sources=("/s/a", "/s/b")),
            "the source root is /s/a, /s/b instead of unknown",
        ),
        (
            make_past_build(),
            make_past_build(measured=frozenset({"a.py", "b.py"})),
            "not measured any more: c.py, d.py, e.py and 3 more",
        ),
        (make_past_build(measured=frozenset()), make_past_build(), "measured now: a.py, b.py, c.py and 5 more"),
        (
            make_past_build(writer="lcov", measured=frozenset(NAMES[:6])),
            make_past_build(writer="gcovr", measured=frozenset()),
            "the report is written by gcovr instead of lcov, and not measured any more: a.py, b.py, c.py and 3 more",
        ),
    ],
)
def test_another_way_of_measuring_is_a_new_baseline(before: PastBuild, after: PastBuild, reason: str) -> None:
    assert explain_new_baseline(before, after) == f"since build 5 {reason}"


def test_measuring_branches_or_not_is_a_new_baseline() -> None:
    file = attrs.evolve(PLAIN.report.files["a.py"], branches={1: Branch(total=2)})
    branching = with_report(PLAIN, Report(files={**PLAIN.report.files, "a.py": file}))
    assert explain_new_baseline(PastBuild.of(PLAIN), PastBuild.of(branching)) == "since build 5 branches are measured"
    assert (
        explain_new_baseline(PastBuild.of(branching), PastBuild.of(PLAIN))
        == "since build 5 branches are not measured any more"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(make_past_build(), make_past_build(), id="nothing changed"),
        pytest.param(
            make_past_build(sources=("/ci/job",)), make_past_build(sources=("/ci/job@2",)), id="a second workspace"
        ),
        pytest.param(
            make_past_build(sources=("C:\\ci\\nova\\",)),
            make_past_build(sources=("/home/ci/nova",)),
            id="another machine",
        ),
        pytest.param(
            make_past_build(measured=frozenset({"a.py"})),
            make_past_build(paths=frozenset({"a.py"})),
            id="the tree had it not",
        ),
        pytest.param(
            make_past_build(paths=frozenset({"a.py"})),
            make_past_build(measured=frozenset({"a.py"})),
            id="the tree has it not",
        ),
        pytest.param(
            make_past_build(paths=None), make_past_build(measured=frozenset({"a.py"})), id="the tree is unknown"
        ),
        pytest.param(
            make_past_build(),
            make_past_build(measured=frozenset({"a.py"}), paths=None),
            id="the tree is not known any more",
        ),
        pytest.param(make_past_build(measured=None), make_past_build(), id="the files are unknown"),
        pytest.param(make_past_build(), make_past_build(measured=frozenset(NAMES[:3])), id="a few files come and go"),
    ],
)
def test_other_changes_are_no_new_baseline(before: PastBuild, after: PastBuild) -> None:
    assert explain_new_baseline(before, after) is None


@given(st.frozensets(names), st.frozensets(names), st.frozensets(names), st.frozensets(names))
def test_files_added_to_or_deleted_from_the_source_are_no_new_baseline(
    first: frozenset[str], second: frozenset[str], paths_before: frozenset[str], paths_after: frozenset[str]
) -> None:
    before, after = (
        make_past_build(measured=first & paths_before, paths=paths_before),
        make_past_build(measured=second & paths_after, paths=paths_after),
    )
    disappeared, appeared = (
        (first & paths_before) - second & paths_before & paths_after,
        second & paths_before & paths_after - first,
    )
    assert (explain_new_baseline(before, after) is not None) == (max(len(disappeared), len(appeared)) > TOLERATED_FILES)
