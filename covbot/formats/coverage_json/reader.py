"""The JSON report of coverage.py, formats 1 to 3: its files one after another, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from covbot.core import coverage
from covbot.formats import problems
from covbot.formats.coverage_json import file_entries, json_stream
from covbot.formats.fields import filenames, functions, numerals, writers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.coverage import FileCoverage
    from covbot.errors import CannotReadReport

FORMATS: Final = (None, 2, 3)
"""What `meta.format` says; of the first format nothing."""


def read(blocks: Iterator[str], name: str) -> coverage.Report:
    """The report, its files in order of name; CannotReadReport unless it is whole, and of a known format."""
    text = json_stream.JsonStream(blocks, name)
    notes = file_entries.Notes(name)
    meta: dict[str, object] = {}
    totals: object = None
    files: dict[str, FileCoverage] | None = None
    for key in text.members():
        match key:
            case "meta":
                meta = _check(text.value(), name)
            case "files":
                files = _read_files(text, notes)
            case "totals":
                totals = text.value()
            case _:
                text.skip()
    text.end()
    if not meta or files is None:
        raise _refuse_foreign(name)
    report = coverage.Report(
        files={filename: files.pop(filename) for filename in sorted(files)},
        writer=writers.name_coverage_py(str(meta["version"])),
        written_at=numerals.to_latest(str(meta.get("timestamp"))),
        problems=notes.problems(),
    )
    file_entries.compare_totals(totals, report.numbers, notes.claims, part="all files", surplus=notes.surplus)
    return attrs.evolve(report, mismatches=notes.claims.all())


def _read_files(text: json_stream.JsonStream, notes: file_entries.Notes) -> dict[str, FileCoverage]:
    files: dict[str, FileCoverage] = {}
    told = 0
    for filename in text.members():
        if fault := filenames.find_fault(filename):
            raise problems.make_error(text.name, f"{fault} among its files")
        file = file_entries.read_file(text, filename, notes)
        told += len(file.functions)
        files[filename] = file if told <= functions.MOST else attrs.evolve(file, functions={})
        filenames.check_count(files, text.name)
    return files


def _check(meta: object, name: str) -> dict[str, object]:
    if not isinstance(meta, dict) or not isinstance(meta.get("version"), str):
        raise _refuse_foreign(name)
    if meta.get("format") not in FORMATS:
        what = f"is JSON of coverage.py in format {problems.quote(str(meta['format']))}; covbot knows those up to 3"
        raise problems.make_error(name, what)
    return meta


def _refuse_foreign(name: str) -> CannotReadReport:
    return problems.make_foreign_error(name, "is JSON, but no report of coverage.py")
