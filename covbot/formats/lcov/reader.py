"""Read LCOV: records of files, of which several may be of one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from covbot.core import coverage
from covbot.formats import problems
from covbot.formats.fields import filenames
from covbot.formats.fields.totals import DeclaredTotals
from covbot.formats.lcov import records
from covbot.formats.lcov.records import Record
from covbot.formats.problems import Warnings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST_LINE: Final = 2**16
"""The most characters of a line that does not lie in one block."""

_END: Final = "end_of_record"
_OTHER: Final = re.compile(r"[A-Z]{2,8}:|#|\s*$")
"""The beginning of a line without lines and branches: another tag, a comment, or an empty line."""


def read(blocks: Iterable[str]) -> coverage.Report:
    """Return the report, its files in order of name; raise BadReport unless every record in it is whole."""
    warnings, declared = Warnings(), DeclaredTotals()
    files: dict[str, Record] = {}
    for record in _split_records(_split_lines(blocks), warnings):
        if filenames.is_empty(record.filename):
            continue
        record.compare_totals(declared)
        known = files.setdefault(record.filename, record)
        if known is not record:
            known.extend(record)
        filenames.check_count(files)
    if not files:
        raise problems.make_error("holds no file: it is LCOV without any record of a named file, or cut off")
    return coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        problems=(*warnings.all(), *declared.cautions()),
        mismatches=declared.doubts(),
    )


def _split_lines(blocks: Iterable[str]) -> Iterator[str]:
    rest = ""
    for block in blocks:
        *lines, rest = (rest + block).split("\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise problems.make_error(f"has a line of more than {LONGEST_LINE} characters, which is the limit")
    yield rest


def _split_records(lines: Iterable[str], warnings: Warnings) -> Iterator[Record]:
    record = None
    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\r")
        tag, _, rest = text.partition(":")
        if tag == "SF":
            record = _begin_record(record, rest, number)
            if filenames.is_empty(rest):
                warnings.add(number, f"this record {filenames.EMPTY}")
        elif text == _END and record is not None:
            yield record
            record = None
        elif tag not in records.TAGS:
            if not _OTHER.match(text):
                raise problems.make_error(f"{problems.quote_text(text)} is no line of LCOV", line=number)
        elif record is None:
            raise problems.make_error(f"{problems.quote_text(text)} stands in no record", line=number)
        elif fault := record.add(tag, rest, number):
            warnings.add(number, fault)
    if record is not None:
        raise problems.make_error(f"ends early: the record of {problems.quote_text(record.filename)} is cut off")


def _begin_record(record: Record | None, filename: str, line: int) -> Record:
    if record is not None:
        what = f"a record begins in that of {problems.quote_text(record.filename)}, which is cut off"
        raise problems.make_error(what, line=line)
    if fault := filenames.find_fault(filename):
        raise problems.make_error(f"this record {fault}", line=line)
    return Record(filename=filename)
