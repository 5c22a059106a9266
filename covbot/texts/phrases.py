"""What is known of a task beyond its lines, as rows and phrases: reasons, excerpt, place of a test, commands."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from covbot.core import lines
from covbot.core.advice import excerpts
from covbot.core.advice.explanations import Cause
from covbot.core.advice.placement import Relation
from covbot.texts import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.advice.analysis import ExplainedPart, TaskAnalysis
    from covbot.core.advice.excerpts import ExcerptRow
    from covbot.core.advice.explanations import Explanation
    from covbot.core.advice.placement import Placement, SimilarTest
    from covbot.core.lines import Lines

MOST_REASONS = 20
"""The greatest number of explanations that are listed one by one."""

MOST_CLASSES = 3
_LABEL_WIDTH = 24
"""The widest label of line numbers, in characters, that has its sentence on the same row."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_SAFE_PATH = re.compile(r"[\w./+-]+", re.ASCII)


def describe_reasons(parts: Sequence[ExplainedPart]) -> tuple[str, ...]:
    """Return a row for each explanation: its lines, and why they never ran.

    If there are several parts of the file, the rows of each are below its name.
    """
    explanations = [explanation for part in parts for explanation in part.explanations]
    if not any(explanation.sentence for explanation in explanations):
        return ()
    named = len(parts) > 1 and any(explanation.cause is not Cause.FUNCTION for explanation in explanations)
    width = min(max(len(_format_label(explanation)) for explanation in explanations), _LABEL_WIDTH)
    rows: list[str] = []
    left = MOST_REASONS
    for part in parts:
        if named and left > 0:
            rows.append(f"  in {sanitize.clean_name(part.part.name)}:")
        for explanation in part.explanations[: max(left, 0)]:
            rows += _format_reason(explanation, width)
        left -= len(part.explanations)
    return (*rows, f"  and {-left} more stretches of lines") if left < 0 else tuple(rows)


def _format_label(explanation: Explanation) -> str:
    return f"{'line' if len(explanation.lines) == 1 else 'lines'} {lines.format_ranges(explanation.lines)}"


def _format_reason(explanation: Explanation, width: int) -> Iterator[str]:
    label, sentence = _format_label(explanation), sanitize.clean_name(explanation.sentence)
    if len(label) > _LABEL_WIDTH:
        yield from textwrap.wrap(label, sanitize.LINE_WIDTH, initial_indent="    ", subsequent_indent="        ")
        label = ""
    column = " " * (width + 6)
    rows = textwrap.wrap(sentence, sanitize.LINE_WIDTH - len(column), break_long_words=False, break_on_hyphens=False)
    yield f"    {label:<{width}}  {rows[0] if rows else ''}".rstrip()
    yield from (f"{column}{row}" for row in rows[1:])


def format_excerpt(rows: Sequence[ExcerptRow]) -> tuple[str, ...]:
    """Return the rows of an excerpt with their numbers, those that never ran marked by `>`.

    On a page of Launchpad only the blanks at the beginning of a row survive: all others before the source are no-break
    spaces, and so are runs of blanks within it (docs/facts/launchpad.md).
    """
    width = max((len(str(row.number)) for row in rows), default=0)
    shown = []
    for row in rows:
        number = str(row.number) if row.number else ""
        text = sanitize.clip_line(sanitize.clean_name(row.text, excerpts.LONGEST_ROW), sanitize.LINE_WIDTH - width - 8)
        shown.append("    " + sanitize.keep_blanks(f"{'>' if row.missing else ' '} {number:>{width}}  ", text))
    return tuple(shown)


def describe_omitted_lines(rows: Sequence[ExcerptRow], missing: Lines) -> str:
    """Return how many of the missing lines an excerpt leaves out, as a sentence; empty if it shows all."""
    rest = excerpts.count_omitted(rows, missing) if rows else 0
    return f"({rest:,} more of the lines {'lies' if rest == 1 else 'lie'} outside of this excerpt.)" if rest else ""


def describe_classes(placement: Placement) -> str:
    """Return the class of the nearest test, else all with tests: `class TestX`, `classes A, B and 2 more`, or empty."""
    if placement.similar is not None:
        return f"class {sanitize.clean_name(placement.similar.within)}" if placement.similar.within else ""
    names = [sanitize.clean_name(name) for name in placement.classes[:MOST_CLASSES]]
    more = len(placement.classes) - len(names)
    if len(names) <= 1:
        return "".join(f"class {name}" for name in names)
    return f"classes {', '.join(names[:-1])}{f', {names[-1]} and {more} more' if more else f' and {names[-1]}'}"


def describe_similar_test(similar: SimilarTest, *, idle: bool = False) -> str:
    """Return what the nearest test does and that it is a model; or, if the job seems not to run it, that instead."""
    test, name = sanitize.clean_name(similar.test), sanitize.clean_name(similar.name)
    if idle:
        return f"{test} calls {name}, although nothing of it ran: look there first, the job may not run this test"
    match similar.relation:
        case Relation.CALLS:
            return f"{test} already calls {name} and is a good one to start from"
        case Relation.NAMES:
            return f"{test} calls something named {name} and may be one to start from"
        case Relation.USES:
            return f"{test} uses an object of class {name} and may be one to start from"


def describe_placement(placement: Placement, *, idle: bool = False) -> str:
    """Return a test file, its class and the nearest test in it, as a clause; and whether only its name suggests it."""
    parts = [sanitize.clean_name(placement.path), *filter(None, [describe_classes(placement)])]
    text = ", ".join(parts)
    if placement.similar is not None:
        return f"{text}; {describe_similar_test(placement.similar, idle=idle)}"
    return text if placement.imports else f"{text} (found by its name: it does not import the module itself)"


def choose_class(placement: Placement) -> str:
    """Return the one class of a test file where a test fits; empty if there are several, or none."""
    if placement.similar is not None:
        return placement.similar.within
    return placement.classes[0] if len(placement.classes) == 1 else ""


def fill_commands(commands: Sequence[str], test: str, *, class_name: str, path: str, key: str) -> tuple[str, ...]:
    """Return the project's commands for a test file, a source file and a task; none if a path is unknown or not plain.

    `test` is the path of the test file, and `class_name` a class in it; each is empty if none is known.
    """
    if not _SAFE_PATH.fullmatch(test) or not _SAFE_PATH.fullmatch(path):
        return ()
    module = test.removesuffix(".py").replace("/", ".")
    named = f"{module}.{class_name}" if _PLAIN_NAME.fullmatch(class_name) else module
    values = {"test_module": module, "test_class": named, "test_path": test, "path": path, "key": key}
    return tuple(re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), command) for command in commands)


def describe_counts(analysis: TaskAnalysis) -> str:
    """Return how little of a file runs, as a clause; empty if its report is not available."""
    run = analysis.statements - analysis.missing
    if not analysis.statements:
        return ""
    verb = "runs" if run <= 1 else "run"
    return f"{f'{run:,}' if run else 'none'} of its {analysis.statements:,} statements {verb}"
