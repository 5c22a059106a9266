"""A coverage file of any kind -> `Report`: what it is decides who reads it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, assert_never

from covbot.formats import problems
from covbot.formats.cobertura import reader as cobertura
from covbot.formats.fields import filenames
from covbot.formats.raw import compression, detection, encoding
from covbot.formats.xml import prolog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from covbot.core.coverage import Report

LIMIT = 512 * 2**20
"""The most bytes of a report, once unpacked."""


def read_file(path: Path, *, limit: int = LIMIT) -> Report:
    """The report in a file; CannotReadReport, naming the path, if it is not there, cannot be read, or is none."""
    try:
        with path.open("rb") as stream:
            return read(stream, str(path), limit=limit)
    except OSError as error:
        raise problems.make_error(
            str(path), f"cannot be read: {error.strerror or 'the system gives no reason'}"
        ) from error


def read(stream: BinaryIO, name: str, *, limit: int = LIMIT) -> Report:
    """The report in a stream, plain or packed by gzip or xz, of at most `limit` bytes; `name` is what people see.

    CannotReadReport, in one line that begins with the name, for all that is not one whole report.
    """
    report = _read(encoding.to_utf8(compression.unpack(stream, name, limit=limit), name), name)
    filenames.check_spellings([*report.files, *report.executions], report.sources, name)
    return report


def _read(blocks: Iterator[bytes], name: str) -> Report:
    first = next(blocks, b"")
    whole = chain([first], blocks)
    kind = detection.detect_kind(first[: detection.HEAD_BYTES])
    match kind:
        case detection.FileKind.JSON:
            from covbot.formats.coverage_json import reader as coverage_json  # noqa: PLC0415 -- most reports are XML, and need no other reader

            return coverage_json.read(encoding.to_text(whole, name), name)
        case detection.FileKind.LCOV:
            from covbot.formats.lcov import reader as lcov  # noqa: PLC0415 -- as above

            return lcov.read(encoding.to_text(whole, name), name)
        case detection.FileKind.DATA:
            from covbot.formats.coverage_data import reader as coverage_data  # noqa: PLC0415 -- as above

            return coverage_data.read(whole, name)
        case detection.FileKind.XML:
            return _read_xml(whole, name)
        case str():
            raise problems.make_foreign_error(name, kind)
        case _:  # pragma: no cover -- mypy holds that there is no other
            assert_never(kind)


def _read_xml(blocks: Iterator[bytes], name: str) -> Report:
    prologue, whole = prolog.read_prolog(blocks, name)
    if foreign := detection.name_root(prologue.root, prologue.attributes, prologue.below):
        raise problems.make_foreign_error(name, foreign)
    return cobertura.read(prologue, whole, name)
