"""Fixtures of the tests with a Jenkins: a double of Jenkins, and a second server."""

from __future__ import annotations

from doubles.jenkins.fixtures import _retry_at_once, double, store

__all__ = ["_retry_at_once", "double", "store"]
