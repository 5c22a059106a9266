"""Configure hypothesis: the same examples on each run, and more or new ones only in profiles of their own."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from support.programs.coverage_runs import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile(
    "repeatable",
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("heavy", settings.get_profile("repeatable"), max_examples=30)
settings.register_profile("quick", settings.get_profile("repeatable"), max_examples=5)
settings.register_profile("long", settings.get_profile("repeatable"), max_examples=2000)
settings.register_profile(
    "search",
    settings.get_profile("repeatable"),
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "300")),
    derandomize=False,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(scope="session", autouse=True)
def _handle_interrupts() -> Iterator[None]:
    """Handle SIGINT, which a background process of a shell and all of its children ignore otherwise."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """Yield a recorder that measures programs in a process of its own."""
    with Recorder() as recording:
        yield recording
