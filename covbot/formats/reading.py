"""Read a coverage file of any known kind into a `Report`: detect its kind, and choose the reader for it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, assert_never

import attrs

from covbot.core import display
from covbot.errors import CannotReadReport
from covbot.formats import problems
from covbot.formats.cobertura import reader as cobertura
from covbot.formats.fields import filenames
from covbot.formats.raw import compression, detection, encoding
from covbot.formats.xml import prolog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from covbot.core.coverage import Problem, Report

LIMIT_BYTES = 512 * 2**20
"""The most bytes of a report, once decompressed."""


def read_file(path: Path, *, limit: int = LIMIT_BYTES) -> Report:
    """Return the report in a file.

    Raise CannotReadReport, with the path, if the file does not exist, cannot be read, or is no report.
    """
    try:
        with path.open("rb") as stream:
            return read(stream, str(path), limit=limit)
    except OSError as error:
        why = f"cannot be read: {error.strerror or 'the system gives no reason'}"
        raise CannotReadReport(f"{display.shorten(str(path))} {why}") from error


def read(stream: BinaryIO, name: str, *, limit: int = LIMIT_BYTES) -> Report:
    """Return the report in a stream, plain or compressed by gzip or xz, of at most `limit` bytes.

    `name` is the name that messages and problems begin with: it is known here alone. Raise CannotReadReport, with a
    message of one line, if the stream is not one complete report.
    """
    place = display.shorten(name)
    try:
        report = _read_blocks(encoding.convert_to_utf8(compression.unpack(stream, limit=limit)))
        filenames.check_spellings([*report.files, *report.executions], report.sources)
    except problems.BadReport as error:
        where = place if error.line is None else f"{place}:{error.line}:"
        raise CannotReadReport(f"{where} {error.what}") from error
    return attrs.evolve(
        report,
        problems=_name_problems(report.problems, place),
        mismatches=_name_problems(report.mismatches, place),
    )


def _name_problems(found: Iterable[Problem], place: str) -> tuple[Problem, ...]:
    return tuple(attrs.evolve(problem, where=place + problem.where) for problem in found)


def _read_blocks(blocks: Iterator[bytes]) -> Report:
    first = next(blocks, b"")
    all_blocks = chain([first], blocks)
    kind = detection.detect_kind(first[: detection.HEAD_BYTES])
    match kind:
        case detection.FileKind.JSON:
            from covbot.formats.coverage_json import reader as coverage_json  # noqa: PLC0415 -- most reports are XML, and need no other reader

            return coverage_json.read(encoding.decode_blocks(all_blocks))
        case detection.FileKind.LCOV:
            from covbot.formats.lcov import reader as lcov  # noqa: PLC0415 -- as above

            return lcov.read(encoding.decode_blocks(all_blocks))
        case detection.FileKind.DATA:
            from covbot.formats.coverage_data import reader as coverage_data  # noqa: PLC0415 -- as above

            return coverage_data.read(all_blocks)
        case detection.FileKind.XML:
            return _read_xml(all_blocks)
        case str():
            raise problems.make_foreign_error(kind)
        case _:  # pragma: no cover -- mypy proves that there is no other
            assert_never(kind)


def _read_xml(blocks: Iterator[bytes]) -> Report:
    report_prolog, all_blocks = prolog.read_prolog(blocks)
    if description := detection.describe_root(report_prolog.root, report_prolog.attributes, report_prolog.below):
        raise problems.make_foreign_error(description)
    return cobertura.read(report_prolog, all_blocks)
