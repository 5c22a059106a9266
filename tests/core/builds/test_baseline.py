"""Where builds are measured in another way than before, gaps are mapped and no bug is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.builds.baseline import FEW_FILES, explain_new_baseline
from covbot.core.builds.build import Build, Measurement
from covbot.core.builds.evidence import Candidate, PastBuild
from covbot.core.coverage import Branch, Report
from support import pictures
from support.judged_builds import with_measurement, with_report

NAMES = tuple(f"{letter}.py" for letter in "abcdefgh")
names = st.sampled_from(NAMES)

SMALL = dict.fromkeys(NAMES, "..x")
BUILD = Build(job="job", number=5, started_at=datetime(2026, 1, 5, 12, tzinfo=UTC), result="SUCCESS")
REPORT = pictures.make_report(SMALL)
PLAIN = Candidate(build=BUILD, report=REPORT, measurement=Measurement.of(REPORT), paths=frozenset(SMALL))


def past(**known: Any) -> PastBuild:  # noqa: ANN401 -- each field has its own type
    """A build of the small project, and of its tree; but for what is told."""
    plain = PastBuild.of(PLAIN)
    of_tree = {name: known.pop(name) for name in ("measured", "paths") if name in known}
    return attrs.evolve(with_measurement(plain, **known), **of_tree)


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
        (past(), past(measured=frozenset({"a.py", "b.py"})), "not measured any more: c.py, d.py, e.py and 3 more"),
        (past(measured=frozenset()), past(), "measured now: a.py, b.py, c.py and 5 more"),
        (
            past(writer="lcov", measured=frozenset(NAMES[:6])),
            past(writer="gcovr", measured=frozenset()),
            "the report is written by gcovr instead of lcov, and not measured any more: a.py, b.py, c.py and 3 more",
        ),
    ],
)
def test_another_way_of_measuring_is_a_new_baseline(before: PastBuild, after: PastBuild, why: str) -> None:
    assert explain_new_baseline(before, after) == f"since build 5 {why}"


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
        pytest.param(past(), past(), id="nothing changed"),
        pytest.param(past(sources=("/ci/job",)), past(sources=("/ci/job@2",)), id="a second workspace"),
        pytest.param(past(sources=("C:\\ci\\nova\\",)), past(sources=("/home/ci/nova",)), id="another machine"),
        pytest.param(past(measured=frozenset({"a.py"})), past(paths=frozenset({"a.py"})), id="the tree had it not"),
        pytest.param(past(paths=frozenset({"a.py"})), past(measured=frozenset({"a.py"})), id="the tree has it not"),
        pytest.param(past(paths=None), past(measured=frozenset({"a.py"})), id="the tree is unknown"),
        pytest.param(past(), past(measured=frozenset({"a.py"}), paths=None), id="the tree is not known any more"),
        pytest.param(past(measured=None), past(), id="the files are unknown"),
        pytest.param(past(), past(measured=frozenset(NAMES[:3])), id="a few files come and go"),
    ],
)
def test_other_changes_are_no_new_baseline(before: PastBuild, after: PastBuild) -> None:
    assert explain_new_baseline(before, after) is None


@given(st.frozensets(names), st.frozensets(names), st.frozensets(names), st.frozensets(names))
def test_files_that_came_and_went_with_the_source_are_no_new_baseline(
    one: frozenset[str], other: frozenset[str], had: frozenset[str], has: frozenset[str]
) -> None:
    before, after = past(measured=one & had, paths=had), past(measured=other & has, paths=has)
    gone, come = (one & had) - other & had & has, other & had & has - one
    assert (explain_new_baseline(before, after) is not None) == (max(len(gone), len(come)) > FEW_FILES)
