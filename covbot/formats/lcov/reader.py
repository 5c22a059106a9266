"""LCOV: records of files, of which several may be of one file."""

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
"""The most characters of a line, where it does not lie in one block."""

_END: Final = "end_of_record"
_OTHER: Final = re.compile(r"[A-Z]{2,8}:|#|\s*$")
"""What a line begins with that says nothing of lines and branches: other tags, a comment, or nothing."""


def read(blocks: Iterable[str], name: str) -> coverage.Report:
    """The report, its files in order of name; CannotReadReport unless every record in it is whole."""
    cautions, claims = Warnings(name), DeclaredTotals(name)
    files: dict[str, Record] = {}
    for record in _cut(_split(blocks, name), cautions):
        record.compare(claims)
        known = files.setdefault(record.filename, record)
        if known is not record:
            known.extend(record)
        filenames.check_count(files, name)
    if not files:
        raise problems.make_error(name, "is LCOV without any record, or cut off")
    return coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        problems=cautions.all(),
        mismatches=claims.all(),
    )


def _split(blocks: Iterable[str], name: str) -> Iterator[str]:
    rest = ""
    for block in blocks:
        *lines, rest = (rest + block).split("\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise problems.make_error(name, f"has a line of more than {LONGEST_LINE} characters, which is the limit")
    yield rest


def _cut(lines: Iterable[str], cautions: Warnings) -> Iterator[Record]:
    record = None
    for number, line in enumerate(lines, 1):
        text = line.removesuffix("\r")
        tag, _, rest = text.partition(":")
        if tag == "SF":
            record = _begin(record, rest, cautions.name, number)
        elif text == _END and record is not None:
            yield record
            record = None
        elif tag not in records.TAGS:
            if not _OTHER.match(text):
                raise problems.make_error(cautions.name, f"{problems.quote(text)} is no line of LCOV", line=number)
        elif record is None:
            raise problems.make_error(cautions.name, f"{problems.quote(text)} stands in no record", line=number)
        elif fault := record.add(tag, rest, number):
            cautions.add(number, fault)
    if record is not None:
        raise problems.make_error(
            cautions.name, f"ends early: the record of {problems.quote(record.filename)} is cut off"
        )


def _begin(record: Record | None, filename: str, name: str, line: int) -> Record:
    if record is not None:
        what = f"a record begins in that of {problems.quote(record.filename)}, which is cut off"
        raise problems.make_error(name, what, line=line)
    if fault := filenames.find_fault(filename):
        raise problems.make_error(name, f"this record {fault}", line=line)
    return Record(filename=filename)
