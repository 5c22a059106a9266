"""Compare two reports with their source by covbot and by pycobertura: processor time and peak memory of each.

usage: diff.py REPOSITORY OLD_REVISION OLD_REPORT NEW_REVISION NEW_REPORT [FOLDER]

The reports (XML, or XML in xz) are of these two revisions; their filenames are relative to FOLDER (default: the top).
Time is that of the whole command with its children; the best of a few rounds counts.
"""

from __future__ import annotations

import io
import lzma
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 5
BIN = Path(sys.executable).parent

# the peak is read from Linux when the command has ended, since getrusage includes that of the parent at the fork
CHILD = """
import contextlib, os, pathlib, runpy, sys
sys.argv = sys.argv[1:]
with contextlib.suppress(SystemExit), open(os.devnull, "w") as sys.stdout:
    runpy.run_path(sys.argv[0], run_name="__main__")
spent = os.times()
sys.stdout = sys.__stdout__
print(sum(spent[:4]), pathlib.Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def measure_command(command: Sequence[str | Path]) -> tuple[float, float]:
    """Return the processor seconds of a Python command with its children, and its own peak in megabytes."""
    process = subprocess.run([sys.executable, "-c", CHILD, *command], capture_output=True, text=True, check=True)
    seconds, kilobytes = process.stdout.split()
    return float(seconds), int(kilobytes) / 1000


def unpack_tree(repository: Path, revision: str, folder: Path) -> Path:
    """Write the tree of a revision to a folder, for a tool that reads no repository; return the folder."""
    archive = subprocess.run(["git", "-C", repository, "archive", revision], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
        tree.extraction_filter = getattr(tarfile, "data_filter", None)  # which Python 3.11 has from 3.11.4 on
        tree.extractall(folder)  # noqa: S202 -- filtered, where this Python can
    return folder


def decompress_report(report: Path, folder: Path) -> Path:
    """Write a report as XML to a folder; return its path."""
    data = report.read_bytes()
    target = folder / "coverage.xml"
    target.write_bytes(lzma.decompress(data) if report.suffix == ".xz" else data)
    return target


def main() -> None:
    """Print a line for each tool, and the ratio of their times."""
    repository, revisions, reports = Path(sys.argv[1]), sys.argv[2:6:2], sys.argv[3:6:2]
    inside = sys.argv[6] if len(sys.argv) > 6 else "."
    with tempfile.TemporaryDirectory() as scratch:
        trees = [unpack_tree(repository, revision, Path(scratch, revision)) for revision in revisions]
        old, new = (decompress_report(Path(report), tree) for report, tree in zip(reports, trees, strict=True))
        sources = ("-s1", trees[0] / inside, "-s2", trees[1] / inside)
        source = ("--repo", repository, "--revision", revisions[1], "--against-revision", revisions[0])
        commands = {
            "pycobertura diff": (BIN / "pycobertura", "diff", *sources, old, new),
            "covbot report": (BIN / "covbot", "report", new, "--against", old, *source),
        }
        rounds = [{tool: measure_command(command) for tool, command in commands.items()} for _ in range(ROUNDS)]
    print(f"{'a diff with source':<20} {'CPU s':>8} {'peak MB':>8}")
    best = {tool: [*map(min, zip(*(figures[tool] for figures in rounds), strict=True))] for tool in commands}
    for tool, (seconds, megabytes) in best.items():
        print(f"{tool:<20} {seconds:>8.3f} {megabytes:>8.1f}")
    print(f"covbot needs {best['covbot report'][0] / best['pycobertura diff'][0]:.2f} of the time")


if __name__ == "__main__":
    if not (BIN / "pycobertura").exists() or not os.access("/proc/self/status", os.R_OK):
        sys.exit("pycobertura and Linux are needed to compare")
    main()
