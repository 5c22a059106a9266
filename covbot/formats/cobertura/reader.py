"""Read Cobertura XML as coverage.py and others write it: classes, their lines, and the files that they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

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
    classes = _merge_classes(class_elements.read_classes(blocks, warnings))
    files = classes.files
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
    doubts, cautions = metadata.compare_totals(prolog, classes.summarize(report.numbers))
    return attrs.evolve(report, problems=(*report.problems, *cautions), mismatches=doubts)


@define(kw_only=True)
class _Classes:
    """The lines of each file, the numbers of classes without a filename, and the counts of `<line>` elements."""

    files: dict[str, Tally] = field(factory=dict)
    left_out: coverage.Numbers = field(factory=coverage.Numbers)
    elements: int = 0
    elements_hit: int = 0
    garbled: int = 0

    def count(self, tally: Tally) -> None:
        """Count the elements of one class."""
        elements, hit = tally.count_elements()
        self.elements += elements
        self.elements_hit += hit
        self.garbled += len(tally.garbled)

    def summarize(self, numbers: coverage.Numbers) -> metadata.Body:
        """Return the sums with which those of the header are compared, given those of the files."""
        return metadata.Body(
            numbers=numbers + self.left_out,
            elements=self.elements,
            elements_hit=self.elements_hit,
            garbled=self.garbled,
        )


def _merge_classes(classes: Iterator[tuple[str | None, Tally]]) -> _Classes:
    merged = _Classes()
    files = merged.files
    function_count = 0
    for filename, tally in classes:
        merged.count(tally)
        if filename is None:
            merged.left_out += tally.sum().numbers
            continue
        function_count += len(tally.functions)
        if function_count > functions.MOST_FUNCTIONS:
            tally.functions.clear()
        known = files.setdefault(filename, tally)
        if known is not tally:
            known.extend(tally)
        filenames.check_count(files)
    return merged
