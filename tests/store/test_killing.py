"""`kill -9` at any point leaves only whole steps, and a store that opens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.heavy
def test_a_process_killed_at_any_statement_leaves_no_half_of_a_step(tmp_path: Path) -> None:
    program = Path(__file__).with_name("killing.py")
    done = subprocess.run([sys.executable, program, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = [int(line) for line in done.stdout.split()]
    assert kept == sorted(kept)
    assert set(kept) == {0, 1, 2, 3, 4, 5}
