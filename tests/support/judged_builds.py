"""Make builds for tests of trust, and find the reasons against them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from hypothesis import strategies as st

from covbot.core.builds.build import Build, Measurement
from covbot.core.builds.evidence import Candidate, PastBuild
from covbot.core.builds.trust import judge_build
from covbot.core.policy import Policy
from support import pictures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.coverage import Report

BuildT = TypeVar("BuildT", Candidate, PastBuild)

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
TREE = {f"m{number:02}.py": "." * 90 + "x" * 10 for number in range(20)}
"""Twenty files, 2,000 statements, of which 200 are missing: a twentieth is one file, and 100 statements."""

paths = st.sampled_from(["a.py", "b.py", "c.py", "d.py"])
pictured = st.dictionaries(paths, st.text(".x ", min_size=1, max_size=9).filter(str.strip), min_size=1)
"""Pictures of a few files by path, each of one statement at least."""


def make_build(number: int, hour: int | None = None, *, job: str = "job") -> Build:
    """Return a build that started so many hours after `START`; by default as many as its number."""
    hours = number if hour is None else hour
    return Build(job=job, number=number, started_at=START + timedelta(hours=hours), result="SUCCESS")


def make_candidate(number: int = 6, shown: Mapping[str, str] = TREE) -> Candidate:
    """Return a build whose report has these files, path -> picture."""
    report = pictures.make_report(shown)
    return Candidate(build=make_build(number), report=report, measurement=Measurement.of(report))


def with_report(judged: Candidate, report: Report) -> Candidate:
    """Return the same build with another report."""
    old = judged.measurement
    measurement = Measurement.of(report, digest=old.digest, commit=old.commit)
    return attrs.evolve(judged, report=report, measurement=measurement)


def with_measurement(judged: BuildT, **fields: Any) -> BuildT:  # noqa: ANN401 -- each field has its own type
    """Return the same build with these fields of its measurement replaced."""
    return attrs.evolve(judged, measurement=attrs.evolve(judged.measurement, **fields))


STEADY = tuple(PastBuild.of(make_candidate(number)) for number in range(1, 6))
"""Five builds with the same report."""


def find_reasons(judged: Candidate, history: Sequence[PastBuild] = STEADY, limits: Policy | None = None) -> list[str]:
    """Return the reasons for which a build is suspect."""
    return [*judge_build(judged, history, accept={"SUCCESS"}, limits=limits or Policy()).reasons]
