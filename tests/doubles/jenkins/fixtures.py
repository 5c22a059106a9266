"""Fixtures of tests that look at the double; a conftest imports those that its folder needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stamina

from doubles.jenkins.server import Double

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retries follow at once, and neither a proxy nor a token of the machine comes between."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("COVBOT_JENKINS_TOKEN", raising=False)
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
def double() -> Iterator[Double]:
    """A Jenkins under a path, with a user, whose own idea of its URL is wrong."""
    with Double(prefix="/jenkins", users={"reader": "s3cr3t-t0ken"}) as double:
        yield double


@pytest.fixture
def store() -> Iterator[Double]:
    """A second server: another origin."""
    with Double() as store:
        yield store
