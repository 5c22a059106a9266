"""Read the JSON report of coverage.py, formats 1 to 3: its files one after another, and its metadata."""

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

KNOWN_FORMATS: Final = (None, 2, 3)
"""The known values of `meta.format`; the first format has none."""


def read(blocks: Iterator[str]) -> coverage.Report:
    """Return the report, its files in order of name.

    Raise BadReport unless it is whole, and of a known format.
    """
    stream = json_stream.JsonStream(blocks)
    diagnostics = file_entries.Diagnostics()
    meta: dict[str, object] = {}
    totals: object = None
    files: dict[str, FileCoverage] | None = None
    for key in stream.read_keys():
        match key:
            case "meta":
                meta = _validate_meta(stream.read_value())
            case "files":
                files = _read_files(stream, diagnostics)
            case "totals":
                totals = stream.read_value()
            case _:
                stream.skip_value()
    stream.check_end()
    if not meta or files is None:
        raise _make_foreign_error()
    writer = writers.name_coverage_py(str(meta["version"]))
    if not files:
        diagnostics.warnings.add(None, writers.describe_empty(writer))
    report = coverage.Report(
        files={filename: files.pop(filename) for filename in sorted(files)},
        writer=writer,
        written_at=numerals.parse_iso_timestamp(str(meta.get("timestamp"))),
        problems=diagnostics.problems(),
    )
    file_entries.compare_totals(
        totals, report.numbers, diagnostics.declared, part="all files", surplus=diagnostics.surplus
    )
    return attrs.evolve(
        report,
        problems=(*report.problems, *diagnostics.declared.cautions()),
        mismatches=diagnostics.declared.doubts(),
    )


def _read_files(stream: json_stream.JsonStream, diagnostics: file_entries.Diagnostics) -> dict[str, FileCoverage]:
    files: dict[str, FileCoverage] = {}
    function_count = 0
    for filename in stream.read_keys():
        if filenames.is_empty(filename):
            diagnostics.warnings.add(None, f"a file {filenames.EMPTY}")
            stream.skip_value()
            continue
        if fault := filenames.find_fault(filename):
            raise problems.make_error(f"{fault} among its files")
        file = file_entries.read_file(stream, filename, diagnostics)
        function_count += len(file.functions)
        files[filename] = file if function_count <= functions.MOST_FUNCTIONS else attrs.evolve(file, functions={})
        filenames.check_count(files)
    return files


def _validate_meta(meta: object) -> dict[str, object]:
    if not isinstance(meta, dict) or not isinstance(meta.get("version"), str):
        raise _make_foreign_error()
    if meta.get("format") not in KNOWN_FORMATS:
        what = (
            f"is JSON of coverage.py in format {problems.quote_text(str(meta['format']))}; covbot knows those up to 3"
        )
        raise problems.make_error(what)
    return meta


def _make_foreign_error() -> problems.BadReport:
    return problems.make_foreign_error("is JSON, but no report of coverage.py")
