"""Make data files of coverage.py: by its own interface, or by running programs under it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import coverage
from attrs import define, frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def make_data(
    *,
    lines: Mapping[str, Collection[int]] | None = None,
    arcs: Mapping[str, Collection[tuple[int, int]]] | None = None,
    tracers: Mapping[str, str] | None = None,
) -> bytes:
    """Return the data of files by their executed lines, or by their executed arcs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        written = coverage.CoverageData(basename=str(path))
        if lines is not None:
            written.add_lines(lines)
        if arcs is not None:
            written.add_arcs(arcs)
        written.add_file_tracers(tracers or {})
        written.write()
        written.close(force=True)
        return path.read_bytes() if path.exists() else b""


def shrink_data(whole: bytes) -> bytes:
    """Return the same data with the smallest page size of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(whole)
        with contextlib.closing(sqlite3.connect(path)) as opened:
            opened.executescript("pragma page_size = 512; vacuum")
        return path.read_bytes()


@frozen(kw_only=True)
class MeasuredRun:
    """The data that coverage.py recorded of a run, and the XML that it wrote of it."""

    data: bytes
    xml: bytes


@define
class Recorder:
    """Runs programs under coverage.py in another process; a context manager."""

    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        path = {"PYTHONPATH": str(Path(__file__).parents[2])}  # which a safe path would leave out
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")} | path
        command = [sys.executable, str(Path(__file__).with_name("coverage_recorder.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process
        self._process.communicate()

    def measure(self, source: str, bits: Sequence[int], *, branch: bool = True, settings: str = "") -> MeasuredRun:
        """Run a program of `random_programs` under these settings of coverage.py (the text of a .coveragerc)."""
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        request = {"source": source, "bits": bits, "branch": branch, "settings": settings}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return MeasuredRun(data=base64.b64decode(answer["data"]), xml=base64.b64decode(answer["xml"]))
