"""Read coverage.py's own data, a SQLite file: the executed lines or arcs of each file, and nothing of the others."""

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

LONGEST_LINE_SET: Final = 2**20
"""The most bytes of a set of lines, eight lines a byte: no source has more."""

LARGEST_DATA: Final = 12 * 2**20
"""The most bytes of data: counting its statements with the source needs several times as much memory."""

_TOO_LARGE: Final = (
    f"is more than {LARGEST_DATA // 2**20} MB of coverage.py's data; give what `coverage xml` writes of it"
)

_COMMENT_OR_SPACE: Final = re.compile(r"--[^\n]*|\s+")
_INVALID_ROWS: Final = (
    "select 1 from file where typeof(path) <> 'text'",
    "select 1 from line_bits where typeof(numbits) <> 'blob' or length(numbits) > :longest",
    "select 1 from arc where typeof(fromno) <> 'integer' or not fromno between -:farthest and :farthest",
    "select 1 from arc where typeof(tono) <> 'integer' or not tono between -:farthest and :farthest",
    "select 1 from meta where key = 'has_arcs' and value not in ('0', '1')",
)
"""Queries for rows that coverage.py never writes."""

_BOUNDS: Final = {"longest": LONGEST_LINE_SET, "farthest": execution.HIGHEST_ARC_END}


def read(blocks: Iterable[bytes]) -> Report:
    """Return a report with the executions of the measured files.

    Raise BadReport if the data is not whole, or of no file. No path in it is opened. coverage.py reads a copy,
    once that is known to contain only coverage.py's own tables.
    """
    with tempfile.TemporaryDirectory(prefix="covbot-") as folder:
        path = Path(folder) / "data"
        try:
            with path.open("wb") as copy:
                for block in blocks:
                    if copy.tell() + len(block) > LARGEST_DATA:
                        raise problems.make_error(_TOO_LARGE)
                    copy.write(block)
        except OSError as error:
            what = f"cannot be set aside to be read: {error.strerror or 'the system gives no reason'}"
            raise problems.make_error(what) from error
        metadata = _validate_database(path)
        executions, warnings = _read_executions(path)
    writer = writers.name_coverage_py(metadata.get("version", ""))
    if not executions:
        raise problems.make_error(f"{writers.describe_empty(writer)}: it is data, and nothing was measured")
    return Report(
        executions=dict(sorted(executions.items())),
        writer=writer,
        written_at=numerals.parse_iso_timestamp(metadata.get("when", "")),
        problems=warnings,
    )


def _validate_database(path: Path) -> dict[str, str]:
    """Return the metadata of the data; raise BadReport unless it contains coverage.py's tables only.

    So nothing in it can be executed by SQLite.
    """
    uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            database.execute("pragma trusted_schema = off")
            if {*_strip_sql(database.execute("select sql from sqlite_master where sql is not null"))} != _read_schema():
                raise problems.make_error(_FOREIGN)
            if not _is_complete(database, path.stat().st_size) or any(
                database.execute(query, _BOUNDS).fetchone() for query in _INVALID_ROWS
            ):
                raise problems.make_error(_DAMAGED)
            return {str(key): str(value) for key, value in database.execute("select key, value from meta")}
    except (sqlite3.Error, ValueError) as error:  # text that is not in UTF-8 raises ValueError
        raise problems.make_error(_DAMAGED) from error


def _is_complete(database: sqlite3.Connection, size: int) -> bool:
    (pages,), (page_size,) = (database.execute(f"pragma {what}").fetchone() for what in ("page_count", "page_size"))
    (integrity,) = database.execute("pragma quick_check(1)").fetchone()
    return bool(size == pages * page_size and integrity == "ok")


def _read_schema() -> set[str]:
    from coverage.sqldata import SCHEMA  # noqa: PLC0415  most reports are of other kinds

    plain = re.sub(r"--[^\n]*", "", SCHEMA)
    return {*_strip_sql((table,) for table in plain.split(";") if table.strip())}


def _strip_sql(tables: Iterable[tuple[object]]) -> Iterator[str]:
    """Return the statements that create tables, without white space and comments, and in lower case."""
    return (_COMMENT_OR_SPACE.sub("", str(sql)).lower() for (sql,) in tables)


def _read_executions(path: Path) -> tuple[dict[str, Execution], tuple[Problem, ...]]:
    from coverage import CoverageData  # noqa: PLC0415  most reports are of other kinds
    from coverage.exceptions import CoverageException  # noqa: PLC0415  the same

    data = CoverageData(basename=str(path))
    executions, warnings = {}, problems.Warnings()
    try:
        data.read()
        for filename in sorted(data.measured_files()):
            if filenames.is_empty(filename):
                warnings.add(None, f"a file {filenames.EMPTY}")
                continue
            if fault := filenames.find_fault(filename):
                raise problems.make_error(f"{fault} among its files")
            if data.file_tracer(filename):
                warnings.add(None, f"{problems.quote_text(filename)} {_PLUGIN}")
            else:
                executions[filename] = _read_execution(data, filename)
    except (CoverageException, sqlite3.Error, ValueError) as error:
        raise problems.make_error(_DAMAGED) from error
    finally:
        data.close(force=True)
    return executions, warnings.all()


def _read_execution(data: CoverageData, filename: str) -> Execution:
    if data.has_arcs():
        return execution.from_arcs(data.arcs(filename) or ())
    return Execution(lines=Lines.of(line for line in data.lines(filename) or () if line))
