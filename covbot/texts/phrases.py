"""What is known of a task beyond its lines, as rows and phrases: reasons, excerpt, place of a test, commands."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from covbot.core import lines
from covbot.core.advice import excerpts
from covbot.core.advice.explanations import Cause
from covbot.core.advice.placement import Relation
from covbot.core.source import regions
from covbot.texts import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.advice.analysis import RegionExplanations, TaskAnalysis
    from covbot.core.advice.excerpts import ExcerptRow
    from covbot.core.advice.explanations import Explanation
    from covbot.core.advice.placement import Placement, SimilarTest
    from covbot.core.lines import Lines

MOST_REASONS = 20
"""Stretches that are spoken of one by one."""

MOST_CLASSES = 3
_COLUMN = 24
"""Characters of line numbers beside which a sentence still stands on the same row."""

_NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SAFE = re.compile(r"[\w./+-]+", re.ASCII)


def describe_reasons(parts: Sequence[RegionExplanations]) -> tuple[str, ...]:
    """A row for each stretch: its lines, and why they never ran; below the name of its region if there are several."""
    explanations = [explanation for part in parts for explanation in part.explanations]
    if not any(explanation.sentence for explanation in explanations):
        return ()
    named = len(parts) > 1 and any(explanation.cause is not Cause.FUNCTION for explanation in explanations)
    width = min(max(len(_label(explanation)) for explanation in explanations), _COLUMN)
    rows: list[str] = []
    left = MOST_REASONS
    for part in parts:
        if named and part.region and left > 0:
            rows.append(f"  in {sanitize.name(part.region)}:")
        for explanation in part.explanations[: max(left, 0)]:
            rows += _tell_reason(explanation, width)
        left -= len(part.explanations)
    return (*rows, f"  and {-left} more stretches of lines") if left < 0 else tuple(rows)


def _label(explanation: Explanation) -> str:
    return f"{'line' if len(explanation.lines) == 1 else 'lines'} {lines.format_ranges(explanation.lines)}"


def _tell_reason(explanation: Explanation, width: int) -> Iterator[str]:
    label, sentence = _label(explanation), sanitize.name(explanation.sentence)
    if len(label) > _COLUMN:
        yield from textwrap.wrap(label, sanitize.WIDTH, initial_indent="    ", subsequent_indent="        ")
        label = ""
    column = " " * (width + 6)
    told = textwrap.wrap(sentence, sanitize.WIDTH - len(column), break_long_words=False, break_on_hyphens=False)
    yield f"    {label:<{width}}  {told[0] if told else ''}".rstrip()
    yield from (f"{column}{row}" for row in told[1:])


def format_excerpt(rows: Sequence[ExcerptRow]) -> tuple[str, ...]:
    """The rows of an excerpt with their numbers, those that never ran marked by `>`."""
    width = max((len(str(row.number)) for row in rows), default=0)
    shown = []
    for row in rows:
        number = str(row.number) if row.number else ""
        text = sanitize.clip(sanitize.name(row.text, excerpts.LONGEST_ROW), sanitize.WIDTH - width - 8)
        shown.append(f"    {'>' if row.missing else ' '} {number:>{width}}  {text}".rstrip())
    return tuple(shown)


def describe_rest(rows: Sequence[ExcerptRow], missing: Lines) -> str:
    """How many of the missing lines an excerpt leaves out, as a sentence; empty if it shows all."""
    rest = excerpts.count_omitted(rows, missing) if rows else 0
    return f"({rest:,} more of the lines {'lies' if rest == 1 else 'lie'} outside of this excerpt.)" if rest else ""


def describe_classes(fit: Placement) -> str:
    """The class of the nearest test, else all with tests: `class TestX`, `classes A, B and 2 more`, or empty."""
    if fit.similar is not None:
        return f"class {sanitize.name(fit.similar.within)}" if fit.similar.within else ""
    names = [sanitize.name(name) for name in fit.classes[:MOST_CLASSES]]
    more = len(fit.classes) - len(names)
    if len(names) <= 1:
        return "".join(f"class {name}" for name in names)
    return f"classes {', '.join(names[:-1])}{f', {names[-1]} and {more} more' if more else f' and {names[-1]}'}"


def describe_similar_test(similar: SimilarTest, *, idle: bool = False) -> str:
    """What the nearest test does, and that it may be started from; or, if the job seems not to run it, that."""
    test, name = sanitize.name(similar.test), sanitize.name(similar.name)
    if idle:
        return f"{test} calls {name}, although nothing of it ran: look there first, the job may not run this test"
    match similar.relation:
        case Relation.CALLS:
            return f"{test} already calls {name} and is a good one to start from"
        case Relation.NAMES:
            return f"{test} calls something named {name} and may be one to start from"
        case Relation.USES:
            return f"{test} uses an object of class {name} and may be one to start from"


def describe_placement(fit: Placement, *, idle: bool = False) -> str:
    """A test file, its class, and the nearest test in it, as a clause; and if only its name speaks for it, that."""
    parts = [sanitize.name(fit.path), *filter(None, [describe_classes(fit)])]
    told = ", ".join(parts)
    if fit.similar is not None:
        return f"{told}; {describe_similar_test(fit.similar, idle=idle)}"
    return told if fit.imports else f"{told} (found by its name: it does not import the module itself)"


def fill_commands(commands: Sequence[str], test: str, *, path: str, key: str) -> tuple[str, ...]:
    """The project's commands for a test file, a source file and a task; none where a path is not known, or not plain.

    `test` is the path of the test file, empty if none is known.
    """
    if not _SAFE.fullmatch(test) or not _SAFE.fullmatch(path):
        return ()
    module = test.removesuffix(".py").replace("/", ".")
    places = {"test_module": module, "test_path": test, "path": path, "key": key}
    return tuple(re.sub(r"\{(\w+)\}", lambda found: places.get(found[1], found[0]), command) for command in commands)


def describe_counts(analysis: TaskAnalysis) -> str:
    """How little of a file runs, as a clause; empty where its report is not at hand."""
    run = analysis.statements - analysis.missing
    if not analysis.statements:
        return ""
    verb = "runs" if run <= 1 else "run"
    return f"{f'{run:,}' if run else 'none'} of its {analysis.statements:,} statements {verb}"


def describe_title(analysis: TaskAnalysis, name: str, *, job: str) -> str:
    """What is missing of the one function of this name, as a phrase; empty where it is not told so shortly.

    The job is named where a test that it may not run seems to run the code.
    """
    explanations = analysis.explanations
    forms = {explanation.cause for explanation in explanations}
    if len(analysis.parts) != 1 or analysis.parts[0].region == regions.MODULE_BODY:
        return ""
    if forms == {Cause.FUNCTION} and len(explanations) == 1:
        return f"no test of {job} runs {name}" if analysis.caller or analysis.idle else f"no test runs {name}"
    if forms == {Cause.BRANCH}:
        number = len(explanations)
        word = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
        return f"{word} {'branch' if number == 1 else 'branches'} of {name} {'has' if number == 1 else 'have'} no test"
    return ""
