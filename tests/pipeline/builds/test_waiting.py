"""A build without any file is requested more and more rarely, for a day, and not at each pass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.errors import NoArtifacts
from covbot.pipeline import passes
from support.world import START, MemorySource, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import Build
    from covbot.ports import Delivery, PassedOver


@attrs.define
class EmptySource:
    """A source whose builds have no files, which counts the requests for them."""

    inner: MemorySource
    requests: int = 0

    def builds(self, depth: int = 100) -> Sequence[Build]:
        return self.inner.builds(depth)

    def version(self, build: Build) -> str:
        return self.inner.version(build)

    def left_out(self) -> Sequence[str]:
        return ()

    def passed_over(self) -> Sequence[PassedOver]:
        return ()

    def check(self) -> Sequence[str]:
        return self.inner.check()

    def reports(self, build: Build) -> Delivery:
        del build
        self.requests += 1
        raise NoArtifacts("SUCCESS, yet it shows no file at all")


@pytest.mark.heavy
def test_a_build_without_files_costs_few_requests_in_a_day_and_is_recorded_then() -> None:
    world = World()
    world.source.add_build(1, {"a.py": ".x"})
    source = EmptySource(world.source)
    project = attrs.evolve(world.project(), source=source)
    world.now = START + timedelta(hours=1)
    words = []
    for _minutes in range(0, 24 * 60, 5):
        result = passes.run(project)
        words.append([postponed.why for postponed in result.postponed])
        world.now += timedelta(minutes=5)
    assert words == [["SUCCESS, yet it shows no file at all"]] * len(words)
    assert source.requests < 15
    [ingested] = passes.run(project).builds
    assert ingested.verdict.reasons == ("it could not be fetched for a day: SUCCESS, yet it shows no file at all",)
    assert project.store.judgements.pending(project.name) == []
