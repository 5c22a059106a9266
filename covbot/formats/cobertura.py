"""Cobertura XML as coverage.py and others write it: classes, their lines, and the files that they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import coverage
from covbot.formats import classes, filenames, functions, headers
from covbot.formats.cautions import Cautions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.formats.prologues import Prologue
    from covbot.formats.tallies import Tally


def read(prologue: Prologue, blocks: Iterator[bytes], name: str) -> coverage.Report:
    """The report of a Cobertura document, its files in order of name; CannotReadReport unless the document is whole."""
    cautions = Cautions(name)
    files = _add_up(classes.read(blocks, cautions), name)
    report = coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        writer=headers.name_writer(prologue),
        sources=tuple(sorted(set(prologue.sources))),
        written_at=headers.date(prologue),
        problems=cautions.all(),
    )
    return attrs.evolve(report, mismatches=headers.compare(prologue, report.numbers, name))


def _add_up(found: Iterator[tuple[str, Tally]], name: str) -> dict[str, Tally]:
    files: dict[str, Tally] = {}
    told = 0
    for filename, tally in found:
        told += len(tally.functions)
        if told > functions.MOST:
            tally.functions.clear()
        known = files.setdefault(filename, tally)
        if known is not tally:
            known.extend(tally)
        filenames.refuse_crowd(files, name)
    return files
