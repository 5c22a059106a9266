"""Cobertura XML as coverage.py and others write it: classes, their lines, and the files that they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import coverage
from covbot.formats.cobertura import class_elements, metadata
from covbot.formats.fields import filenames, functions
from covbot.formats.problems import Warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.formats.fields.tallies import Tally
    from covbot.formats.xml.prolog import Prolog


def read(prologue: Prolog, blocks: Iterator[bytes], name: str) -> coverage.Report:
    """The report of a Cobertura document, its files in order of name; CannotReadReport unless the document is whole."""
    cautions = Warnings(name)
    files = _add_up(class_elements.read_classes(blocks, cautions), name)
    report = coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        writer=metadata.name_writer(prologue),
        sources=tuple(sorted(set(prologue.sources))),
        written_at=metadata.read_moment(prologue),
        problems=cautions.all(),
    )
    return attrs.evolve(report, mismatches=metadata.compare_totals(prologue, report.numbers, name))


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
        filenames.check_count(files, name)
    return files
