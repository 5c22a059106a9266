"""How hypothesis searches: without a clock, from the same start in CI, and longer when asked."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from recorded import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("here", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None, print_blob=True)
settings.register_profile("long", settings.get_profile("here"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "here"))


@pytest.fixture(scope="session", autouse=True)
def _not_ignoring_interrupts() -> Iterator[None]:
    """What runs in the background of a shell ignores SIGINT, and so would the processes that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """Measures programs in a process of its own."""
    with Recorder() as recording:
        yield recording
