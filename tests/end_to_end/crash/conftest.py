"""Fixture of the process whose children run covbot."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.crashes.forked import RUNNER_SCRIPT, ForkingRunner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def runner() -> Iterator[ForkingRunner]:
    command = [sys.executable, str(RUNNER_SCRIPT)]
    paths = [str(RUNNER_SCRIPT.parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield ForkingRunner(process)
        assert process.stdin
        process.stdin.close()
