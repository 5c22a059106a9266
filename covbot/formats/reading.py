"""A coverage file of any kind -> `Report`: what it is decides who reads it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from covbot.formats import charsets, cobertura, containers, prologues, refusals, sniffing

if TYPE_CHECKING:
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
    blocks = charsets.to_utf8(containers.unpack(stream, name, limit=limit), name)
    first = next(blocks, b"")
    _refuse_foreign(sniffing.name_foreign(first[: sniffing.HEAD]), name)
    prologue, whole = prologues.read(chain([first], blocks), name)
    _refuse_foreign(sniffing.name_root(prologue.root, prologue.attributes, prologue.below), name)
    return cobertura.read(prologue, whole, name)


def _refuse_foreign(what: str | None, name: str) -> None:
    if what is not None:
        raise refusals.refuse(name, f"{what}; covbot reads Cobertura XML")
