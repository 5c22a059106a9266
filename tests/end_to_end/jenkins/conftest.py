"""Fixtures of the tests with a Jenkins: a double of Jenkins, and a second server."""

from __future__ import annotations

from doubles.jenkins.fixtures import _no_waiting, double, store

__all__ = ["_no_waiting", "double", "store"]
