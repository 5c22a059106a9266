"""coverage.py's own data: written by its own interface, and of programs that really ran."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from types import CodeType


def data(
    *,
    lines: Mapping[str, Collection[int]] | None = None,
    jumps: Mapping[str, Collection[tuple[int, int]]] | None = None,
    tracers: Mapping[str, str] | None = None,
) -> bytes:
    """Data of files by their lines, or by their jumps."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        written = coverage.CoverageData(basename=str(path))
        if lines is not None:
            written.add_lines(lines)
        if jumps is not None:
            written.add_arcs(jumps)
        written.add_file_tracers(tracers or {})
        written.write()
        written.close(force=True)
        return path.read_bytes() if path.exists() else b""


def shrink(whole: bytes) -> bytes:
    """The same data in the smallest pages that SQLite knows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(whole)
        with contextlib.closing(sqlite3.connect(path)) as opened:
            opened.executescript("pragma page_size = 512; vacuum")
        return path.read_bytes()


@frozen(kw_only=True)
class Measured:
    """A run of a program as coverage.py kept it, and as its XML tells of it."""

    data: bytes
    xml: bytes


def measure(source: str, run: Callable[[CodeType], None], *, branch: bool, settings: str = "") -> Measured:
    """Run a program, `program.py`, under coverage.py with these settings of it (the text of a .coveragerc)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        path, rules = home / "program.py", home / "rules"
        path.write_text(source, encoding="utf-8")
        rules.write_text(settings, encoding="utf-8")
        measuring = coverage.Coverage(
            data_file=str(home / "data"), config_file=str(rules), branch=branch, include=[str(path)]
        )
        code = compile(source, str(path), "exec")
        measuring.start()
        try:
            run(code)
        finally:
            measuring.stop()
        measuring.get_data().touch_file(str(path))
        measuring.save()
        measuring.xml_report(morfs=[str(path)], outfile=str(home / "coverage.xml"))
        measuring.get_data().close(force=True)
        return Measured(data=(home / "data").read_bytes(), xml=(home / "coverage.xml").read_bytes())
