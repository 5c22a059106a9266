"""Count the statements and branches of a source text from its execution, as coverage.py itself does."""

from __future__ import annotations

import warnings
from collections import defaultdict
from typing import TYPE_CHECKING

from covbot.core import execution
from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines
from covbot.core.source import parsing
from covbot.formats.fields import branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coverage.parser import PythonParser

    from covbot.core.execution import Execution
    from covbot.formats.coverage_data.exclusions import Exclusions


def count_statements(executed: Execution, source: str, exclusions: Exclusions) -> FileCoverage | None:
    """Return the coverage of a source text, as `coverage xml` would; None if no Python can parse it."""
    parser = _parse_source(source, exclusions)
    if parser is None:
        return None
    ran = parser.translate_lines(executed.lines)
    return FileCoverage(
        statements=Lines.of(parser.statements),
        missing=Lines.of(parser.statements - ran),
        branches={} if executed.arcs is None else dict(sorted(_find_branches(parser, executed, exclusions))),
    )


def _parse_source(source: str, exclusions: Exclusions) -> PythonParser | None:
    from coverage.exceptions import CoverageException  # noqa: PLC0415  most reports need no parser
    from coverage.parser import PythonParser  # noqa: PLC0415  the same

    # As coverage.py reads a file; what the running Python does not know is rewritten.
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    parsed = parsing.parse(text)
    if parsed.fault:
        return None
    text = parsed.text + ("\n" if parsed.text and not parsed.text.endswith("\n") else "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a project's source does not concern covbot
        try:
            parser = PythonParser(text=text, filename="<source>", exclude=exclusions.exclude)
            parser.parse_source()
        except (CoverageException, SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    return parser


def _find_branches(parser: PythonParser, executed: Execution, exclusions: Exclusions) -> Iterator[tuple[int, Branch]]:
    """Yield the branches of each statement that has several, those never taken with their targets."""
    taken_arcs = _find_taken_arcs(parser, executed)
    ignored = parser.lines_matching(exclusions.partial)
    never_taken: dict[int, list[str | None]] = defaultdict(list)
    for line, target in sorted(parser.arcs() - taken_arcs):
        if line not in ignored and target not in parser.excluded:
            never_taken[line].append(branches.EXIT if target < 0 else str(target))
    for line, total in parser.exit_counts().items():
        if total > 1 and line in parser.statements:
            yield line, branches.from_targets(total, never_taken[line])


def _find_taken_arcs(parser: PythonParser, executed: Execution) -> set[tuple[int, int]]:
    """Return the arcs that were taken, between the first lines of statements, as coverage.py counts them.

    An arc from a line to itself counts as the one arc that leaves the line: a statement of one line has only one.
    """
    targets: dict[int, set[int]] = defaultdict(set)
    for line, target in parser.arcs():
        targets[line].add(target)
    return parser.translate_arcs(_replace_self_arcs(parser.translate_arcs(execution.list_arcs(executed)), targets))


def _replace_self_arcs(arcs: Iterable[tuple[int, int]], targets: dict[int, set[int]]) -> Iterator[tuple[int, int]]:
    for line, target in arcs:
        if line != target:
            yield line, target
        elif len(targets[line]) == 1:
            yield line, min(targets[line])
