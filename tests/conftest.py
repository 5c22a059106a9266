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
    max_examples=14,
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
def _handle_signals() -> Iterator[None]:
    """Handle SIGINT and SIGHUP, which children ignore that a shell started in the background, or by nohup."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """Yield a recorder that measures programs in a process of its own."""
    with Recorder() as recording:
        yield recording
