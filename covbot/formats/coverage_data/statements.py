"""Source text and what ran of it -> statements, as coverage.py itself tells them of each other."""

from __future__ import annotations

import warnings
from collections import defaultdict
from typing import TYPE_CHECKING

from covbot.core import execution
from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines
from covbot.formats.fields import branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coverage.parser import PythonParser

    from covbot.core.execution import Execution
    from covbot.formats.coverage_data.exclusions import Exclusions


def count_statements(trace: Execution, source: str, exclusions: Exclusions) -> FileCoverage | None:
    """What a trace says of the statements of a text, as `coverage xml` would; None if this Python cannot parse it."""
    parser = _parse(source, exclusions)
    if parser is None:
        return None
    ran = parser.translate_lines(trace.lines)
    return FileCoverage(
        statements=Lines.of(parser.statements),
        missing=Lines.of(parser.statements - ran),
        branches={} if trace.arcs is None else dict(sorted(_branch(parser, trace, exclusions))),
    )


def _parse(source: str, exclusions: Exclusions) -> PythonParser | None:
    from coverage.exceptions import CoverageException  # noqa: PLC0415  most reports need no parser
    from coverage.parser import PythonParser  # noqa: PLC0415  the same

    # As coverage.py reads a file.
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    text += "\n" if text and not text.endswith("\n") else ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a project's source is not covbot's to complain about
        try:
            parser = PythonParser(text=text, filename="<source>", exclude=exclusions.exclude)
            parser.parse_source()
        except (CoverageException, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return parser


def _branch(parser: PythonParser, trace: Execution, exclusions: Exclusions) -> Iterator[tuple[int, Branch]]:
    """The ways out of each statement that has several, those that were never taken by where they lead."""
    taken = _take(parser, trace)
    sure = parser.lines_matching(exclusions.partial)
    never: dict[int, list[str | None]] = defaultdict(list)
    for line, target in sorted(parser.arcs() - taken):
        if line not in sure and target not in parser.excluded:
            never[line].append(branches.EXIT if target < 0 else str(target))
    for line, total in parser.exit_counts().items():
        if total > 1 and line in parser.statements:
            yield line, branches.from_targets(total, never[line])


def _take(parser: PythonParser, trace: Execution) -> set[tuple[int, int]]:
    """The jumps that were taken, between the first lines of statements; one that stays on its line left it after all.

    So coverage.py takes them: a statement that fills one line is left in one way only.
    """
    targets: dict[int, set[int]] = defaultdict(set)
    for line, target in parser.arcs():
        targets[line].add(target)
    return parser.translate_arcs(_leave(parser.translate_arcs(execution.list_arcs(trace)), targets))


def _leave(jumps: Iterable[tuple[int, int]], targets: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    for line, target in jumps:
        if line != target:
            yield line, target
        elif len(targets[line]) == 1:
            yield line, min(targets[line])
