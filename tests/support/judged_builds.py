"""Builds to be judged, and what is said against them."""

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

Known = TypeVar("Known", Candidate, PastBuild)

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
TREE = {f"m{number:02}.py": "." * 90 + "x" * 10 for number in range(20)}
"""Twenty files, 2,000 statements, of which 200 are missing: a twentieth is one file, and 100 statements."""

paths = st.sampled_from(["a.py", "b.py", "c.py", "d.py"])
pictured = st.dictionaries(paths, st.text(".x ", min_size=1, max_size=9).filter(str.strip), min_size=1)
"""Pictures of a few files, each with a statement at least."""


def make_build(number: int, hour: int | None = None, *, job: str = "job") -> Build:
    """A build that started in this hour; if not told, the hour of its number."""
    hours = number if hour is None else hour
    return Build(job=job, number=number, started_at=START + timedelta(hours=hours), result="SUCCESS")


def make_candidate(number: int = 6, shown: Mapping[str, str] = TREE) -> Candidate:
    """A build with these files."""
    report = pictures.make_report(shown)
    return Candidate(build=make_build(number), report=report, measurement=Measurement.of(report))


def with_report(judged: Candidate, report: Report) -> Candidate:
    """The same build with another report."""
    known = judged.measurement
    measurement = Measurement.of(report, digest=known.digest, commit=known.commit)
    return attrs.evolve(judged, report=report, measurement=measurement)


def with_measurement(judged: Known, **known: Any) -> Known:  # noqa: ANN401 -- each field has its own type
    """The same build, of which this was measured."""
    return attrs.evolve(judged, measurement=attrs.evolve(judged.measurement, **known))


STEADY = tuple(PastBuild.of(make_candidate(number)) for number in range(1, 6))
"""Five builds in which nothing happened."""


def find_reasons(judged: Candidate, history: Sequence[PastBuild] = STEADY, limits: Policy | None = None) -> list[str]:
    """What speaks against a build."""
    return [*judge_build(judged, history, accept={"SUCCESS"}, limits=limits or Policy()).reasons]
