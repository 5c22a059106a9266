"""Read Cobertura XML as coverage.py and others write it: classes, their lines, and the files that they add up to."""

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


def read(prolog: Prolog, blocks: Iterator[bytes]) -> coverage.Report:
    """Return the report of a Cobertura document, its files in order of name.

    Raise BadReport unless the document is whole.
    """
    warnings = Warnings()
    files = _merge_classes(class_elements.read_classes(blocks, warnings))
    report = coverage.Report(
        files={filename: files.pop(filename).sum() for filename in sorted(files)},
        writer=metadata.name_writer(prolog),
        sources=tuple(sorted(set(prolog.sources))),
        written_at=metadata.read_timestamp(prolog),
        problems=warnings.all(),
    )
    return attrs.evolve(report, mismatches=metadata.compare_totals(prolog, report.numbers))


def _merge_classes(classes: Iterator[tuple[str, Tally]]) -> dict[str, Tally]:
    files: dict[str, Tally] = {}
    function_count = 0
    for filename, tally in classes:
        function_count += len(tally.functions)
        if function_count > functions.MOST_FUNCTIONS:
            tally.functions.clear()
        known = files.setdefault(filename, tally)
        if known is not tally:
            known.extend(tally)
        filenames.check_count(files)
    return files
