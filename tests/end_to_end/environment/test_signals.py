"""A signal ends covbot at every stage: after the write in hand, with the lease given back, and never unheard."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import COVBOT

if TYPE_CHECKING:
    from support.cli_folder import Folder

TIMEOUT = 60


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_waits_ends_at_once(folder: Folder, number: signal.Signals) -> None:
    os.mkfifo(folder.path / "slow.xml")
    with (
        subprocess.Popen(
            [COVBOT, "report", "slow.xml"], cwd=folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
        (folder.path / "slow.xml").open("wb"),  # opens once covbot reads
    ):
        process.send_signal(number)
        out, err = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err


def test_a_run_that_is_ended_leaves_the_rest_and_gives_its_lease_back(folder: Folder) -> None:
    for build in range(1, 29):
        folder.add_build(build, {"a.py": "..x"})
    with subprocess.Popen(
        [COVBOT, "-v", "run"], cwd=folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stderr is not None
        assert b"build.taken" in run.stderr.readline()
        run.send_signal(signal.SIGTERM)
        out, _err = run.communicate(timeout=TIMEOUT)
    assert run.returncode == 130
    assert b"pictured: " in out
    left = folder.invoke("run", "--format", "json")
    assert left.code == 0
    assert left.documents[0]["builds"][-1]["number"] == 28


def test_a_signal_that_is_ignored_stays_ignored(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    program = f"trap '' HUP; exec {COVBOT} -v run"
    with subprocess.Popen(["sh", "-c", program], cwd=folder.path, stderr=subprocess.PIPE) as run:
        assert run.stderr is not None
        assert b"build.taken" in run.stderr.readline()
        run.send_signal(signal.SIGHUP)
        run.communicate(timeout=TIMEOUT)
    assert run.returncode == 0
