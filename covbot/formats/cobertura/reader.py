"""Read Cobertura XML as coverage.py and others write it: classes, their lines, and the files that they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import coverage
from covbot.formats import problems
from covbot.formats.cobertura import class_elements, metadata
from covbot.formats.fields import filenames, functions, writers
from covbot.formats.problems import Warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.formats.fields.tallies import Tally
    from covbot.formats.xml.prolog import Prolog


def read(prolog: Prolog, blocks: Iterator[bytes]) -> coverage.Report:
    """Return the report of a Cobertura document, its files in order of name.

    Raise BadReport unless the document is whole, and has an element for files.
    """
    warnings = Warnings()
    files, left_out = _merge_classes(class_elements.read_classes(blocks, warnings))
    writer = metadata.name_writer(prolog)
    if prolog.below is None:
        raise problems.make_error(writers.describe_empty(writer))
    if not files:
        warnings.add(None, writers.describe_empty(writer))
    report = coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        writer=writer,
        sources=tuple(sorted(set(prolog.sources))),
        written_at=metadata.read_timestamp(prolog),
        problems=warnings.all(),
    )
    return attrs.evolve(report, mismatches=metadata.compare_totals(prolog, report.numbers + left_out))


def _merge_classes(classes: Iterator[tuple[str | None, Tally]]) -> tuple[dict[str, Tally], coverage.Numbers]:
    """Return the lines of each file, and the numbers of the classes without a filename, which are left out."""
    files: dict[str, Tally] = {}
    left_out = coverage.Numbers()
    function_count = 0
    for filename, tally in classes:
        if filename is None:
            left_out += tally.sum().numbers
            continue
        function_count += len(tally.functions)
        if function_count > functions.MOST_FUNCTIONS:
            tally.functions.clear()
        known = files.setdefault(filename, tally)
        if known is not tally:
            known.extend(tally)
        filenames.check_count(files)
    return files, left_out
