"""A coverage file of any kind -> `Report`: what it is decides who reads it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, assert_never

from covbot.formats import charsets, cobertura, containers, filenames, prologues, refusals, sniffing

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
        raise refusals.refuse(str(path), f"cannot be read: {error.strerror or 'the system gives no reason'}") from error


def read(stream: BinaryIO, name: str, *, limit: int = LIMIT) -> Report:
    """The report in a stream, plain or packed by gzip or xz, of at most `limit` bytes; `name` is what people see.

    CannotReadReport, in one line that begins with the name, for all that is not one whole report.
    """
    report = _read(charsets.to_utf8(containers.unpack(stream, name, limit=limit), name), name)
    filenames.refuse_twins([*report.files, *report.traces], report.sources, name)
    return report


def _read(blocks: Iterator[bytes], name: str) -> Report:
    first = next(blocks, b"")
    whole = chain([first], blocks)
    kind = sniffing.tell(first[: sniffing.HEAD])
    match kind:
        case sniffing.Kind.JSON:
            from covbot.formats import coveragejson  # noqa: PLC0415 -- most reports are XML, and need no other reader

            return coveragejson.read(charsets.to_text(whole, name), name)
        case sniffing.Kind.LCOV:
            from covbot.formats import lcov  # noqa: PLC0415 -- as above

            return lcov.read(charsets.to_text(whole, name), name)
        case sniffing.Kind.DATA:
            from covbot.formats import recordings  # noqa: PLC0415 -- as above

            return recordings.read(whole, name)
        case sniffing.Kind.XML:
            return _read_xml(whole, name)
        case str():
            raise refusals.refuse_foreign(name, kind)
        case _:  # pragma: no cover -- mypy holds that there is no other
            assert_never(kind)


def _read_xml(blocks: Iterator[bytes], name: str) -> Report:
    prologue, whole = prologues.read(blocks, name)
    if foreign := sniffing.name_root(prologue.root, prologue.attributes, prologue.below):
        raise refusals.refuse_foreign(name, foreign)
    return cobertura.read(prologue, whole, name)
