"""Fixtures of tests with the double; a conftest imports those that its folder needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stamina

from doubles.jenkins.server import Double

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _retry_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retry at once, and ignore proxies and a token in the environment of the machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("COVBOT_JENKINS_TOKEN", raising=False)
    with stamina.set_testing(testing=True, attempts=3):
        yield


@pytest.fixture
def double() -> Iterator[Double]:
    """Yield a Jenkins below a path, with a user, whose configured URL is wrong."""
    with Double(prefix="/jenkins", users={"reader": "s3cr3t-t0ken"}) as double:
        yield double


@pytest.fixture
def store() -> Iterator[Double]:
    """Yield a second server, which is another origin."""
    with Double() as store:
        yield store
