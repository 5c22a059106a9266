"""A report of any size is read in little memory."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from doubles.jenkins import pulls

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double

MOST_KILOBYTES = 120 * 1000
"""The kilobytes of memory that covbot may use at most."""

PROGRAM = """
import sys
from covbot.cli import main
try:
    main.main()
finally:
    with open("/proc/self/status") as status:
        sys.stderr.write(status.read())
"""


def _make_large_report() -> bytes:
    """Return a report of more than a hundred megabytes: 1,500 files of 1,400 statements, one of which is missing."""
    lines = b"".join(
        b'      <line number="%d" hits="%d" branch="false"/>\n' % (line, line > 1) for line in range(1, 1401)
    )
    files = b"".join(
        b'<class name="m%d" filename="pkg/m%d.py" line-rate="1"><methods/><lines>\n%s</lines></class>' % (at, at, lines)
        for at in range(1500)
    )
    return (
        b'<coverage version="7.17.3"><packages><package><classes>%s</classes></package></packages></coverage>' % files
    )


@pytest.mark.heavy
def test_a_report_of_a_hundred_megabytes_is_read_in_less_than_a_hundred_and_twenty(
    double: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    build = pulls.archive_build(double.job())
    build.files["coverage.xml"].content = _make_large_report()
    assert len(build.files["coverage.xml"].content) > 100_000_000
    command = [sys.executable, "-c", PROGRAM, "run"]
    process = subprocess.run(command, cwd=folder.path, check=False, capture_output=True, text=True)
    assert (process.returncode, "build 1: trusted" in process.stdout) == (0, True)
    peak = re.search(r"VmHWM:\s+(\d+) kB", process.stderr)
    assert peak
    print(f"peak of {int(peak[1]):,} kB")  # noqa: T201 -- a figure for a reader of the log
    assert int(peak[1]) < MOST_KILOBYTES
