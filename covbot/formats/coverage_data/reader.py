"""coverage.py's own data, a SQLite file: what ran of which file, and nothing of what did not."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from covbot.core import execution
from covbot.core.coverage import Report
from covbot.core.execution import Execution
from covbot.core.lines import Lines
from covbot.formats import problems
from covbot.formats.fields import filenames, numerals, writers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coverage import CoverageData

    from covbot.core.coverage import Problem

_DAMAGED: Final = "is coverage.py's data, but damaged or cut off; fetch it again, or run the tests again"
_FOREIGN: Final = "is a SQLite file, but not with the tables of coverage.py 5 or later"
_PLUGIN: Final = "was measured by a plugin of coverage.py, and is left out: it is not Python"

LONGEST: Final = 2**20
"""The most bytes of a set of lines, eight to a byte: no source has more."""

LARGEST: Final = 12 * 2**20
"""The most bytes of data: what it says is counted with its source at hand, in several times as much memory."""

_LARGE: Final = f"is more than {LARGEST // 2**20} MB of coverage.py's data; give what `coverage xml` writes of it"

_FORM: Final = re.compile(r"--[^\n]*|\s+")
_ODD: Final = (
    "select 1 from file where typeof(path) <> 'text'",
    "select 1 from line_bits where typeof(numbits) <> 'blob' or length(numbits) > :longest",
    "select 1 from arc where typeof(fromno) <> 'integer' or not fromno between -:farthest and :farthest",
    "select 1 from arc where typeof(tono) <> 'integer' or not tono between -:farthest and :farthest",
    "select 1 from meta where key = 'has_arcs' and value not in ('0', '1')",
)
"""Rows that coverage.py never writes."""

_BOUNDS: Final = {"longest": LONGEST, "farthest": execution.HIGHEST_ARC_END}


def read(blocks: Iterable[bytes], name: str) -> Report:
    """The traces of the files that were measured; CannotReadReport unless the data is whole, and of any file.

    No path that it names is opened. coverage.py reads a copy, once that is known to hold nothing but its own tables.
    """
    with tempfile.TemporaryDirectory(prefix="covbot-") as folder:
        path = Path(folder) / "data"
        try:
            with path.open("wb") as copy:
                for block in blocks:
                    if copy.tell() + len(block) > LARGEST:
                        raise problems.make_error(name, _LARGE)
                    copy.write(block)
        except OSError as error:
            what = f"cannot be set aside to be read: {error.strerror or 'the system gives no reason'}"
            raise problems.make_error(name, what) from error
        about = _check(path, name)
        found, warnings = _read(path, name)
    if not found:
        raise problems.make_error(name, "is coverage.py's data of no file at all: nothing was measured")
    return Report(
        executions=dict(sorted(found.items())),
        writer=writers.name_coverage_py(about.get("version", "")),
        written_at=numerals.to_latest(about.get("when", "")),
        problems=warnings,
    )


def _check(path: Path, name: str) -> dict[str, str]:
    """What the data says of itself, once it holds coverage.py's tables and nothing that could run."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as opened:
            opened.execute("pragma trusted_schema = off")
            if {*_forms(opened.execute("select sql from sqlite_master where sql is not null"))} != _expect():
                raise problems.make_error(name, _FOREIGN)
            if not _is_whole(opened, path.stat().st_size) or any(
                opened.execute(odd, _BOUNDS).fetchone() for odd in _ODD
            ):
                raise problems.make_error(name, _DAMAGED)
            return {str(key): str(value) for key, value in opened.execute("select key, value from meta")}
    except (sqlite3.Error, ValueError) as error:  # what is not in UTF-8 is a ValueError
        raise problems.make_error(name, _DAMAGED) from error


def _is_whole(opened: sqlite3.Connection, size: int) -> bool:
    (pages,), (each,) = (opened.execute(f"pragma {what}").fetchone() for what in ("page_count", "page_size"))
    (sound,) = opened.execute("pragma quick_check(1)").fetchone()
    return bool(size == pages * each and sound == "ok")


def _expect() -> set[str]:
    from coverage.sqldata import SCHEMA  # noqa: PLC0415  most reports are of other kinds

    plain = re.sub(r"--[^\n]*", "", SCHEMA)
    return {*_forms((table,) for table in plain.split(";") if table.strip())}


def _forms(tables: Iterable[tuple[object]]) -> Iterator[str]:
    """How tables are made, whatever the blanks, the remarks and the case of letters."""
    return (_FORM.sub("", str(sql)).lower() for (sql,) in tables)


def _read(path: Path, name: str) -> tuple[dict[str, Execution], tuple[Problem, ...]]:
    from coverage import CoverageData  # noqa: PLC0415  most reports are of other kinds
    from coverage.exceptions import CoverageException  # noqa: PLC0415  the same

    data = CoverageData(basename=str(path))
    found, warnings = {}, problems.Warnings(name)
    try:
        data.read()
        for filename in sorted(data.measured_files()):
            if fault := filenames.find_fault(filename):
                raise problems.make_error(name, f"{fault} among its files")
            if data.file_tracer(filename):
                warnings.add(None, f"{problems.quote(filename)} {_PLUGIN}")
            else:
                found[filename] = _trace(data, filename)
    except (CoverageException, sqlite3.Error, ValueError) as error:
        raise problems.make_error(name, _DAMAGED) from error
    finally:
        data.close(force=True)
    return found, warnings.all()


def _trace(data: CoverageData, filename: str) -> Execution:
    if data.has_arcs():
        return execution.from_arcs(data.arcs(filename) or ())
    return Execution(lines=Lines.of(line for line in data.lines(filename) or () if line))
